package dev.vedette.store.command.server;

import static dev.vedette.store.command.AclCategory.CONNECTION;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.STALE;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.Globs;
import dev.vedette.store.command.Help;
import dev.vedette.store.command.KeyPositions;
import dev.vedette.store.command.KeySpec;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** COMMAND and its subcommands: the declarations of all commands as replies. */
public final class CommandCommands {

    private static final String ALL_COMMANDS = "O(N) where N is the total number of Redis commands";
    private static final String LOOK_UP = "O(N) where N is the number of commands to look up";
    private static final String ARGUMENTS = "O(N) where N is the number of arguments to the command";
    private static final String IN_NO_ORDER = "nondeterministic_output_order";

    /** Flags that Redis keeps to itself. */
    private static final Set<CommandFlag> HIDDEN = EnumSet.of(
            CommandFlag.MAY_REPLICATE,
            CommandFlag.SENTINEL,
            CommandFlag.ONLY_SENTINEL,
            CommandFlag.PROTECTED,
            CommandFlag.TOUCHES_ARBITRARY_KEYS);

    /** The declarations. */
    public static final List<Command> FAMILY =
            List.of(declared("command", "Describes every command.", "2.8.13", -1, ALL_COMMANDS, CommandCommands::all)
                    .tips(IN_NO_ORDER)
                    .sub(
                            declared("count", "Counts the commands.", "2.8.13", 2, "O(1)", CommandCommands::count),
                            declared("docs", "Documents commands.", "7.0.0", -2, LOOK_UP, CommandCommands::docs)
                                    .tips(IN_NO_ORDER),
                            declared(
                                    "getkeys",
                                    "Finds the keys in a whole command.",
                                    "2.8.13",
                                    -4,
                                    ARGUMENTS,
                                    call -> getKeys(call, false)),
                            declared(
                                    "getkeysandflags",
                                    "Finds the keys in a whole command, and what it does with them.",
                                    "7.0.0",
                                    -4,
                                    ARGUMENTS,
                                    call -> getKeys(call, true)),
                            declared("info", "Describes commands.", "2.8.13", -2, LOOK_UP, CommandCommands::info)
                                    .tips(IN_NO_ORDER),
                            declared("list", "Names the commands.", "7.0.0", -2, ALL_COMMANDS, CommandCommands::list)
                                    .tips(IN_NO_ORDER),
                            Help.of(
                                            "command",
                                            "5.0.0",
                                            "(no subcommand)",
                                            "    Describe every command.",
                                            "COUNT",
                                            "    Tell how many commands there are.",
                                            "LIST [FILTERBY (MODULE <name>|ACLCAT <category>|PATTERN <pattern>)]",
                                            "    Name all commands, or those that a filter lets through.",
                                            "INFO [<command-name> ...]",
                                            "    Describe the commands named, all of them when none is.",
                                            "DOCS [<command-name> ...]",
                                            "    Document the commands named, all of them when none is.",
                                            "GETKEYS <full-command>",
                                            "    Tell which words of a whole command are keys.",
                                            "GETKEYSANDFLAGS <full-command>",
                                            "    The same, with what the command does with each key.")
                                    .acl(CONNECTION)));

    private CommandCommands() {}

    private static Command declared(
            String name, String summary, String since, int arity, String complexity, Command.Handler handler) {
        return command(name, summary)
                .since(since)
                .complexity(complexity)
                .group("server")
                .arity(arity)
                .flags(LOADING, STALE)
                .acl(CONNECTION)
                .runs(handler);
    }

    // ------------------------------------------------------------------ what there is

    private static void count(Call call) {
        call.out().integer(call.server.commands.all().size());
    }

    private static void list(Call call) {
        Predicate<Command> filter = filter(call);
        if (filter == null) {
            call.fail(Errors.SYNTAX);
            return;
        }
        List<String> names = new ArrayList<>();
        for (Command command : call.server.commands.all()) {
            if (filter.test(command)) {
                names.add(command.fullName());
            }
            command.subcommands().values().stream()
                    .filter(filter)
                    .map(Command::fullName)
                    .forEach(names::add);
        }
        call.out().array(names.size());
        names.forEach(call.out()::bulk);
    }

