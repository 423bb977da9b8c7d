package dev.vedette.store.command.acl;

import dev.vedette.store.command.Command;
import dev.vedette.store.session.Account;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.ByteKey;
import dev.vedette.wire.resp.CommandDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One user: whether it is enabled, how it logs in, what it may do.
 *
 * <p>It may do what one of its selectors allows as a whole; permissions of several do not add up. All text has one byte
 * per char.
 */
final class User implements Account {

    private static final int HASH_LENGTH = 64;

    /** What the user is said to be about payloads of RESTORE; kept and shown, since every payload is checked anyway. */
    private enum Sanitizing {
        UNSAID,
        SKIP,
        DO
    }

    private final String name;
    private final CommandCatalog catalog;
    private final BooleanSupplier allChannelsByDefault;
    private boolean enabled;
    private boolean nopass;
    private Sanitizing sanitizing = Sanitizing.UNSAID;
    /** SHA-256 of each password, 64 hexadecimal digits in lower case. */
    private final Set<String> passwords = new LinkedHashSet<>();
    /** The first one is the user's own. */
    private final List<Selector> selectors = new ArrayList<>();

    private boolean unrestricted;

    /**
     * A user that is disabled and may do nothing.
     *
     * @param allChannelsByDefault whether a new selector allows all channels (acl-pubsub-default)
     */
    User(String name, CommandCatalog catalog, BooleanSupplier allChannelsByDefault) {
        this.name = name;
        this.catalog = catalog;
        this.allChannelsByDefault = allChannelsByDefault;
        selectors.add(newSelector());
    }

    private Selector newSelector() {
        return new Selector(catalog, allChannelsByDefault.getAsBoolean());
    }

    /** Takes over everything but the name. */
    void become(User other) {
        enabled = other.enabled;
        nopass = other.nopass;
        sanitizing = other.sanitizing;
        passwords.clear();
        passwords.addAll(other.passwords);
        selectors.clear();
        other.selectors.forEach(selector -> selectors.add(selector.copy()));
        unrestricted = other.unrestricted;
    }

    /** A copy to try rules on. */
    User draft() {
        User draft = new User(name, catalog, allChannelsByDefault);
        draft.become(this);
        return draft;
    }

    @Override
    public String name() {
        return name;
    }

    boolean isEnabled() {
        return enabled;
    }

    /** Whether any password will do. */
    boolean isOpen() {
        return nopass;
    }

    Set<String> passwords() {
        return passwords;
    }

    /** The permissions of its own. */
    Selector root() {
        return selectors.getFirst();
    }

    /** The selectors after {@link #root}. */
    List<Selector> furtherSelectors() {
        return selectors.subList(1, selectors.size());
    }

    // ------------------------------------------------------------------ judgement

    /** Whether one may log in with that password. */
    boolean admits(byte[] password) {
        if (!enabled) {
            return false;
        }
        if (nopass) {
            return true;
        }
        byte[] given = hash(password).getBytes(StandardCharsets.US_ASCII);
        boolean found = false;
        for (String known : passwords) {
            // All are compared, each in constant time: how long it takes tells nothing.
            found |= MessageDigest.isEqual(given, known.getBytes(StandardCharsets.US_ASCII));
        }
        return found;
    }

    /** Whether one selector allows everything, so that nothing needs to be judged. */
    boolean isUnrestricted() {
        return unrestricted;
    }

    /** Why the command is forbidden, or null when it is allowed. */
    @Nullable
    Denial judge(Command command, Args args) {
        Denial furthest = Denial.COMMAND;
        for (Selector selector : selectors) {
            Denial denial = selector.judge(command, args);
            if (denial == null) {
                return null;
            }
            furthest = denial.isBeyond(furthest) ? denial : furthest;
        }
        return furthest;
    }

    /** Whether a selector that allows the command also lets every key be read. */
    boolean readsAllKeys(Command command, Args args) {
        return selectors.stream()
                .anyMatch(selector -> selector.readsAllKeys() && selector.judge(command, args) == null);
    }

    boolean allowsAllChannels() {
        return selectors.stream().anyMatch(Selector::allowsAllChannels);
    }

