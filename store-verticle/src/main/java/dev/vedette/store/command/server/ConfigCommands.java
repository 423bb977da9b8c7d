package dev.vedette.store.command.server;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ADMIN;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.STALE;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Help;
import dev.vedette.store.config.ConfigRewriter;
import dev.vedette.store.config.Directive;
import dev.vedette.store.config.Directives;
import dev.vedette.store.session.Args;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** CONFIG and its subcommands. */
public final class ConfigCommands {

    private static final CommandFlag[] FLAGS = {ADMIN, NOSCRIPT, LOADING, STALE};

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(command("config", "Reads and changes the configuration.")
            .since("2.0.0")
            .complexity("Depends on subcommand.")
            .group("server")
            .arity(-2)
            .sub(
                    command("get", "Shows the directives that match patterns.")
                            .since("2.0.0")
                            .complexity("O(N) when N is the number of configuration parameters provided")
                            .group("server")
                            .arity(-3)
                            .flags(FLAGS)
                            .runs(ConfigCommands::get),
                    command("set", "Changes directives, all of them or none.")
                            .since("2.0.0")
                            .complexity("O(N) when N is the number of configuration parameters provided")
                            .group("server")
                            .arity(-4)
                            .flags(FLAGS)
                            .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                            .secrets(ConfigCommands::isSecret)
                            .runs(ConfigCommands::set),
                    command("resetstat", "Sets the counters of INFO back.")
                            .since("2.0.0")
                            .group("server")
                            .arity(2)
                            .flags(FLAGS)
                            .runs(ConfigCommands::resetStat),
                    command("rewrite", "Brings the configuration file up to date.")
                            .since("2.8.0")
                            .group("server")
                            .arity(2)
                            .flags(FLAGS)
                            .runs(ConfigCommands::rewrite),
                    Help.of(
                            "config",
                            "5.0.0",
                            "GET <pattern> [<pattern> ...]",
                            "    Show the directives whose names match a glob pattern.",
                            "SET <directive> <value> [<directive> <value> ...]",
                            "    Change directives while the server runs.",
                            "RESETSTAT",
                            "    Set the counters that INFO shows back to zero.",
                            "REWRITE",
                            "    Write the present values into the configuration file.")));

    private ConfigCommands() {}

    /** Directives are bytes, one for each char. */
    private static String latin1(Call call, int arg) {
        return new String(
                call.args().array(arg), call.args().offset(arg), call.args().length(arg), StandardCharsets.ISO_8859_1);
    }

    private static List<String> words(Call call) {
        List<String> words = new ArrayList<>();
        for (int i = 2; i < call.argc(); i++) {
            words.add(latin1(call, i));
        }
        return words;
    }

    private static void get(Call call) {
        Map<String, String> found = call.server.config.get(words(call));
        call.out().map(found.size());
        found.forEach((name, value) -> {
            call.out().bulk(name.getBytes(StandardCharsets.ISO_8859_1));
            call.out().bulk(value.getBytes(StandardCharsets.ISO_8859_1));
        });
    }

    /** Whether an argument of CONFIG SET is the value of a directive that is to be kept secret. */
    private static boolean isSecret(Args args, int argument) {
        if (argument < 3 || argument % 2 == 0) {
            return false;
        }
        Directive directive = Directives.find(args.text(argument - 1));
        return directive != null && directive.is(Directive.Trait.SENSITIVE);
    }

    private static void set(Call call) {
        if (call.argc() % 2 != 0) {
            call.fail("ERR syntax error");
            return;
        }
        String refusal =
                call.server.config.set(words(call), call.session().isLocal(), call.server.persistence.isLoading());
        if (refusal == null) {
            call.out().ok();
        } else {
            call.fail(refusal);
        }
    }

    private static void resetStat(Call call) {
        call.server.stats.reset();
        call.server.replication.resetCounts();
        call.server.persistence.saves = 0;
        for (Command command : call.server.commands.allRunnable()) {
            command.stats.reset();
        }
        call.out().ok();
    }

    private static void rewrite(Call call) {
        if (call.server.config.file() == null) {
            call.fail("ERR The server is running without a config file");
            return;
        }
        try {
            ConfigRewriter.rewrite(call.server.config, call.server.userLines.get());
            call.server.log.log(System.Logger.Level.WARNING, "CONFIG REWRITE executed with success.");
            call.out().ok();
        } catch (IOException e) {
            String reason = ConfigRewriter.reason(e);
            call.server.log.log(System.Logger.Level.WARNING, "CONFIG REWRITE failed: " + reason);
            call.fail("ERR Rewriting config file: " + reason);
        }
    }
}
