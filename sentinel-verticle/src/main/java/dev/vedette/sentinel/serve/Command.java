package dev.vedette.sentinel.serve;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * One command or subcommand, declared once beside its handler; COMMAND, ACL and arity errors all derive from this.
 *
 * @param name lower case; of a subcommand {@code container|sub}
 * @param summary one sentence for COMMAND DOCS
 * @param since version of Redis that had it first
 * @param group group of Redis's documentation
 * @param arity number of words, negative for at least that many
 * @param flags as COMMAND INFO shows them
 * @param acl categories beside those that follow from the flags, without {@code @}
 * @param tips as COMMAND INFO shows them
 * @param subcommands of a container
 * @param handler runs it
 */
record Command(
        String name,
        String summary,
        String since,
        String group,
        int arity,
        List<String> flags,
        List<String> acl,
        List<String> tips,
        List<Command> subcommands,
        Handler handler) {

    /** Runs a command and answers {@link Call#answer} exactly once, at once or later. */
    @FunctionalInterface
    interface Handler {
        /** Runs it. */
        void run(Call call);
    }

    /** Begins a declaration. */
    static Draft command(String name, String summary) {
        return new Draft(name, summary);
    }

    /** All categories, in Redis's order: those of its flags and those declared. */
    Set<String> categories() {
        Set<String> found = new LinkedHashSet<>();
        if (flags.contains("pubsub") || acl.contains("pubsub")) {
            found.add("pubsub");
        }
        if (flags.contains("admin") || acl.contains("admin")) {
            found.add("admin");
        }
        found.add(flags.contains("fast") ? "fast" : "slow");
        if (flags.contains("admin") || acl.contains("dangerous")) {
            found.add("dangerous");
        }
        found.addAll(acl);
        return found;
    }

    boolean acceptsWords(int count) {
        return arity >= 0 ? count == arity : count >= -arity;
    }

    /** A declaration under way. */
    static final class Draft {
        private final String name;
        private final String summary;
        private String since = "1.0.0";
        private String group = "server";
        private int arity = 1;
        private List<String> flags = List.of();
        private List<String> acl = List.of();
        private List<String> tips = List.of();
        private final List<Command> subcommands = new ArrayList<>();

        private Draft(String name, String summary) {
            this.name = name;
            this.summary = summary;
        }

        Draft since(String version) {
            this.since = version;
            return this;
        }

        Draft group(String newGroup) {
            this.group = newGroup;
            return this;
        }

        Draft arity(int words) {
            this.arity = words;
            return this;
        }

        Draft flags(String... newFlags) {
            this.flags = List.copyOf(Arrays.asList(newFlags));
            return this;
        }

        Draft acl(String... categories) {
            this.acl = List.copyOf(Arrays.asList(categories));
            return this;
        }

        Draft tips(String... newTips) {
            this.tips = List.copyOf(Arrays.asList(newTips));
            return this;
        }

        /** A container whose own handler is never reached without a subcommand. */
        Command containing(List<Command> commands) {
            subcommands.addAll(commands);
            return runs(call -> call.answer(CommandTable.unknownSubcommand(this.name, call.word(1))));
        }

        /** A command that can also be followed by subcommands. */
        Draft with(List<Command> commands) {
            subcommands.addAll(commands);
            return this;
        }

        Command runs(Handler handler) {
            return new Command(name, summary, since, group, arity, flags, acl, tips, List.copyOf(subcommands), handler);
        }
    }
}