    /** The channels of all selectors. */
    Set<ByteKey> channels() {
        Set<ByteKey> all = new LinkedHashSet<>();
        selectors.forEach(selector -> all.addAll(selector.channels()));
        return all;
    }

    // ------------------------------------------------------------------ rules

    /** Applies one rule; answers why not, and then nothing has changed. The empty rule does nothing. */
    @Nullable
    RuleError apply(String rule) {
        RuleError error = rule.isEmpty() ? null : applyToUser(rule);
        unrestricted = selectors.stream().anyMatch(Selector::isUnrestricted);
        return error;
    }

    private @Nullable RuleError applyToUser(String rule) {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "on" -> enabled = true;
            case "off" -> enabled = false;
            case "skip-sanitize-payload" -> sanitizing = Sanitizing.SKIP;
            case "sanitize-payload" -> sanitizing = Sanitizing.DO;
            case "nopass" -> resetPasswords(true);
            case "resetpass" -> resetPasswords(false);
            case "clearselectors" -> furtherSelectors().clear();
            case "reset" -> reset();
            default -> {
                return applyOther(rule);
            }
        }
        return null;
    }

    private @Nullable RuleError applyOther(String rule) {
        char first = rule.charAt(0);
        return switch (first) {
            case '>', '#' -> addPassword(rule);
            case '<', '!' -> removePassword(rule);
            default -> first == '(' && rule.endsWith(")") ? addSelector(rule) : root().apply(rule);
        };
    }

    private void reset() {
        resetPasswords(false);
        enabled = false;
        sanitizing = Sanitizing.DO;
        selectors.clear();
        selectors.add(newSelector());
    }

    private void resetPasswords(boolean open) {
        passwords.clear();
        nopass = open;
    }

    private @Nullable RuleError addPassword(String rule) {
        String hash = hashOf(rule, '>');
        if (hash == null) {
            return RuleError.BAD_HASH;
        }
        passwords.add(hash);
        nopass = false;
        return null;
    }

    private @Nullable RuleError removePassword(String rule) {
        String hash = hashOf(rule, '<');
        if (hash == null) {
            return RuleError.BAD_HASH;
        }
        return passwords.remove(hash) ? null : RuleError.NO_SUCH_PASSWORD;
    }

    /** The hash that a rule gives, or that of the password which it gives after that sign; null for none. */
    private static @Nullable String hashOf(String rule, char passwordSign) {
        String text = rule.substring(1);
        if (rule.charAt(0) == passwordSign) {
            return hash(text.getBytes(StandardCharsets.ISO_8859_1));
        }
        boolean wellFormed = text.length() == HASH_LENGTH
                && text.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
        return wellFormed ? text : null;
    }

    static String hash(byte[] password) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private @Nullable RuleError addSelector(String rule) {
        Selector selector = newSelector();
        List<byte[]> words =
                CommandDecoder.words(rule.substring(1, rule.length() - 1).getBytes(StandardCharsets.ISO_8859_1));
        for (byte[] word : words == null ? List.<byte[]>of() : words) {
            RuleError error = selector.apply(new String(word, StandardCharsets.ISO_8859_1));
            if (error != null) {
                return error;
            }
        }
        selectors.add(selector);
        return null;
    }

    // ------------------------------------------------------------------ description

    /** The words of ACL GETUSER's flags. */
    List<String> flags() {
        List<String> flags = new ArrayList<>();
        flags.add(enabled ? "on" : "off");
        if (nopass) {
            flags.add("nopass");
        }
        switch (sanitizing) {
            case SKIP -> flags.add("skip-sanitize-payload");
            case DO -> flags.add("sanitize-payload");
            case UNSAID -> {}
        }
        return flags;
    }

    /** Rules that make this user from a new one, as a line of configuration has them after the name. */
    String describe() {
        StringBuilder rules = new StringBuilder(String.join(" ", flags()));
        passwords.forEach(hash -> rules.append(" #").append(hash));
        rules.append(' ').append(root().describe());
        furtherSelectors()
                .forEach(selector ->
                        rules.append(" (").append(selector.describe()).append(')'));
        return rules.toString();
    }
}
