package dev.vedette.store.command;

import dev.vedette.store.session.Replies;
import java.util.Locale;

/** The HELP subcommand that every container has: one declaration and one form of reply for all of them. */
public final class Help {

    private Help() {}

    /**
     * A HELP subcommand.
     *
     * @param container the container's name
     * @param since the first version of Redis that had it
     * @param lines for each subcommand its usage, then lines indented by four blanks that say what it does
     */
    public static Command of(String container, String since, String... lines) {
        return Command.command("help", "Says which subcommands there are and what they do.")
                .since(since)
                .group("server")
                .arity(2)
                .flags(CommandFlag.LOADING, CommandFlag.STALE)
                .runs(call -> write(call.out(), container, lines));
    }

    /** The reply itself, for HELP that is an argument and no subcommand of its own. */
    public static void write(Replies out, String container, String... lines) {
        out.array(lines.length + 3);
        out.simple(container.toUpperCase(Locale.ROOT) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
        for (String line : lines) {
            out.simple(line);
        }
        out.simple("HELP");
        out.simple("    Print this help.");
    }
}
