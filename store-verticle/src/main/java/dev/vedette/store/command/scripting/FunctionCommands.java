package dev.vedette.store.command.scripting;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ALLOW_BUSY;
import static dev.vedette.store.command.CommandFlag.DENYOOM;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.WRITE;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Help;
import java.util.List;

/** FUNCTION. */
public final class FunctionCommands {

    private static final String SHARDS = "request_policy:all_shards";
    private static final String ALL_SUCCEEDED = "response_policy:all_succeeded";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(command("function", "Manages libraries of functions.")
            .since("7.0.0")
            .complexity("Depends on subcommand.")
            .group("scripting")
            .arity(-2)
            .sub(
                    subcommand("delete", "Removes a library with its functions.")
                            .arity(3)
                            .flags(NOSCRIPT, WRITE)
                            .tips(SHARDS, ALL_SUCCEEDED)
                            .runs(FunctionCommands::refuse),
                    subcommand("dump", "Answers all libraries in one payload for FUNCTION RESTORE.")
                            .complexity("O(N) where N is the number of functions")
                            .arity(2)
                            .flags(NOSCRIPT)
                            .runs(FunctionCommands::refuse),
                    subcommand("flush", "Removes all libraries.")
                            .complexity("O(N) where N is the number of functions deleted")
                            .arity(-2)
                            .flags(NOSCRIPT, WRITE)
                            .tips(SHARDS, ALL_SUCCEEDED)
                            .runs(FunctionCommands::flush),
                    Help.of(
                                    "function",
                                    "7.0.0",
                                    "LOAD [REPLACE] <FUNCTION CODE>",
                                    "    Load a library from its source.",
                                    "DELETE <LIBRARY NAME>",
                                    "    Remove a library.",
                                    "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
                                    "    List libraries: name, engine, functions, and with WITHCODE the source.",
                                    "STATS",
                                    "    Tell what runs now and how many libraries each engine has.",
                                    "KILL",
                                    "    End the function that runs now.",
                                    "FLUSH [ASYNC|SYNC]",
                                    "    Remove all libraries.",
                                    "DUMP",
                                    "    Answer all libraries in one payload.",
                                    "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
                                    "    Load the libraries of a payload: instead of those there are (FLUSH), or beside",
                                    "    them, where a name already taken is an error (APPEND, the default) or replaces",
                                    "    the library of that name (REPLACE).")
                            .group("scripting")
                            .acl(AclCategory.SCRIPTING),
                    subcommand("kill", "Ends the function that runs now.")
                            .arity(2)
                            .flags(NOSCRIPT, ALLOW_BUSY)
                            .tips(SHARDS, "response_policy:one_succeeded")
                            .runs(call -> call.fail("NOTBUSY No scripts in execution right now.")),
                    subcommand("list", "Lists libraries and their functions.")
                            .complexity("O(N) where N is the number of functions")
                            .arity(-2)
                            .flags(NOSCRIPT)
                            .tips("nondeterministic_output_order")
                            .runs(FunctionCommands::list),
                    subcommand("load", "Loads a library of functions from its source.")
                            .complexity("O(1) (considering compilation time is redundant)")
                            .arity(-3)
                            .flags(NOSCRIPT, WRITE, DENYOOM)
                            .tips(SHARDS, ALL_SUCCEEDED)
                            .runs(FunctionCommands::refuse),
                    subcommand("restore", "Loads the libraries of a payload made by FUNCTION DUMP.")
                            .complexity("O(N) where N is the number of functions on the payload")
                            .arity(-3)
                            .flags(NOSCRIPT, WRITE, DENYOOM)
                            .tips(SHARDS, ALL_SUCCEEDED)
                            .runs(FunctionCommands::refuse),
                    subcommand("stats", "Tells which function runs now, and what the engines hold.")
                            .arity(2)
                            .flags(NOSCRIPT, ALLOW_BUSY)
                            .tips("nondeterministic_output", SHARDS, "response_policy:special")
                            .runs(FunctionCommands::stats)));

    private FunctionCommands() {}

    private static Command subcommand(String name, String summary) {
        return command(name, summary).since("7.0.0").group("scripting").acl(AclCategory.SCRIPTING);
    }

    private static void refuse(Call call) {
        call.fail("ERR Engine 'LUA' not found");
    }

    private static void flush(Call call) {
        if (call.argc() > 3
                || call.argc() == 3
                        && !call.args().is(2, "sync")
                        && !call.args().is(2, "async")) {
            call.fail("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
            return;
        }
        call.server.persistence.functionLibraries.clear();
        call.addChanges(1);
        call.out().ok();
    }

    private static void list(Call call) {
        call.out().array(0);
    }

    private static void stats(Call call) {
        call.out().map(2);
        call.out().bulk("running_script");
        call.out().nil();
        call.out().bulk("engines");
        call.out().map(0);
    }
}
