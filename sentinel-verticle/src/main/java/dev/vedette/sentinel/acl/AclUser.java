package dev.vedette.sentinel.acl;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One user: a name, passwords, and rules applied in the order in which they were given. */
public final class AclUser {

    /** All categories of Redis 7.0, in the order of ACL CAT. */
    public static final List<String> CATEGORIES = List.of(
            "keyspace",
            "read",
            "write",
            "set",
            "sortedset",
            "list",
            "hash",
            "string",
            "bitmap",
            "hyperloglog",
            "geo",
            "stream",
            "pubsub",
            "admin",
            "fast",
            "slow",
            "blocking",
            "dangerous",
            "connection",
            "transaction",
            "scripting");

    private static final String UNKNOWN_NAME = "Unknown command or category name in ACL";
    private static final String SYNTAX = "Syntax error";
    private static final String BAD_HASH =
            "The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters";
    private static final String NO_SUCH_PASSWORD = "The password you are trying to remove from the user does not exist";

    private final String name;
    private final CommandNames commands;
    private boolean enabled;
    private boolean noPassword;
    private final Set<String> passwordHashes = new LinkedHashSet<>();
    private boolean allKeys;
    private final Set<String> keyPatterns = new LinkedHashSet<>();
    private boolean allChannels;
    private final Set<String> channelPatterns = new LinkedHashSet<>();
    private boolean allCommands;
    /** Rules on top of {@link #allCommands}: {@code @category}, {@code command} or {@code command|sub}, to allowed. */
    private final Map<String, Boolean> commandRules = new LinkedHashMap<>();

    AclUser(String name, CommandNames commands, boolean allChannels) {
        this.name = name;
        this.commands = commands;
        this.allChannels = allChannels;
    }

    AclUser copy() {
        AclUser copy = new AclUser(name, commands, allChannels);
        copy.enabled = enabled;
        copy.noPassword = noPassword;
        copy.passwordHashes.addAll(passwordHashes);
        copy.allKeys = allKeys;
        copy.keyPatterns.addAll(keyPatterns);
        copy.channelPatterns.addAll(channelPatterns);
        copy.allCommands = allCommands;
        copy.commandRules.putAll(commandRules);
        return copy;
    }

    /** Name, case-sensitive. */
    public String name() {
        return name;
    }

    /** Whether it may log in. */
    public boolean enabled() {
        return enabled;
    }

    /** Whether any password is right. */
    public boolean noPassword() {
        return noPassword;
    }

    /** SHA-256 of each password, in hexadecimal. */
    public Set<String> passwordHashes() {
        return Set.copyOf(passwordHashes);
    }

    /** Whether this password opens an enabled user. Takes the same time for every wrong one. */
    public boolean accepts(String password) {
        if (!enabled) {
            return false;
        }
        byte[] given = hash(password).getBytes(StandardCharsets.US_ASCII);
        boolean right = noPassword;
        for (String known : passwordHashes) {
            right |= MessageDigest.isEqual(given, known.getBytes(StandardCharsets.US_ASCII));
        }
        return right;
    }

    /** Whether the user may run this command; {@code command} is its full name, {@code container|sub}. */
    public boolean mayRun(String command) {
        boolean may = allCommands;
        int bar = command.indexOf('|');
        String container = bar < 0 ? command : command.substring(0, bar);
        Set<String> categories = commands.categoriesOf(command);
        for (Map.Entry<String, Boolean> rule : commandRules.entrySet()) {
            String about = rule.getKey();
            boolean matches = about.startsWith("@")
                    ? categories.contains(about.substring(1))
                    : about.equals(command) || about.equals(container);
            if (matches) {
                may = rule.getValue();
            }
        }
        return may;
    }

    /**
     * Whether the user may use a channel.
     *
     * @param literal true for a pattern to subscribe to, which must be named by a rule letter by letter
     */
    public boolean mayUseChannel(String channel, boolean literal) {
        return allChannels
                || channelPatterns.stream()
                        .anyMatch(pattern -> literal ? pattern.equals(channel) : GlobPattern.matches(pattern, channel));
    }