    private static @Nullable Predicate<Command> filter(Call call) {
        Args args = call.args();
        if (call.argc() == 2) {
            return command -> true;
        }
        if (call.argc() != 5 || !args.is(2, "filterby")) {
            return null;
        }
        String wanted = args.text(4);
        if (args.is(3, "module")) {
            return command -> false;
        }
        if (args.is(3, "aclcat")) {
            return command -> command.categories().stream()
                    .anyMatch(category -> category.word().equalsIgnoreCase(wanted));
        }
        if (args.is(3, "pattern")) {
            byte[] pattern = args.bytes(4);
            return command -> Globs.matches(pattern, command.fullName().getBytes(StandardCharsets.US_ASCII), true);
        }
        return null;
    }

    // ------------------------------------------------------------------ INFO

    private static void all(Call call) {
        Collection<Command> commands = call.server.commands.all();
        call.out().array(commands.size());
        commands.forEach(command -> info(call.out(), command));
    }

    private static void info(Call call) {
        if (call.argc() == 2) {
            all(call);
            return;
        }
        call.out().array(call.argc() - 2);
        for (int i = 2; i < call.argc(); i++) {
            Command command = call.server.commands.get(call.args().text(i));
            if (command == null) {
                call.out().nil();
            } else {
                info(call.out(), command);
            }
        }
    }

    private static void info(Replies out, Command command) {
        KeyRange range = KeyRange.of(command.keySpecs());
        out.array(10);
        out.bulk(command.fullName());
        out.integer(command.arity());
        words(out, shownFlags(command, range));
        out.integer(range.first);
        out.integer(range.last);
        out.integer(range.step);
        words(
                out,
                command.categories().stream()
                        .map(category -> "@" + category.word())
                        .toList());
        out.set(command.tips().size());
        command.tips().forEach(out::bulk);
        out.set(command.keySpecs().size());
        command.keySpecs().forEach(spec -> keySpec(out, spec));
        Collection<Command> subcommands = command.subcommands().values();
        if (subcommands.isEmpty()) {
            out.set(0);
        } else {
            out.array(subcommands.size());
            subcommands.forEach(sub -> info(out, sub));
        }
    }

    private static void words(Replies out, Collection<String> words) {
        out.set(words.size());
        words.forEach(out::simple);
    }

    private static List<String> shownFlags(Command command, KeyRange range) {
        EnumSet<CommandFlag> shown = EnumSet.noneOf(CommandFlag.class);
        shown.addAll(command.flags());
        shown.removeAll(HIDDEN);
        if (range.movable) {
            shown.add(CommandFlag.MOVABLEKEYS);
        }
        return shown.stream().map(CommandFlag::word).toList();
    }

    private static void keySpec(Replies out, KeySpec spec) {
        out.map(3);
        out.bulk("flags");
        words(out, spec.flags());
        out.bulk("begin_search");
        if (spec.begin() != 0) {
            typed(out, "index", 1, "index", spec.begin());
        } else if (spec.keyword().isEmpty()) {
            typed(out, "unknown", 0);
        } else {
            typed(out, "keyword", 2);
            out.bulk("keyword");
            out.bulk(spec.keyword());
            out.bulk("startfrom");
            out.integer(spec.keywordFrom());
        }
        out.bulk("find_keys");
        switch (spec.find()) {
            case RANGE -> typed(out, "range", 3, "lastkey", spec.a(), "keystep", spec.b(), "limit", spec.c());
            case KEYNUM -> typed(out, "keynum", 3, "keynumidx", spec.a(), "firstkey", spec.b(), "keystep", spec.c());
            case UNKNOWN -> typed(out, "unknown", 0);
        }
    }

    /** A map of type and spec; the spec's pairs follow here as far as they are numbers. */
    private static void typed(Replies out, String type, int pairs, Object... numbers) {
        out.map(2);
        out.bulk("type");
        out.bulk(type);
        out.bulk("spec");
        out.map(pairs);
        for (int i = 0; i < numbers.length; i += 2) {
            out.bulk((String) numbers[i]);
            out.integer((Integer) numbers[i + 1]);
        }
    }

    /**
     * First key, last key and step, as clients before 7.0 read them; all 0 when specifications cannot be told so.
     *
     * @param movable whether that does not tell all keys
     */
    private record KeyRange(int first, int last, int step, boolean movable) {

