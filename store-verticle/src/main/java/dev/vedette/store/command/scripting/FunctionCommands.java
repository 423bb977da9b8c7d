package dev.vedette.store.command.scripting;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ALLOW_BUSY;
import static dev.vedette.store.command.CommandFlag.DENYOOM;
import static dev.vedette.store.command.CommandFlag.MAY_REPLICATE;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.WRITE;
import static dev.vedette.store.command.KeySpec.ACCESS_UPDATE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.counted;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Globs;
import dev.vedette.store.command.Help;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import dev.vedette.wire.rdb.DumpPayload;
import dev.vedette.wire.rdb.RdbFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** FCALL, FUNCTION. */
public final class FunctionCommands {

    private static final String SHARDS = "request_policy:all_shards";
    private static final String ALL_SUCCEEDED = "response_policy:all_succeeded";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            ScriptCommands.running("fcall", "7.0.0", "Runs a function.")
                    .complexity("Depends on the function that is executed.")
                    .flags(MAY_REPLICATE)
                    .keys(counted(2, ACCESS_UPDATE))
                    .flagFinder(FunctionCommands::flags)
                    .runs(call -> call(call, false)),
            ScriptCommands.running("fcall_ro", "7.0.0", "Runs a function that must not write.")
                    .complexity("Depends on the function that is executed.")
                    .flags(READONLY)
                    .keys(counted(2, READ))
                    .flagFinder(FunctionCommands::flags)
                    .runs(call -> call(call, true)),
            command("function", "Manages libraries of functions.")
                    .since("7.0.0")
                    .complexity("Depends on subcommand.")
                    .group("scripting")
                    .arity(-2)
                    .sub(
                            subcommand("delete", "Removes a library with its functions.")
                                    .arity(3)
                                    .flags(NOSCRIPT, WRITE)
                                    .tips(SHARDS, ALL_SUCCEEDED)
                                    .runs(FunctionCommands::delete),
                            subcommand("dump", "Answers all libraries in one payload for FUNCTION RESTORE.")
                                    .complexity("O(N) where N is the number of functions")
                                    .arity(2)
                                    .flags(NOSCRIPT)
                                    .runs(FunctionCommands::dump),
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
                                    .runs(call -> ScriptCommands.kill(call, false)),
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
                                    .runs(FunctionCommands::load),
                            subcommand("restore", "Loads the libraries of a payload made by FUNCTION DUMP.")
                                    .complexity("O(N) where N is the number of functions on the payload")
                                    .arity(-3)
                                    .flags(NOSCRIPT, WRITE, DENYOOM)
                                    .tips(SHARDS, ALL_SUCCEEDED)
                                    .runs(FunctionCommands::restore),
                            subcommand("stats", "Tells which function runs now, and what the engines hold.")
                                    .arity(2)
                                    .flags(NOSCRIPT, ALLOW_BUSY)
                                    .tips("nondeterministic_output", SHARDS, "response_policy:special")
                                    .runs(FunctionCommands::stats)));

    private FunctionCommands() {}

    private static Command subcommand(String name, String summary) {
        return command(name, summary).since("7.0.0").group("scripting").acl(AclCategory.SCRIPTING);
    }

    // ------------------------------------------------------------------ running

    private static long flags(ServerState server, Args args, long declared) {
        Library.Function function = server.scripting.libraries().function(args.latin(1));
        Set<ScriptFlag> flags = function == null ? null : function.script().flags();
        return flags == null ? declared : ScriptFlag.commandFlags(declared, flags);
    }

    private static void call(Call call, boolean readOnly) {
        Scripting scripting = call.server.scripting;
        Library.Function function = scripting.libraries().function(call.args().latin(1));
        if (function == null) {
            call.fail("ERR Function not found");
            return;
        }
        long keys = call.integerArg(2, "ERR Bad number of keys provided");
        if (!call.failed() && keys > call.argc() - 3) {
            call.fail("ERR Number of keys can't be greater than number of args");
        } else if (!call.failed() && keys < 0) {
            call.fail("ERR Number of keys can't be negative");
        }
        if (!call.failed()) {
            scripting.function(call, function.script(), readOnly, (int) keys);
        }
    }

    private static void stats(Call call) {
        Scripting scripting = call.server.scripting;
        ScriptRun run = scripting.current();
        if (run != null && run.isEval) {
            call.fail(scripting.busyError());
            return;
        }
        Replies out = call.out();
        out.map(2);
        out.bulk("running_script");
        if (run == null) {
            out.nil();
        } else {
            out.map(3);
            out.bulk("name");
            out.bulk(run.script.name());
            out.bulk("command");
            out.array(run.args.count());
            for (int i = 0; i < run.args.count(); i++) {
                out.bulk(run.args.array(i), run.args.offset(i), run.args.length(i));
            }
            out.bulk("duration_ms");
            out.integer(run.elapsedMillis());
        }
        out.bulk("engines");
        out.map(1);
        out.bulk("LUA");
        out.map(2);
        out.bulk("libraries_count");
        out.integer(scripting.libraryCount());
        out.bulk("functions_count");
        out.integer(scripting.functionCount());
    }

    // ------------------------------------------------------------------ libraries

    private static void load(Call call) {
        boolean replace = false;
        int last = call.argc() - 1;
        for (int i = 2; i < last; i++) {
            if (!call.args().is(i, "replace")) {
                call.fail("ERR Unknown option given: " + call.args().latin(i));
                return;
            }
            replace = true;
        }
        try {
            String name = call.server.scripting.libraries().load(call.bytes(last), replace, call.fromMaster());
            call.addChanges(1);
            call.out().bulk(name);
        } catch (Library.BadLibraryException bad) {
            call.fail(bad.error());
        }
    }

    private static void delete(Call call) {
        if (call.server.scripting.libraries().delete(call.args().latin(2))) {
            call.addChanges(1);
            call.out().ok();
        } else {
            call.fail("ERR Library not found");
        }
    }

    private static boolean hasTooMany(Call call, int max) {
        if (call.argc() <= max) {
            return false;
        }
        call.fail("ERR unknown subcommand or wrong number of arguments for '"
                + call.args().latin(1) + "'. Try FUNCTION HELP.");
        return true;
    }

    private static void flush(Call call) {
        if (hasTooMany(call, 3)) {
            return;
        }
        if (call.argc() == 3 && !call.args().is(2, "sync") && !call.args().is(2, "async")) {
            call.fail("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
            return;
        }
        call.server.scripting.libraries().flush();
        call.addChanges(1);
        call.out().ok();
    }

    private static void list(Call call) {
        byte[] pattern = null;
        boolean withCode = false;
        for (int i = 2; i < call.argc(); i++) {
            if (!withCode && call.args().is(i, "withcode")) {
                withCode = true;
            } else if (pattern == null && call.args().is(i, "libraryname")) {
                if (++i == call.argc()) {
                    call.fail("ERR library name argument was not given");
                    return;
                }
                pattern = call.bytes(i);
            } else {
                call.fail("ERR Unknown argument " + call.args().latin(i));
                return;
            }
        }
        int mark = call.out().open();
        int count = 0;
        for (Library library : call.server.scripting.libraries().all().values()) {
            byte[] name = library.name().getBytes(StandardCharsets.ISO_8859_1);
            if (pattern == null || Globs.matches(pattern, name, true)) {
                show(library, withCode, call.out());
                count++;
            }
        }
        call.out().closeArray(mark, count);
    }

    private static void show(Library library, boolean withCode, Replies out) {
        out.map(withCode ? 4 : 3);
        out.bulk("library_name");
        out.bulk(library.name());
        out.bulk("engine");
        out.bulk("LUA");
        out.bulk("functions");
        out.array(library.functions.size());
        library.functions.forEach((name, function) -> show(name, function, out));
        if (withCode) {
            out.bulk("library_code");
            out.bulk(library.source());
        }
    }

    private static void show(String name, Library.Function function, Replies out) {
        out.map(3);
        out.bulk("name");
        out.bulk(name);
        out.bulk("description");
        String description = function.description();
        if (description == null) {
            out.nil();
        } else {
            out.bulk(description.getBytes(StandardCharsets.ISO_8859_1));
        }
        out.bulk("flags");
        Set<ScriptFlag> flags = function.script().flags();
        out.set(flags == null ? 0 : flags.size());
        if (flags != null) {
            flags.forEach(flag -> out.simple(flag.word()));
        }
    }

    // ------------------------------------------------------------------ dumps

    private static void dump(Call call) {
        List<byte[]> sources = call.server.persistence.functionLibraries;
        boolean compression = call.server.config.getBool("rdbcompression");
        call.out().bulk(DumpPayload.write(compression, out -> {
            for (byte[] source : sources) {
                out.function(source);
            }
        }));
    }

    private static void restore(Call call) {
        if (hasTooMany(call, 4)) {
            return;
        }
        Libraries.Policy policy = call.argc() == 3 ? Libraries.Policy.APPEND : policy(call);
        if (policy == null) {
            call.fail("ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
            return;
        }
        List<byte[]> sources = sources(call);
        if (sources == null) {
            return;
        }
        try {
            call.server.scripting.libraries().restore(sources, policy);
            call.addChanges(1);
            call.out().ok();
        } catch (Library.BadLibraryException bad) {
            call.fail(bad.error());
        }
    }

    private static Libraries.@Nullable Policy policy(Call call) {
        for (Libraries.Policy policy : Libraries.Policy.values()) {
            if (call.args().is(3, policy.name().toLowerCase(Locale.ROOT))) {
                return policy;
            }
        }
        return null;
    }

    /** The sources in a payload; null with the error answered when it holds something else. */
    private static @Nullable List<byte[]> sources(Call call) {
        List<byte[]> sources = new ArrayList<>();
        try {
            DumpPayload.readFunctions(call.bytes(2), !call.server.persistence.skipChecksumValidation, sources::add);
            return sources;
        } catch (RdbFormatException bad) {
            switch (bad.kind()) {
                case VERSION, CHECKSUM -> call.fail("ERR DUMP payload version or checksum are wrong");
                case CORRUPT -> call.fail("ERR given type is not a function");
                case UNEXPECTED_EOF, SIGNATURE -> call.fail("ERR failed loading the given functions payload");
            }
        } catch (IOException impossible) {
            throw new IllegalStateException("an array cannot fail to be read", impossible);
        }
        return null;
    }
}