    /**
     * Applies one rule.
     *
     * @return why not, in the words of Redis, or empty
     */
    Optional<String> apply(String rule) {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "on" -> enabled = true;
            case "off" -> enabled = false;
            case "nopass" -> {
                noPassword = true;
                passwordHashes.clear();
            }
            case "resetpass" -> {
                noPassword = false;
                passwordHashes.clear();
            }
            case "allkeys", "~*" -> {
                allKeys = true;
                keyPatterns.clear();
            }
            case "resetkeys" -> {
                allKeys = false;
                keyPatterns.clear();
            }
            case "allchannels", "&*" -> {
                allChannels = true;
                channelPatterns.clear();
            }
            case "resetchannels" -> {
                allChannels = false;
                channelPatterns.clear();
            }
            case "allcommands", "+@all" -> {
                allCommands = true;
                commandRules.clear();
            }
            case "nocommands", "-@all" -> {
                allCommands = false;
                commandRules.clear();
            }
            case "reset" ->
                List.of("resetpass", "resetkeys", "resetchannels", "off", "-@all")
                        .forEach(this::apply);
            // What these say of dump payloads has no meaning without keys.
            case "sanitize-payload", "skip-sanitize-payload", "clearselectors" -> {}
            default -> {
                return rule.isEmpty() ? Optional.of(SYNTAX) : applyPrefixed(rule.charAt(0), rule.substring(1));
            }
        }
        return Optional.empty();
    }

    private Optional<String> applyPrefixed(char prefix, String rest) {
        return switch (prefix) {
            case '>' -> addPassword(hash(rest));
            case '#' -> isHash(rest) ? addPassword(rest) : Optional.of(BAD_HASH);
            case '<' -> removePassword(hash(rest));
            case '!' -> isHash(rest) ? removePassword(rest) : Optional.of(BAD_HASH);
            case '~' -> addPattern(keyPatterns, rest, allKeys, "allkeys", "resetkeys");
            case '&' -> addPattern(channelPatterns, rest, allChannels, "allchannels", "resetchannels");
            case '+', '-' -> addCommandRule(rest.toLowerCase(Locale.ROOT), prefix == '+');
            default -> Optional.of(SYNTAX);
        };
    }

    private Optional<String> addPassword(String hash) {
        passwordHashes.add(hash);
        noPassword = false;
        return Optional.empty();
    }

    private Optional<String> removePassword(String hash) {
        return passwordHashes.remove(hash) ? Optional.empty() : Optional.of(NO_SUCH_PASSWORD);
    }

    private static Optional<String> addPattern(
            Set<String> patterns, String pattern, boolean all, String allFlag, String resetFlag) {
        if (all) {
            return Optional.of("Adding a pattern after the * pattern (or the '" + allFlag
                    + "' flag) is not valid and does not have any effect. Try '" + resetFlag
                    + "' to start with an empty list of "
                    + (allFlag.equals("allkeys") ? "patterns" : "channels"));
        }
        if (pattern.contains(" ") || pattern.contains("\0")) {
            return Optional.of(SYNTAX);
        }
        patterns.add(pattern);
        return Optional.empty();
    }

    private Optional<String> addCommandRule(String about, boolean allow) {
        boolean known = about.startsWith("@")
                ? CATEGORIES.contains(about.substring(1))
                : commands.all().contains(about);
        if (!known) {
            return Optional.of(UNKNOWN_NAME);
        }
        // A rule about a whole command makes those about its subcommands before it void; the newest rule stands last.
        commandRules.keySet().removeIf(old -> old.equals(about) || old.startsWith(about + "|"));
        commandRules.put(about, allow);
        return Optional.empty();
    }

    /** Flags as ACL GETUSER lists them. */
    public List<String> flags() {
        List<String> flags = new ArrayList<>(List.of(enabled ? "on" : "off"));
        if (noPassword) {
            flags.add("nopass");
        }
        return flags;
    }

    /** Command rules as ACL GETUSER shows them, for example {@code -@all +ping}. */
    public String commandRules() {
        StringBuilder text = new StringBuilder(allCommands ? "+@all" : "-@all");
        commandRules.forEach(
                (about, allow) -> text.append(' ').append(allow ? '+' : '-').append(about));
        return text.toString();
    }

    /** Key patterns as ACL GETUSER shows them. */
    public String keyRules() {
        return allKeys
                ? "~*"
                : String.join(" ", keyPatterns.stream().map(p -> "~" + p).toList());
    }

    /** Channel patterns as ACL GETUSER shows them. */
    public String channelRules() {
        return allChannels
                ? "&*"
                : String.join(" ", channelPatterns.stream().map(p -> "&" + p).toList());
    }

    /** The words that make this user again: name, then rules. What ACL LIST and the configuration file say. */
    public List<String> words() {
        List<String> words = new ArrayList<>(List.of(name, enabled ? "on" : "off"));
        if (noPassword) {
            words.add("nopass");
        }
        passwordHashes.forEach(hash -> words.add("#" + hash));
        addNonEmpty(words, keyRules());
        if (!allChannels) {
            words.add("resetchannels");
        }
        addNonEmpty(words, channelRules());
        addNonEmpty(words, commandRules());
        return words;
    }

    private static void addNonEmpty(List<String> words, String rules) {
        if (!rules.isEmpty()) {
            words.addAll(List.of(rules.split(" ")));
        }
    }

    private static boolean isHash(String text) {
        return text.matches("[0-9a-f]{64}");
    }

    static String hash(String password) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(password.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
