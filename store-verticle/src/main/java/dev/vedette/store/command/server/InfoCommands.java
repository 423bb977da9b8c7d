package dev.vedette.store.command.server;

import static dev.vedette.store.command.AclCategory.DANGEROUS;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.STALE;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.ServerState;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** INFO. */
public final class InfoCommands {

    private static final List<String> DEFAULT = List.of(
            "server",
            "clients",
            "memory",
            "persistence",
            "stats",
            "replication",
            "cpu",
            "module_list",
            "errorstats",
            "cluster",
            "keyspace");

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(command("info", "Tells how the server is.")
            .since("1.0.0")
            .group("server")
            .arity(-1)
            .flags(LOADING, STALE)
            .acl(DANGEROUS)
            .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
            .runs(InfoCommands::info));

    private InfoCommands() {}

    private static void info(Call call) {
        Set<String> sections = new LinkedHashSet<>();
        for (int i = 1; i < call.argc(); i++) {
            sections.add(call.args().text(i).toLowerCase(Locale.ROOT));
        }
        call.out().verbatim("txt", text(call.server, sections).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The text of INFO, lines ended by CRLF.
     *
     * @param sections in lower case; {@code default}, {@code all} and {@code everything} stand for several; none for the
     *     default ones
     */
    public static String text(ServerState server, Set<String> sections) {
        if (sections.contains("all") || sections.contains("everything")) {
            return new InfoText(server, null).text();
        }
        Set<String> wanted = new LinkedHashSet<>(sections);
        if (sections.isEmpty() || sections.contains("default")) {
            wanted.addAll(DEFAULT);
        }
        return new InfoText(server, wanted).text();
    }
}