        static KeyRange of(List<KeySpec> specs) {
            if (specs.isEmpty()) {
                return new KeyRange(0, 0, 0, false);
            }
            if (specs.size() == 1 && isPlain(specs.getFirst())) {
                KeySpec only = specs.getFirst();
                return new KeyRange(only.begin(), last(only), only.b(), isIncomplete(only));
            }
            boolean movable = false;
            int first = 0;
            int last = 0;
            for (KeySpec spec : specs) {
                boolean follows = isPlain(spec) && spec.b() == 1 && (last == 0 || last == spec.begin() - 1);
                movable |= !follows || isIncomplete(spec);
                if (follows) {
                    first = first == 0 ? spec.begin() : first;
                    // A negative one counts from the end and so is beyond every other.
                    last = last < 0 || last(spec) < 0 ? Math.min(last, last(spec)) : Math.max(last, last(spec));
                }
            }
            return first == 0 ? new KeyRange(0, 0, 0, true) : new KeyRange(first, last, 1, movable);
        }

        private static boolean isPlain(KeySpec spec) {
            return spec.begin() != 0 && spec.find() == KeySpec.Find.RANGE;
        }

        private static boolean isIncomplete(KeySpec spec) {
            return spec.flags().contains("incomplete");
        }

        private static int last(KeySpec spec) {
            return spec.a() < 0 ? spec.a() : spec.begin() + spec.a();
        }
    }

    // ------------------------------------------------------------------ DOCS

    private static void docs(Call call) {
        List<Command> commands = new ArrayList<>();
        if (call.argc() == 2) {
            commands.addAll(call.server.commands.all());
        }
        for (int i = 2; i < call.argc(); i++) {
            Command command = call.server.commands.get(call.args().text(i));
            if (command != null) {
                commands.add(command);
            }
        }
        docs(call.out(), commands);
    }

    private static void docs(Replies out, Collection<Command> commands) {
        out.map(commands.size());
        for (Command command : commands) {
            out.bulk(command.fullName());
            int mark = out.open();
            int[] pairs = {0};
            BiConsumer<String, String> pair = (name, value) -> {
                if (!value.isEmpty()) {
                    out.bulk(name);
                    out.bulk(value);
                    pairs[0]++;
                }
            };
            pair.accept("summary", command.summary());
            pair.accept("since", command.since());
            pair.accept("group", command.group());
            pair.accept("complexity", command.complexity());
            if (!command.subcommands().isEmpty()) {
                out.bulk("subcommands");
                docs(out, command.subcommands().values());
                pairs[0]++;
            }
            out.closeMap(mark, pairs[0]);
        }
    }

    // ------------------------------------------------------------------ GETKEYS

    private static void getKeys(Call call, boolean withFlags) {
        Args inner = new Args();
        for (int i = 2; i < call.argc(); i++) {
            inner.add(call.args().array(i), call.args().offset(i), call.args().length(i));
        }
        Command command = lookUp(call, inner);
        if (command == null) {
            call.fail("ERR Invalid command specified");
            return;
        }
        if (!KeyPositions.has(command)) {
            call.fail("ERR The command has no key arguments");
            return;
        }
        if (!command.takes(inner.count())) {
            call.fail("ERR Invalid number of arguments specified for command");
            return;
        }
        List<KeyPositions.Key> keys = KeyPositions.of(command, inner);
        if ((keys == null || keys.isEmpty()) && !command.has(CommandFlag.NO_MANDATORY_KEYS)) {
            call.fail("ERR Invalid arguments specified for command");
            return;
        }
        List<KeyPositions.Key> found = keys == null ? List.of() : keys;
        call.out().array(found.size());
        for (KeyPositions.Key key : found) {
            if (withFlags) {
                call.out().array(2);
            }
            call.out().bulk(inner.array(key.arg()), inner.offset(key.arg()), inner.length(key.arg()));
            if (withFlags) {
                words(call.out(), key.flags());
            }
        }
    }

    private static @Nullable Command lookUp(Call call, Args inner) {
        Command command = call.server.commands.find(inner);
        if (command == null || command.subcommands().isEmpty() || inner.count() == 1) {
            return command;
        }
        return command.subcommand(inner.text(1).toLowerCase(Locale.ROOT));
    }
}
