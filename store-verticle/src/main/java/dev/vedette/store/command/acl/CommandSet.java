package dev.vedette.store.command.acl;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Command;
import dev.vedette.store.session.Args;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The commands that are allowed: a bit for each command and subcommand, and first arguments that are allowed of commands
 * otherwise forbidden.
 */
final class CommandSet {

    private final CommandCatalog catalog;
    private final BitSet allowed = new BitSet();
    private final Map<Integer, List<String>> firstArguments = new TreeMap<>();
    /** Began with {@code +@all} rather than {@code -@all}: the rules that describe the set begin likewise. */
    private boolean fromAll;
    /** Nothing was ever taken away: no bit needs to be looked at. */
    private boolean everything;

    /** No command. */
    CommandSet(CommandCatalog catalog) {
        this.catalog = catalog;
    }

    CommandSet copy() {
        CommandSet copy = new CommandSet(catalog);
        copy.allowed.or(allowed);
        firstArguments.forEach((command, arguments) -> copy.firstArguments.put(command, new ArrayList<>(arguments)));
        copy.fromAll = fromAll;
        copy.everything = everything;
        return copy;
    }

    /** Whether all commands are allowed. */
    boolean isEverything() {
        return everything;
    }

    /** Whether the command may run with those arguments, keys and channels apart. */
    boolean allows(Command command, Args args) {
        if (everything || allowed.get(command.number())) {
            return true;
        }
        List<String> arguments = firstArguments.get(command.number());
        return arguments != null
                && args.count() > 1
                && arguments.stream().anyMatch(word -> word.equalsIgnoreCase(args.text(1)));
    }

    // ------------------------------------------------------------------ rules

    /** {@code +@all}. */
    void addAll() {
        allowed.set(0, catalog.all().size());
        firstArguments.clear();
        fromAll = true;
        everything = true;
    }

    /** {@code -@all}. */
    void removeAll() {
        allowed.clear();
        firstArguments.clear();
        fromAll = false;
        everything = false;
    }

    /** A rule that begins with plus or minus, other than those about all. */
    @Nullable
    RuleError apply(String rule) {
        boolean allow = rule.charAt(0) == '+';
        String name = rule.substring(1);
        if (name.startsWith("@")) {
            AclCategory category = CommandCatalog.category(name.substring(1));
            if (category == null) {
                return RuleError.UNKNOWN_COMMAND;
            }
            change(category, allow);
            return null;
        }
        int bar = name.lastIndexOf('|');
        if (!allow || bar < 0) {
            Command command = catalog.find(name);
            if (command == null) {
                return RuleError.UNKNOWN_COMMAND;
            }
            change(command, allow);
            return null;
        }
        return addPart(name, name.substring(0, bar), name.substring(bar + 1));
    }

    /** {@code +container|subcommand} or {@code +command|first-argument}. */
    private @Nullable RuleError addPart(String whole, String name, String part) {
        Command command = catalog.find(name);
        if (command == null) {
            return RuleError.UNKNOWN_COMMAND;
        }
        if (command.parent() != null) {
            return RuleError.FIRST_ARGUMENT_OF_SUBCOMMAND;
        }
        if (part.isEmpty()) {
            return RuleError.SYNTAX;
        }
        if (command.subcommands().isEmpty()) {
            List<String> arguments = firstArguments.computeIfAbsent(command.number(), n -> new ArrayList<>());
            if (arguments.stream().noneMatch(part::equalsIgnoreCase)) {
                arguments.add(part);
            }
            return null;
        }
        Command subcommand = catalog.find(whole);
        if (subcommand == null) {
            return RuleError.UNKNOWN_COMMAND;
        }
        change(subcommand, true);
        return null;
    }

    private void change(AclCategory category, boolean allow) {
        catalog.inCategory(category).forEach(command -> change(command, allow));
    }

    /** What is said of a container is said of its subcommands. */
    private void change(Command command, boolean allow) {
        allowed.set(command.number(), allow);
        everything &= allow;
        firstArguments.remove(command.number());
        for (Command subcommand : command.subcommands().values()) {
            allowed.set(subcommand.number(), allow);
        }
    }

    // ------------------------------------------------------------------ description

    /**
     * Rules that make this set from nothing: {@code +@all} or {@code -@all}, categories as far as they fit better than
     * not, and the rest one by one.
     */
    String describe() {
        StringBuilder rules = new StringBuilder(fromAll ? "+@all" : "-@all");
        CommandSet described = new CommandSet(catalog);
        if (fromAll) {
            described.addAll();
        }
        CommandSet left = copy();
        Set<AclCategory> open = EnumSet.allOf(AclCategory.class);
        for (AclCategory best = bestCategory(left, open); best != null; best = bestCategory(left, open)) {
            rules.append(fromAll ? " -@" : " +@").append(best.word());
            described.change(best, !fromAll);
            left.change(best, fromAll);
            open.remove(best);
        }
        describeRest(rules, described);
        return rules.toString();
    }

    /** The category that has more right than wrong about what is left: least wrong, then most right. */
    private @Nullable AclCategory bestCategory(CommandSet left, Set<AclCategory> open) {
        AclCategory best = null;
        int bestWrong = Integer.MAX_VALUE;
        int bestRight = 0;
        for (AclCategory category : open) {
            int on = 0;
            for (Command command : catalog.inCategory(category)) {
                on += left.allowed.get(command.number()) ? 1 : 0;
            }
            int off = catalog.inCategory(category).size() - on;
            int wrong = fromAll ? on : off;
            int right = fromAll ? off : on;
            if (right > wrong && (wrong < bestWrong || wrong == bestWrong && right > bestRight)) {
                best = category;
                bestWrong = wrong;
                bestRight = right;
            }
        }
        return best;
    }

    private void describeRest(StringBuilder rules, CommandSet described) {
        for (Command command : catalog.all()) {
            boolean allow = allowed.get(command.number());
            if (allow != described.allowed.get(command.number())) {
                rules.append(allow ? " +" : " -").append(command.fullName());
                described.change(command, allow);
            }
            if (!allow) {
                for (String argument : firstArguments.getOrDefault(command.number(), List.of())) {
                    rules.append(" +").append(command.fullName()).append('|').append(argument);
                }
            }
        }
    }
}
