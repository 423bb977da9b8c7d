package dev.vedette.sentinel.serve;

import dev.vedette.sentinel.acl.CommandNames;
import dev.vedette.wire.resp.Reply;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The commands of a sentinel by name. A name declared twice is a bug and fails at once. */
final class CommandTable implements CommandNames {

    private final Map<String, Command> commands = new LinkedHashMap<>();
    /** Commands by the name that {@code rename-command} gave them. */
    private final Map<String, Command> callable = new LinkedHashMap<>();

    private final Map<String, Command> byFullName = new LinkedHashMap<>();

    CommandTable(List<Command> declared, Map<String, String> renames) {
        for (Command command : declared) {
            if (commands.put(command.name(), command) != null) {
                throw new IllegalStateException("declared twice: " + command.name());
            }
            String called = renames.getOrDefault(command.name(), command.name());
            if (!called.isEmpty()) {
                callable.put(called.toLowerCase(Locale.ROOT), command);
            }
            byFullName.put(command.name(), command);
            for (Command sub : command.subcommands()) {
                if (byFullName.put(sub.name(), sub) != null) {
                    throw new IllegalStateException("declared twice: " + sub.name());
                }
            }
        }
    }

    /** Commands that clients can call. */
    Collection<Command> commands() {
        return callable.values();
    }

    /** A command or subcommand by its full name. */
    Optional<Command> named(String fullName) {
        return Optional.ofNullable(byFullName.get(fullName.toLowerCase(Locale.ROOT)));
    }

    @Override
    public Collection<String> all() {
        return byFullName.keySet();
    }

    @Override
    public Set<String> categoriesOf(String command) {
        @Nullable Command found = byFullName.get(command);
        return found == null ? Set.of() : found.categories();
    }

    /** What a command's words mean. */
    sealed interface Lookup {
        /** They can be run. */
        record Found(Command command) implements Lookup {}

        /** They cannot. */
        record Wrong(Reply answer) implements Lookup {}
    }

    /** Finds the command of these words and checks their number. */
    Lookup lookup(List<String> words) {
        @Nullable Command command = callable.get(words.getFirst().toLowerCase(Locale.ROOT));
        if (command == null) {
            return new Lookup.Wrong(unknownCommand(words));
        }
        if (words.size() > 1 && !command.subcommands().isEmpty()) {
            String wanted = command.name() + "|" + words.get(1).toLowerCase(Locale.ROOT);
            @Nullable Command sub = byFullName.get(wanted);
            if (sub == null) {
                return new Lookup.Wrong(unknownSubcommand(words.getFirst(), words.get(1)));
            }
            command = sub;
        }
        if (!command.acceptsWords(words.size())) {
            return new Lookup.Wrong(wrongNumberOfArguments(command.name()));
        }
        return new Lookup.Found(command);
    }

    static Reply wrongNumberOfArguments(String fullName) {
        return Answers.error("wrong number of arguments for '" + fullName + "' command");
    }

    static Reply unknownSubcommand(String container, String sub) {
        return Answers.error(
                "unknown subcommand '" + shortened(sub) + "'. Try " + container.toUpperCase(Locale.ROOT) + " HELP.");
    }

    private static Reply unknownCommand(List<String> words) {
        StringBuilder arguments = new StringBuilder();
        for (int i = 1; i < words.size() && arguments.length() < 128; i++) {
            String word = words.get(i);
            arguments
                    .append('\'')
                    .append(word, 0, Math.min(word.length(), 128 - arguments.length()))
                    .append("' ");
        }
        return Answers.error(
                "unknown command '" + shortened(words.getFirst()) + "', with args beginning with: " + arguments);
    }

    private static String shortened(String word) {
        return word.length() > 128 ? word.substring(0, 128) : word;
    }

    /** COMMAND INFO of one command, subcommands included. */
    static Reply info(Command command) {
        List<Reply> categories = new ArrayList<>();
        command.categories().forEach(category -> categories.add(new Reply.Simple("@" + category)));
        List<Reply> flags = new ArrayList<>();
        command.flags().forEach(flag -> flags.add(new Reply.Simple(flag)));
        return new Reply.Array(List.of(
                Reply.Bulk.of(command.name()),
                new Reply.Int(command.arity()),
                new Reply.Set(flags),
                new Reply.Int(0),
                new Reply.Int(0),
                new Reply.Int(0),
                new Reply.Set(categories),
                Answers.texts(command.tips()),
                new Reply.Array(List.of()),
                new Reply.Array(
                        command.subcommands().stream().map(CommandTable::info).toList())));
    }

    /** COMMAND DOCS of one command, subcommands included. */
    static Reply docs(Command command) {
        Answers.Fields fields = new Answers.Fields()
                .put("summary", command.summary())
                .put("since", command.since())
                .put("group", command.group());
        if (!command.subcommands().isEmpty()) {
            Answers.Fields subs = new Answers.Fields();
            command.subcommands().forEach(sub -> subs.put(sub.name(), docs(sub)));
            fields.put("subcommands", subs.build());
        }
        return fields.build();
    }
}
