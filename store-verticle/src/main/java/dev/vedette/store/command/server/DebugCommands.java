package dev.vedette.store.command.server;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ADMIN;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.PROTECTED;
import static dev.vedette.store.command.CommandFlag.STALE;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.Globs;
import dev.vedette.store.command.Help;
import dev.vedette.store.config.ConfigRewriter;
import dev.vedette.store.keyspace.Access;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.value.ListValue;
import dev.vedette.store.session.Replies;
import dev.vedette.wire.resp.RedisVersion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * DEBUG and its subcommands, as far as they mean something here: for tests of clients, of replication and of this server.
 * The dispatcher lets a client use it only as enable-debug-command says.
 */
public final class DebugCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(command("debug", "Serves tests and the search for faults.")
            .since("1.0.0")
            .complexity("Depends on subcommand.")
            .group("server")
            .arity(-2)
            .flags(ADMIN, NOSCRIPT, LOADING, STALE, PROTECTED)
            .runs(DebugCommands::run));

    private static final String[] HELP = {
        "CHANGE-REPL-ID",
        "    Begin a history with a new replication ID.",
        "CONFIG-REWRITE-FORCE-ALL",
        "    Write the configuration file.",
        "DIGEST",
        "    Answer a fingerprint of all data.",
        "DIGEST-VALUE <key> [<key> ...]",
        "    Answer the fingerprints of the values of some keys.",
        "ERROR <text>",
        "    Answer that text as an error.",
        "HTSTATS <database>",
        "    Describe the table of keys of a database.",
        "LISTPACK <key>",
        "    Write the bytes of a small collection to the log.",
        "LOADAOF",
        "    Load the append-only file anew.",
        "LOG <message>",
        "    Write a message to the log.",
        "OBJECT <key>",
        "    Describe how a value is kept.",
        "PANIC",
        "    End the process as a fault would.",
        "POPULATE <count> [<prefix>] [<size>]",
        "    Make that many strings, which are not replicated.",
        "PROTOCOL <type>",
        "    Answer a value of that type: string, integer, double, bignum, null, array, set, map,",
        "    attrib, push, verbatim, true or false.",
        "QUICKLIST-PACKED-THRESHOLD <size>",
        "    Accepted; lists here have no such limit.",
        "RELOAD [MERGE] [NOFLUSH] [NOSAVE]",
        "    Save the data and load it anew.",
        "REPLICATE <command> [<arg> ...]",
        "    Send a command to the replicas alone.",
        "SEGFAULT",
        "    End the process at once.",
        "SET-ACTIVE-EXPIRE <0|1>",
        "    Let keys expire by themselves, or only when they are looked at.",
        "SET-SKIP-CHECKSUM-VALIDATION <0|1>",
        "    Check the sums of dump files and payloads, or do not.",
        "SLEEP <seconds>",
        "    Do nothing at all for a while.",
        "STRINGMATCH-LEN <string> <pattern>",
        "    Tell whether a glob pattern matches.",
        "STRUCTSIZE",
        "    Tell what a key and its value cost.",
    };

    /** A subcommand, with the number of arguments that it takes (the two words included). */
    private record Sub(int argcMin, int argcMax, Command.Handler handler) {}

    private static final Map<String, Sub> SUBCOMMANDS = new HashMap<>();

    private static void sub(String name, int argcMin, int argcMax, Command.Handler handler) {
        SUBCOMMANDS.put(name, new Sub(argcMin, argcMax, handler));
    }

    static {
        int any = Integer.MAX_VALUE;
        sub("help", 2, 2, call -> Help.write(call.out(), "debug", HELP));
        sub("change-repl-id", 2, 2, DebugCommands::changeReplicationId);
        sub("config-rewrite-force-all", 2, 2, DebugCommands::rewriteConfig);
        sub("digest", 2, 2, call -> call.out().simple(DatasetDigest.of(call.server.keyspace)));
        sub("digest-value", 2, any, DebugCommands::digestValue);
        sub("error", 3, 3, DebugCommands::error);
        sub("htstats", 3, 3, DebugCommands::tableStats);
        sub("htstats-key", 3, 3, DebugCommands::valueStats);
        sub("listpack", 3, 3, DebugCommands::listpack);
        sub("log", 3, 3, DebugCommands::log);
        sub("object", 3, 3, DebugCommands::object);
        sub("panic", 2, any, call -> crash(call, "DEBUG PANIC"));
        sub("assert", 2, any, call -> crash(call, "DEBUG ASSERT"));
        sub("segfault", 2, any, call -> crash(call, "crashed by signal: 11, DEBUG SEGFAULT"));
        sub("populate", 3, 5, DebugCommands::populate);
        sub("protocol", 3, 3, DebugCommands::protocol);
        sub("quicklist", 3, 4, DebugCommands::quicklist);
        sub("quicklist-packed-threshold", 3, 3, call -> call.out().ok());
        sub("replicate", 3, any, DebugCommands::replicate);
        sub("replybuffer", 4, 4, call -> call.out().ok());
        sub("pause-cron", 3, 3, call -> call.server.shutdown.pauseSignals(call));
        sub("set-active-expire", 3, 3, DebugCommands::setActiveExpire);
        sub("set-skip-checksum-validation", 3, 3, DebugCommands::setSkipChecksumValidation);
        sub("set-disable-deny-scripts", 3, 3, call -> {
            call.server.scripting.allowAll(!call.args().is(2, "0"));
            call.out().ok();
        });
        sub("sleep", 3, 3, DebugCommands::sleep);
        sub("stringmatch-len", 4, 4, DebugCommands::stringMatch);
        sub("structsize", 2, 2, DebugCommands::structSize);
    }

    private DebugCommands() {}

    private static void run(Call call) {
        String name = call.args().text(1).toLowerCase(Locale.ROOT);
        Command.Handler provided = call.server.debugSubcommands.get(name);
        if (provided != null) {
            provided.run(call);
            return;
        }
        Sub sub = SUBCOMMANDS.get(name);
        if (sub == null || call.argc() < sub.argcMin || call.argc() > sub.argcMax) {
            call.fail("ERR unknown subcommand or wrong number of arguments for '"
                    + call.args().text(1) + "'. Try DEBUG HELP.");
            return;
        }
        sub.handler.run(call);
    }

    // ------------------------------------------------------------------ data

    private static void digestValue(Call call) {
        call.out().array(call.argc() - 2);
        for (int i = 2; i < call.argc(); i++) {
            Object entry = call.db()
                    .peekRaw(
                            call.args().array(i),
                            call.args().offset(i),
                            call.args().length(i));
            call.out().simple(entry == null ? DatasetDigest.none() : DatasetDigest.ofValue(entry));
        }
    }

    private static void populate(Call call) {
        long count = call.integerArg(2, 0, Long.MAX_VALUE, Errors.MUST_BE_POSITIVE);
        long size = call.argc() == 5 && !call.failed()
                ? call.integerArg(4, 0, Integer.MAX_VALUE, Errors.MUST_BE_POSITIVE)
                : 0;
        if (call.failed()) {
            return;
        }
        String prefix = call.argc() == 3 ? "key" : call.args().text(3);
        for (long i = 0; i < count; i++) {
            byte[] key = (prefix + ":" + i).getBytes(StandardCharsets.UTF_8);
            if (call.db().peek(key, 0, key.length) == null) {
                byte[] value = ("value:" + i).getBytes(StandardCharsets.US_ASCII);
                byte[] sized = size == 0 ? value : Arrays.copyOf(value, (int) size);
                call.db().setString(key, 0, key.length, sized, 0, sized.length, -1);
                call.server.watches.touched(call.db(), key);
            }
        }
        call.out().ok();
    }

    private static void object(Call call) {
        Object entry = entry(call);
        if (entry == null) {
            return;
        }
        int access = Entries.access(entry);
        StringBuilder text = new StringBuilder("Value at:0x")
                .append(String.format(Locale.ROOT, "%08x", System.identityHashCode(entry)))
                .append(" refcount:1 encoding:")
                .append(Entries.encoding(entry))
                .append(" serializedlength:")
                .append(Entries.memoryBytes(entry))
                .append(" lru:")
                .append(access)
                .append(" lru_seconds_idle:")
                .append(Access.idleSeconds(access, call.nowMillis()));
        if (Entries.value(entry) instanceof ListValue list) {
            text.append(" ql_nodes:").append(list.chunks());
            text.append(" ql_avg_node:").append(InfoText.fixed((double) list.size() / list.chunks(), 2));
            text.append(" ql_listpack_max:").append(call.server.settings.listMaxListpackSize);
            text.append(" ql_compressed:").append(call.server.settings.listCompressDepth != 0 ? 1 : 0);
            text.append(" ql_uncompressed_size:").append(list.chunkBytes());
        }
        call.out().simple(text.toString());
    }

    private static @org.jspecify.annotations.Nullable Object entry(Call call) {
        Object entry = call.db()
                .peekRaw(
                        call.args().array(2), call.args().offset(2), call.args().length(2));
        if (entry == null) {
            call.fail(Errors.NO_SUCH_KEY);
        }
        return entry;
    }

    private static void listpack(Call call) {
        Object entry = entry(call);
        if (entry == null) {
            return;
        }
        if (!Entries.encoding(entry).equals("listpack")) {
            call.fail("ERR Not a listpack encoded object.");
            return;
        }
        logValue(call, entry);
        call.out().simple("Listpack structure printed on stdout");
    }

    private static void quicklist(Call call) {
        Object entry = entry(call);
        if (entry == null) {
            return;
        }
        if (!Entries.encoding(entry).equals("quicklist")) {
            call.fail("ERR Not a quicklist encoded object.");
            return;
        }
        logValue(call, entry);
        call.out().simple("Quicklist structure printed on stdout");
    }

    private static void logValue(Call call, Object entry) {
        Value value = Entries.value(entry);
        call.server.log.log(
                System.Logger.Level.INFO,
                "DEBUG: " + Entries.encoding(entry) + " of " + (value == null ? 1 : value.size()) + " elements, about "
                        + Entries.memoryBytes(entry) + " bytes");
    }

    // ------------------------------------------------------------------ tables

    private static void tableStats(Call call) {
        long number = call.integerArg(2);
        if (call.failed()) {
            return;
        }
        if (number < 0 || number >= call.server.keyspace.databaseCount()) {
            call.fail("ERR Out of range database");
            return;
        }
        String stats = call.db((int) number).describeTable();
        call.out().verbatim("txt", stats.getBytes(StandardCharsets.US_ASCII));
    }

    private static void valueStats(Call call) {
        Object entry = entry(call);
        if (entry == null) {
            return;
        }
        String encoding = Entries.encoding(entry);
        Value value = Entries.value(entry);
        if (value == null || !encoding.equals("hashtable") && !encoding.equals("skiplist")) {
            call.fail("ERR The value stored at the specified key is not represented using an hash table");
            return;
        }
        String stats = "number of elements: " + value.size() + "\nabout " + value.memoryBytes() + " bytes\n";
        call.out().verbatim("txt", stats.getBytes(StandardCharsets.US_ASCII));
    }

    private static void structSize(Call call) {
        call.out().bulk("bits:64 packed_entry_header:5 packed_ttl:8 object_entry:32 slot:5 array_header:12");
    }

    // ------------------------------------------------------------------ server

    private static void changeReplicationId(Call call) {
        call.server.log.log(
                System.Logger.Level.WARNING, "Changing replication IDs after receiving DEBUG change-repl-id");
        call.server.replication.renew();
        call.server.roles.tellIdentity(true, false);
        call.out().ok();
    }

    private static void rewriteConfig(Call call) {
        if (call.server.config.file() == null) {
            call.fail("ERR CONFIG-REWRITE-FORCE-ALL failed: No such file or directory");
            return;
        }
        try {
            ConfigRewriter.rewriteAll(call.server.config, call.server.userLines.get());
            call.out().ok();
        } catch (java.io.IOException e) {
            call.fail("ERR CONFIG-REWRITE-FORCE-ALL failed: " + ConfigRewriter.reason(e));
        }
    }

    private static void log(Call call) {
        call.server.log.log(
                System.Logger.Level.WARNING, "DEBUG LOG: " + call.args().text(2));
        call.out().ok();
    }

    private static void replicate(Call call) {
        byte[][] words = new byte[call.argc() - 2][];
        for (int i = 2; i < call.argc(); i++) {
            words[i - 2] = call.bytes(i);
        }
        call.propagate(words);
        call.out().ok();
    }

    private static void setActiveExpire(Call call) {
        call.server.settings.activeExpire = !call.args().is(2, "0");
        call.out().ok();
    }

    private static void setSkipChecksumValidation(Call call) {
        call.server.persistence.skipChecksumValidation = !call.args().is(2, "0");
        call.out().ok();
    }

    /** Freezes the event loop, and with it every client and every timer of this node. */
    private static void sleep(Call call) {
        double seconds = dev.vedette.store.session.Doubles.parse(
                call.args().array(2), call.args().offset(2), call.args().length(2));
        try {
            Thread.sleep(Math.max(0, Double.isNaN(seconds) ? 0 : (long) (seconds * 1000)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        call.out().ok();
    }

    private static void crash(Call call, String what) {
        call.server.log.log(
                System.Logger.Level.ERROR, "=== VEDETTE BUG REPORT START === " + RedisVersion.TEXT + " " + what);
        call.server.crash.run();
    }

    private static void stringMatch(Call call) {
        boolean matches = Globs.matches(call.bytes(3), call.bytes(2), false);
        call.out().integer(matches ? 1 : 0);
    }

    // ------------------------------------------------------------------ protocol

    private static void error(Call call) {
        String text = new String(call.bytes(2), StandardCharsets.ISO_8859_1)
                .replace('\r', ' ')
                .replace('\n', ' ');
        raw(call.out(), "-" + text + "\r\n");
    }

    private static void raw(Replies out, String resp) {
        byte[] bytes = resp.getBytes(StandardCharsets.ISO_8859_1);
        out.raw(bytes, 0, bytes.length);
    }

    private static void protocol(Call call) {
        Replies out = call.out();
        switch (call.args().text(2).toLowerCase(Locale.ROOT)) {
            case "string" -> out.bulk("Hello World");
            case "integer" -> out.integer(12345);
            case "double" -> out.dbl(3.141);
            case "bignum" -> out.bigNumber("1234567999999999999999999999999999999");
            case "null" -> out.nil();
            case "array" -> {
                out.array(3);
                threeIntegers(out);
            }
            case "set" -> {
                out.set(3);
                threeIntegers(out);
            }
            case "map" -> {
                out.map(3);
                for (int i = 0; i < 3; i++) {
                    out.integer(i);
                    out.bool(i == 1);
                }
            }
            case "attrib" -> attribute(out);
            case "push" -> push(call);
            case "verbatim" -> out.verbatim("txt", "This is a verbatim\nstring".getBytes(StandardCharsets.US_ASCII));
            case "true" -> out.bool(true);
            case "false" -> out.bool(false);
            default ->
                call.fail("ERR Wrong protocol type name. Please use one of the following:"
                        + " string|integer|double|bignum|null|array|set|map|attrib|push|verbatim|true|false");
        }
    }

    private static void threeIntegers(Replies out) {
        for (int i = 0; i < 3; i++) {
            out.integer(i);
        }
    }

    private static void attribute(Replies out) {
        if (out.protocol() == 3) {
            raw(out, "|1\r\n");
            out.bulk("key-popularity");
            out.array(2);
            out.bulk("key:123");
            out.integer(90);
        }
        out.bulk("Some real reply following the attribute");
    }

    private static void push(Call call) {
        if (call.out().protocol() != 3) {
            call.fail("ERR RESP2 is not supported by this command");
            return;
        }
        call.out().push(2);
        call.out().bulk("server-cpu-usage");
        call.out().integer(42);
        call.out().bulk("Some real reply following the push reply");
    }
}
