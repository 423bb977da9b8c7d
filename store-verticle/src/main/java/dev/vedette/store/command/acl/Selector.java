package dev.vedette.store.command.acl;

import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Globs;
import dev.vedette.store.command.KeyPositions;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.ByteKey;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One set of permissions: commands, keys and channels that go together. A user has one of its own and may have more. */
final class Selector {

    private static final int READ = 1;
    private static final int WRITE = 2;
    private static final ByteKey ANY = new ByteKey(new byte[] {'*'});

    private final CommandSet commands;
    private boolean allKeys;
    private boolean allChannels;
    /** Patterns with what may be done to keys that match: bits of {@link #READ} and {@link #WRITE}. */
    private final Map<ByteKey, Integer> keys = new LinkedHashMap<>();

    private final Set<ByteKey> channels = new LinkedHashSet<>();

    /** Nothing is allowed, but for all channels when that is the default. */
    Selector(CommandCatalog catalog, boolean allChannels) {
        this(new CommandSet(catalog));
        this.allChannels = allChannels;
    }

    private Selector(CommandSet commands) {
        this.commands = commands;
    }

    Selector copy() {
        Selector copy = new Selector(commands.copy());
        copy.allKeys = allKeys;
        copy.allChannels = allChannels;
        copy.keys.putAll(keys);
        copy.channels.addAll(channels);
        return copy;
    }

    // ------------------------------------------------------------------ rules

    /** Applies one rule, of one byte per char; answers why not, and then nothing has changed. */
    @Nullable
    RuleError apply(String rule) {
        switch (rule.toLowerCase(Locale.ROOT)) {
            case "" -> {
                return RuleError.SYNTAX;
            }
            case "allkeys", "~*" -> resetKeys(true);
            case "resetkeys" -> resetKeys(false);
            case "allchannels", "&*" -> resetChannels(true);
            case "resetchannels" -> resetChannels(false);
            case "allcommands", "+@all" -> commands.addAll();
            case "nocommands", "-@all" -> commands.removeAll();
            default -> {
                return switch (rule.charAt(0)) {
                    case '~' -> addKeys(rule.substring(1), READ | WRITE);
                    case '%' -> addKeysOfKind(rule);
                    case '&' -> addChannels(rule.substring(1));
                    case '+', '-' -> commands.apply(rule);
                    default -> RuleError.SYNTAX;
                };
            }
        }
        return null;
    }

    void resetChannels(boolean all) {
        allChannels = all;
        channels.clear();
    }

    private void resetKeys(boolean all) {
        allKeys = all;
        keys.clear();
    }

    /** {@code %R~pattern}, {@code %W~pattern}, {@code %RW~pattern}. */
    private @Nullable RuleError addKeysOfKind(String rule) {
        if (allKeys) {
            return RuleError.KEYS_AFTER_ALL;
        }
        int kind = 0;
        int at = 1;
        while (at < rule.length() && rule.charAt(at) != '~') {
            int more = switch (rule.charAt(at)) {
                case 'R', 'r' -> READ;
                case 'W', 'w' -> WRITE;
                default -> 0;
            };
            if (more == 0 || (kind & more) != 0) {
                return RuleError.SYNTAX;
            }
            kind |= more;
            at++;
        }
        return addKeys(rule.substring(Math.min(at + 1, rule.length())), kind);
    }

    private @Nullable RuleError addKeys(String pattern, int kind) {
        if (allKeys) {
            return RuleError.KEYS_AFTER_ALL;
        }
        if (kind == 0 || hasBlanks(pattern)) {
            return RuleError.SYNTAX;
        }
        keys.merge(bytes(pattern), kind, (a, b) -> a | b);
        return null;
    }

    private @Nullable RuleError addChannels(String pattern) {
        if (allChannels) {
            return RuleError.CHANNELS_AFTER_ALL;
        }
        if (hasBlanks(pattern)) {
            return RuleError.SYNTAX;
        }
        channels.add(bytes(pattern));
        return null;
    }

    /** Whether the text holds what would break the description of a user into words. */
    static boolean hasBlanks(String text) {
        return text.chars().anyMatch(c -> c == 0 || c == ' ' || c >= '\t' && c <= '\r');
    }

