package dev.vedette.store.command.scripting;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ALLOW_BUSY;
import static dev.vedette.store.command.CommandFlag.MAY_REPLICATE;
import static dev.vedette.store.command.CommandFlag.MOVABLEKEYS;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.NO_MANDATORY_KEYS;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.SKIP_MONITOR;
import static dev.vedette.store.command.CommandFlag.STALE;
import static dev.vedette.store.command.KeySpec.ACCESS_UPDATE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.counted;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Help;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.session.Args;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** EVAL, EVALSHA, SCRIPT. */
public final class ScriptCommands {

    private static final String NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";
    private static final int SHA1_DIGITS = 40;

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            running("eval", "2.6.0", "Runs a script.")
                    .flags(MAY_REPLICATE)
                    .keys(counted(2, ACCESS_UPDATE))
                    .flagFinder(ScriptCommands::flagsOfSource)
                    .runs(call -> eval(call, false)),
            running("evalsha", "2.6.0", "Runs a script that is in the cache.")
                    .flags(MAY_REPLICATE)
                    .keys(counted(2, ACCESS_UPDATE))
                    .flagFinder(ScriptCommands::flagsOfCached)
                    .runs(call -> evalCached(call, false)),
            running("eval_ro", "7.0.0", "Runs a script that must not write.")
                    .flags(READONLY)
                    .keys(counted(2, READ))
                    .flagFinder(ScriptCommands::flagsOfSource)
                    .runs(call -> eval(call, true)),
            running("evalsha_ro", "7.0.0", "Runs a script that is in the cache and must not write.")
                    .flags(READONLY)
                    .keys(counted(2, READ))
                    .flagFinder(ScriptCommands::flagsOfCached)
                    .runs(call -> evalCached(call, true)),
            command("script", "Looks after the cache of scripts.")
                    .since("2.6.0")
                    .complexity("Depends on subcommand.")
                    .group("scripting")
                    .arity(-2)
                    .sub(
                            subcommand("debug", "3.2.0", "Would have the scripts that follow debugged.")
                                    .arity(3)
                                    .flags(NOSCRIPT)
                                    .runs(ScriptCommands::debug),
                            subcommand("exists", "2.6.0", "Tells which scripts are in the cache.")
                                    .complexity("O(N) with N being the number of scripts to check (so checking a single"
                                            + " script is an O(1) operation).")
                                    .arity(-3)
                                    .flags(NOSCRIPT)
                                    .tips("request_policy:all_shards", "response_policy:agg_logical_and")
                                    .runs(ScriptCommands::exists),
                            subcommand("flush", "2.6.0", "Empties the cache.")
                                    .complexity("O(N) with N being the number of scripts in cache")
                                    .arity(-2)
                                    .flags(NOSCRIPT)
                                    .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                                    .runs(ScriptCommands::flush),
                            Help.of(
                                            "script",
                                            "5.0.0",
                                            "DEBUG (YES|SYNC|NO)",
                                            "    Set whether the scripts that follow are debugged. There is no debugger",
                                            "    here: NO is all that can be set.",
                                            "EXISTS <sha1> [<sha1> ...]",
                                            "    Tell for each script whether it is in the cache.",
                                            "FLUSH [ASYNC|SYNC]",
                                            "    Empty the cache of scripts.",
                                            "KILL",
                                            "    End the script that runs now, if it has not written anything.",
                                            "LOAD <script>",
                                            "    Put a script into the cache without running it.")
                                    .group("scripting")
                                    .acl(AclCategory.SCRIPTING),
                            subcommand("kill", "2.6.0", "Ends the script that runs now.")
                                    .arity(2)
                                    .flags(NOSCRIPT, ALLOW_BUSY)
                                    .tips("request_policy:all_shards", "response_policy:one_succeeded")
                                    .runs(call -> kill(call, true)),
                            subcommand("load", "2.6.0", "Puts a script into the cache.")
                                    .complexity("O(N) with N being the length in bytes of the script body.")
                                    .arity(3)
                                    .flags(NOSCRIPT, STALE)
                                    .tips("request_policy:all_nodes", "response_policy:all_succeeded")
                                    .runs(ScriptCommands::load)));

    private ScriptCommands() {}

    /** What all commands that run scripts or functions have in common. */
    static Command running(String name, String since, String summary) {
        return command(name, summary)
                .since(since)
                .complexity("Depends on the script that is executed.")
                .group("scripting")
                .arity(-3)
                .flags(NOSCRIPT, SKIP_MONITOR, NO_MANDATORY_KEYS, STALE, MOVABLEKEYS)
                .acl(AclCategory.SCRIPTING);
    }

    private static Command subcommand(String name, String since, String summary) {
        return command(name, summary).since(since).group("scripting").acl(AclCategory.SCRIPTING);
    }

    // ------------------------------------------------------------------ flags

    private static long flagsOfSource(ServerState server, Args args, long declared) {
        Scripting scripting = server.scripting;
        Script script = scripting.script(scripting.nameOf(args, 1));
        Set<ScriptFlag> flags = script == null
                ? ScriptHead.of(args.array(1), args.offset(1), args.length(1)).flags()
                : script.flags();
        return flags == null ? declared : ScriptFlag.commandFlags(declared, flags);
    }

    private static long flagsOfCached(ServerState server, Args args, long declared) {
        Script script = cached(server.scripting, args, 1);
        Set<ScriptFlag> flags = script == null ? null : script.flags();
        return flags == null ? declared : ScriptFlag.commandFlags(declared, flags);
    }

    private static @Nullable Script cached(Scripting scripting, Args args, int arg) {
        return args.length(arg) == SHA1_DIGITS
                ? scripting.script(args.latin(arg).toLowerCase(Locale.ROOT))
                : null;
    }

    // ------------------------------------------------------------------ running

    /** How many keys argument 2 says that follow; with the error answered when that is wrong. */
    private static int keyCount(Call call) {
        long keys = call.integerArg(2);
        if (!call.failed() && keys > call.argc() - 3) {
            call.fail("ERR Number of keys can't be greater than number of args");
        } else if (!call.failed() && keys < 0) {
            call.fail("ERR Number of keys can't be negative");
        }
        return (int) keys;
    }

    private static void eval(Call call, boolean readOnly) {
        int keys = keyCount(call);
        if (call.failed()) {
            return;
        }
        Script script = call.server.scripting.define(call, 1);
        if (script != null) {
            call.server.scripting.eval(call, script, readOnly, keys);
        }
    }

    private static void evalCached(Call call, boolean readOnly) {
        if (call.args().length(1) != SHA1_DIGITS) {
            call.fail(NO_SCRIPT);
            return;
        }
        int keys = keyCount(call);
        if (call.failed()) {
            return;
        }
        Script script = cached(call.server.scripting, call.args(), 1);
        if (script == null) {
            call.fail(NO_SCRIPT);
        } else {
            call.server.scripting.eval(call, script, readOnly, keys);
        }
    }

    /** Ends what runs: a script, or a function. */
    static void kill(Call call, boolean eval) {
        String error = call.server.scripting.kill(eval);
        if (error == null) {
            call.out().ok();
        } else {
            call.fail(error);
        }
    }

    // ------------------------------------------------------------------ the cache

    private static void load(Call call) {
        Script script = call.server.scripting.define(call, 2);
        if (script != null) {
            call.out().bulk(script.name());
        }
    }

    private static void exists(Call call) {
        call.out().array(call.argc() - 2);
        for (int i = 2; i < call.argc(); i++) {
            call.out().integer(cached(call.server.scripting, call.args(), i) == null ? 0 : 1);
        }
    }

    private static void flush(Call call) {
        if (call.argc() > 3
                || call.argc() == 3
                        && !call.args().is(2, "sync")
                        && !call.args().is(2, "async")) {
            call.fail("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
            return;
        }
        call.server.scripting.flush();
        call.out().ok();
    }

    private static void debug(Call call) {
        if (call.args().is(2, "no")) {
            call.out().ok();
        } else if (call.args().is(2, "yes") || call.args().is(2, "sync")) {
            call.fail("ERR there is no debugger for scripts here");
        } else {
            call.fail("ERR Use SCRIPT DEBUG YES/SYNC/NO");
        }
    }
}
