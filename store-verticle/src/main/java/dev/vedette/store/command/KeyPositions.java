package dev.vedette.store.command;

import dev.vedette.store.session.Args;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which arguments of a command are keys, found from its declaration; for COMMAND GETKEYS and ACL rules. */
public final class KeyPositions {

    /** A flag of a specification of something that is no key but routed like one (shard channels). */
    private static final String NOT_KEY = "not_key";
    /** A flag of a specification that does not tell all keys. */
    private static final String INCOMPLETE = "incomplete";
    /** A flag of a specification whose other flags depend on the arguments. */
    private static final String VARIABLE = "variable_flags";

    /**
     * One key.
     *
     * @param arg its argument
     * @param flags what is done with it, as {@link KeySpec#flags}
     */
    public record Key(int arg, List<String> flags) {}

    private KeyPositions() {}

    /** Whether some of the command's arguments may be keys. */
    public static boolean has(Command command) {
        return command.keyFinder() != null || command.keySpecs().stream().anyMatch(KeyPositions::isReal);
    }

    /** The keys among the arguments (the command's name at 0); null when the arguments are wrong. */
    public static @Nullable List<Key> of(Command command, Args args) {
        List<Key> keys = bySpecs(command, args);
        if (keys != null) {
            return keys;
        }
        Command.KeyFinder finder = command.keyFinder();
        if (finder == null) {
            return null;
        }
        List<KeySpec> specs =
                command.keySpecs().stream().filter(KeyPositions::isReal).toList();
        keys = new ArrayList<>();
        for (int arg : finder.keys(args)) {
            // Further keys are those of options, which the last specification speaks of.
            KeySpec spec = keys.isEmpty() ? specs.getFirst() : specs.getLast();
            keys.add(new Key(arg, flags(command, spec, args)));
        }
        return keys;
    }

    private static boolean isReal(KeySpec spec) {
        return !spec.flags().contains(NOT_KEY);
    }

    /** What is done with the key: without those words that speak of the specification itself. */
    private static List<String> flags(Command command, KeySpec spec, Args args) {
        if (spec.flags().contains(VARIABLE) && command.keyFlags() != null) {
            return command.keyFlags().apply(args);
        }
        return spec.flags();
    }

    private static @Nullable List<Key> bySpecs(Command command, Args args) {
        List<Key> keys = new ArrayList<>();
        for (KeySpec spec : command.keySpecs()) {
            if (isReal(spec)) {
                if (!find(command, spec, args, keys) || spec.flags().contains(INCOMPLETE)) {
                    return null;
                }
            }
        }
        return keys;
    }

    /** Adds a specification's keys; false when it cannot tell or the arguments are wrong. */
    private static boolean find(Command command, KeySpec spec, Args args, List<Key> keys) {
        int begin = spec.begin();
        if (begin == 0) {
            if (spec.keyword().isEmpty()) {
                return false;
            }
            begin = afterKeyword(spec, args);
            if (begin == 0) {
                return true;
            }
        }
        int first = begin;
        int last;
        int step;
        switch (spec.find()) {
            case RANGE -> {
                step = spec.b();
                last = lastOfRange(spec, args, first);
            }
            case KEYNUM -> {
                int countArg = begin + spec.a();
                if (countArg >= args.count() || !args.isInteger(countArg)) {
                    return false;
                }
                step = spec.c();
                first = begin + spec.b();
                last = (int) Math.min(Integer.MAX_VALUE, first + args.integer(countArg) - 1);
            }
            default -> {
                return false;
            }
        }
        if (last >= args.count() || last < first) {
            return false;
        }
        List<String> flags = flags(command, spec, args);
        for (int arg = first; arg <= last; arg += step) {
            keys.add(new Key(arg, flags));
        }
        return true;
    }

    private static int lastOfRange(KeySpec spec, Args args, int first) {
        if (spec.a() >= 0) {
            return first + spec.a();
        }
        return spec.c() == 0 ? args.count() + spec.a() : first + (args.count() - first) / spec.c() + spec.a();
    }

    /** The argument after the keyword, or 0 when it is not there. A search from a negative place goes backwards. */
    private static int afterKeyword(KeySpec spec, Args args) {
        boolean forward = spec.keywordFrom() > 0;
        int step = forward ? 1 : -1;
        String keyword = spec.keyword().toLowerCase(java.util.Locale.ROOT);
        for (int i = forward ? spec.keywordFrom() : args.count() + spec.keywordFrom();
                i >= 1 && i < args.count();
                i += step) {
            if (args.is(i, keyword)) {
                return i + 1;
            }
        }
        return 0;
    }
}