    private static ByteKey bytes(String text) {
        return new ByteKey(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    // ------------------------------------------------------------------ judgement

    /** Whether nothing at all is forbidden. */
    boolean isUnrestricted() {
        return allKeys && allChannels && commands.isEverything();
    }

    /** Why the command is forbidden, or null when it is allowed. */
    @Nullable
    Denial judge(Command command, Args args) {
        if (!command.has(CommandFlag.NO_AUTH) && !commands.allows(command, args)) {
            return Denial.COMMAND;
        }
        Denial denial = allKeys || !KeyPositions.has(command) ? null : judgeKeys(command, args);
        return denial != null || allChannels ? denial : judgeChannels(command, args);
    }

    private @Nullable Denial judgeKeys(Command command, Args args) {
        List<KeyPositions.Key> found = KeyPositions.of(command, args);
        if (found != null) {
            for (KeyPositions.Key key : found) {
                if (!allowsKey(args, key.arg(), kind(key.flags()))) {
                    return new Denial(Denial.Reason.KEY, key.arg());
                }
            }
        }
        return null;
    }

    private static int kind(List<String> flags) {
        int kind = flags.contains("access") ? READ : 0;
        boolean changes = flags.contains("insert") || flags.contains("delete") || flags.contains("update");
        return changes ? kind | WRITE : kind;
    }

    private boolean allowsKey(Args args, int arg, int kind) {
        for (Map.Entry<ByteKey, Integer> pattern : keys.entrySet()) {
            if ((pattern.getValue() & kind) == kind
                    && Globs.matches(
                            pattern.getKey().bytes(), args.array(arg), args.offset(arg), args.length(arg), false)) {
                return true;
            }
        }
        return false;
    }

    /** Whether every key there is may be read. */
    boolean readsAllKeys() {
        return allKeys || (keys.getOrDefault(ANY, 0) & READ) != 0;
    }

    private @Nullable Denial judgeChannels(Command command, Args args) {
        Command.Channels which = command.channels();
        if (which == Command.Channels.NONE) {
            return null;
        }
        int end = which == Command.Channels.FIRST ? Math.min(2, args.count()) : args.count();
        for (int arg = 1; arg < end; arg++) {
            if (!matches(channels, args.bytes(arg), which == Command.Channels.ALL_PATTERNS)) {
                return new Denial(Denial.Reason.CHANNEL, arg);
            }
        }
        return null;
    }

    /** Whether a channel is among those allowed; a pattern must be one of them, letter by letter. */
    static boolean matches(Set<ByteKey> allowed, byte[] channel, boolean isPattern) {
        if (isPattern) {
            return allowed.contains(new ByteKey(channel));
        }
        return allowed.stream().anyMatch(pattern -> Globs.matches(pattern.bytes(), channel, false));
    }

    boolean allowsAllChannels() {
        return allChannels;
    }

    Set<ByteKey> channels() {
        return channels;
    }

    // ------------------------------------------------------------------ description

    /** The rules about commands. */
    String describeCommands() {
        return commands.describe();
    }

    /** The rules about keys, with a blank between two. */
    String describeKeys() {
        if (allKeys) {
            return "~*";
        }
        List<String> patterns = new ArrayList<>();
        keys.forEach((pattern, kind) -> patterns.add(sign(kind) + text(pattern)));
        return String.join(" ", patterns);
    }

    private static String sign(int kind) {
        return switch (kind) {
            case READ -> "%R~";
            case WRITE -> "%W~";
            default -> "~";
        };
    }

    /** The rules about channels, with a blank between two. */
    String describeChannels() {
        if (allChannels) {
            return "&*";
        }
        List<String> patterns = new ArrayList<>();
        channels.forEach(pattern -> patterns.add("&" + text(pattern)));
        return String.join(" ", patterns);
    }

    /** Rules that make this selector from an empty one. */
    String describe() {
        List<String> rules = new ArrayList<>();
        rules.add(describeKeys());
        rules.add(allChannels ? "" : "resetchannels");
        rules.add(describeChannels());
        rules.add(describeCommands());
        rules.removeIf(String::isEmpty);
        return String.join(" ", rules);
    }

    private static String text(ByteKey pattern) {
        return new String(pattern.bytes(), StandardCharsets.ISO_8859_1);
    }
}
