package dev.vedette.store.command.server;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ADMIN;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.STALE;
import static dev.vedette.store.command.KeySpec.PROBE;
import static dev.vedette.store.command.KeySpec.at;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.Help;
import dev.vedette.store.command.LatencyHistogram;
import dev.vedette.store.command.LatencyMonitor;
import dev.vedette.store.command.SlowLog;
import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Watching the server work: SLOWLOG, LATENCY, MEMORY, MONITOR. */
public final class ObservationCommands {

    private static final String GROUP = "server";
    private static final String UNCERTAIN = "nondeterministic_output";
    private static final String ALL_NODES = "request_policy:all_nodes";
    private static final String ALL_SHARDS = "request_policy:all_shards";
    private static final String ALL_SUCCEEDED = "response_policy:all_succeeded";
    private static final String SPECIAL = "response_policy:special";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(slowlog(), latency(), memory(), monitor());

    private ObservationCommands() {}

    private static Command container(String name, String summary, String since) {
        return command(name, summary)
                .since(since)
                .complexity("Depends on subcommand.")
                .group(GROUP)
                .arity(-2);
    }

    private static Command sub(String name, String summary, String since, int arity, Command.Handler handler) {
        return command(name, summary).since(since).group(GROUP).arity(arity).runs(handler);
    }

    // ------------------------------------------------------------------ SLOWLOG

    private static Command slowlog() {
        String since = "2.2.12";
        return container("slowlog", "Tells which commands were slow.", since)
                .sub(
                        sub("get", "Shows slow commands.", since, -2, ObservationCommands::slowlogGet)
                                .complexity("O(N) with N being the number of entries shown.")
                                .flags(ADMIN, LOADING, STALE)
                                .tips(ALL_NODES, UNCERTAIN),
                        sub(
                                        "len",
                                        "Counts the entries.",
                                        since,
                                        2,
                                        call -> call.out().integer(call.server.slowLog.size()))
                                .flags(ADMIN, LOADING, STALE)
                                .tips(ALL_NODES, "response_policy:agg_sum", UNCERTAIN),
                        sub("reset", "Forgets all entries.", since, 2, ObservationCommands::slowlogReset)
                                .complexity("O(N) with N being the number of entries.")
                                .flags(ADMIN, LOADING, STALE)
                                .tips(ALL_NODES, ALL_SUCCEEDED),
                        Help.of(
                                "slowlog",
                                "6.2.0",
                                "GET [<count>]",
                                "    Show the newest entries, 10 unless a count is given, all for -1. An entry is",
                                "    its number, the time, microseconds, the arguments, the client's address and name.",
                                "LEN",
                                "    Tell how many entries there are.",
                                "RESET",
                                "    Forget them."));
    }

    private static void slowlogGet(Call call) {
        if (call.argc() > 3) {
            call.fail("ERR unknown subcommand or wrong number of arguments for '"
                    + call.args().text(1) + "'. Try SLOWLOG HELP.");
            return;
        }
        long count = 10;
        if (call.argc() == 3) {
            count = call.integerArg(2, -1, Long.MAX_VALUE, "ERR count should be greater than or equal to -1");
            if (call.failed()) {
                return;
            }
        }
        List<SlowLog.Slow> entries = call.server.slowLog.newest(count == -1 ? Long.MAX_VALUE : count);
        Replies out = call.out();
        out.array(entries.size());
        for (SlowLog.Slow entry : entries) {
            out.array(6);
            out.integer(entry.id());
            out.integer(entry.timeSeconds());
            out.integer(entry.micros());
            out.array(entry.words().size());
            entry.words().forEach(out::bulk);
            out.bulk(entry.clientAddress());
            out.bulk(entry.clientName());
        }
    }

    private static void slowlogReset(Call call) {
        call.server.slowLog.clear();
        call.out().ok();
    }

    // ------------------------------------------------------------------ LATENCY

    private static Command latency() {
        String since = "2.8.13";
        return container("latency", "Tells what made clients wait.", since)
                .sub(
                        latencySub("doctor", "Explains the delays.", since, 2, ObservationCommands::latencyDoctor),
                        latencySub("graph", "Draws an event's delays.", since, 3, ObservationCommands::latencyGraph),
                        latencySub(
                                        "histogram",
                                        "Shows how long commands take.",
                                        "7.0.0",
                                        -2,
                                        ObservationCommands::histogram)
                                .complexity("O(N) with N being the number of commands shown."),
                        latencySub(
                                "history", "Shows an event's delays.", since, 3, ObservationCommands::latencyHistory),
                        latencySub("latest", "Shows each event's last delay.", since, 2, ObservationCommands::latest),
                        sub("reset", "Forgets delays.", since, -2, ObservationCommands::latencyReset)
                                .flags(ADMIN, NOSCRIPT, LOADING, STALE)
                                .tips(ALL_NODES, ALL_SUCCEEDED),
                        Help.of(
                                "latency",
                                since,
                                "DOCTOR",
                                "    Explain in words what was observed.",
                                "GRAPH <event>",
                                "    Draw the delays of an event.",
                                "HISTORY <event>",
                                "    Show the delays of an event, each with its time.",
                                "LATEST",
                                "    Show the last and the longest delay of each event.",
                                "RESET [<event> ...]",
                                "    Forget the events named, all of them when none is.",
                                "HISTOGRAM [<command> ...]",
                                "    Show how the durations of commands are distributed."));
    }

    private static Command latencySub(String name, String summary, String since, int arity, Command.Handler handler) {
        return sub(name, summary, since, arity, handler)
                .flags(ADMIN, NOSCRIPT, LOADING, STALE)
                .tips(UNCERTAIN, ALL_NODES, SPECIAL);
    }

    private static void latest(Call call) {
        Map<String, LatencyMonitor.Event> events = call.server.latency.events();
        call.out().array(events.size());
        events.forEach((name, event) -> {
            call.out().array(4);
            call.out().bulk(name);
            call.out().integer(event.latest().timeSeconds());
            call.out().integer(event.latest().millis());
            call.out().integer(event.maxMillis());
        });
    }

    private static void latencyHistory(Call call) {
        LatencyMonitor.Event event = call.server.latency.event(call.args().text(2));
        List<LatencyMonitor.Sample> samples = event == null ? List.of() : event.samples();
        call.out().array(samples.size());
        for (LatencyMonitor.Sample sample : samples) {
            call.out().array(2);
            call.out().integer(sample.timeSeconds());
            call.out().integer(sample.millis());
        }
    }

    private static void latencyReset(Call call) {
        int count = 0;
        if (call.argc() == 2) {
            count = call.server.latency.reset();
        }
        for (int i = 2; i < call.argc(); i++) {
            count += call.server.latency.reset(call.args().text(i)) ? 1 : 0;
        }
        call.out().integer(count);
    }

    private static void latencyGraph(Call call) {
        String name = call.args().text(2);
        LatencyMonitor.Event event = call.server.latency.event(name);
        if (event == null) {
            call.fail("ERR No samples available for event '" + name + "'");
            return;
        }
        text(call, Reports.graph(name, event, call.nowMillis() / 1000));
    }

    private static void latencyDoctor(Call call) {
        text(call, Reports.latency(call.server));
    }

    private static void text(Call call, String text) {
        call.out().verbatim("txt", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void histogram(Call call) {
        int mark = call.out().open();
        int shown = 0;
        if (call.argc() == 2) {
            for (Command command : call.server.commands.all()) {
                shown += histograms(call.out(), command);
            }
        }
        for (int i = 2; i < call.argc(); i++) {
            Command command = call.server.commands.get(call.args().text(i));
            shown += command == null ? 0 : histograms(call.out(), command);
        }
        call.out().closeMap(mark, shown);
    }

    /** The histograms of a command and its subcommands, as far as there are any; answers how many. */
    private static int histograms(Replies out, Command command) {
        int shown = 0;
        LatencyHistogram histogram = command.stats.latency;
        if (histogram != null) {
            out.bulk(command.fullName());
            histogram(out, histogram);
            shown++;
        }
        for (Command sub : command.subcommands().values()) {
            shown += histograms(out, sub);
        }
        return shown;
    }

    private static void histogram(Replies out, LatencyHistogram histogram) {
        out.map(2);
        out.bulk("calls");
        out.integer(histogram.count());
        out.bulk("histogram_usec");
        int mark = out.open();
        int pairs = 0;
        long counted = 0;
        for (long nanos = 1024; counted < histogram.count(); nanos *= 2) {
            // Redis ends a step with the cell that begins at the power of two.
            long end = nanos + nanos / 128 - 1;
            long upTo = histogram.countUpTo(end);
            if (upTo > counted) {
                out.integer(end / 1000);
                out.integer(upTo);
                pairs++;
                counted = upTo;
            }
        }
        out.closeMap(mark, pairs);
    }

    // ------------------------------------------------------------------ MEMORY

    private static Command memory() {
        String since = "4.0.0";
        return container("memory", "Tells where the memory goes.", since)
                .sub(
                        sub(
                                        "doctor",
                                        "Explains how memory is used.",
                                        since,
                                        2,
                                        call -> text(call, Reports.memory(call.server)))
                                .tips(UNCERTAIN, ALL_SHARDS, SPECIAL),
                        sub("malloc-stats", "Shows the Java heap.", since, 2, call -> text(call, Reports.heap()))
                                .complexity("O(1)")
                                .tips(UNCERTAIN, ALL_SHARDS, SPECIAL),
                        sub("purge", "Asks for memory to be given back.", since, 2, ObservationCommands::purge)
                                .complexity("As the Java heap is large.")
                                .tips(ALL_SHARDS, ALL_SUCCEEDED),
                        sub("stats", "Shows how memory is used.", since, 2, ObservationCommands::memoryStats)
                                .tips(UNCERTAIN, ALL_SHARDS, SPECIAL),
                        sub("usage", "Estimates what a key takes.", since, -3, ObservationCommands::memoryUsage)
                                .flags(READONLY)
                                .keys(at(2, PROBE)),
                        Help.of(
                                "memory",
                                since,
                                "DOCTOR",
                                "    Explain in words what is unusual.",
                                "MALLOC-STATS",
                                "    Show the state of the Java heap.",
                                "PURGE",
                                "    Collect garbage, so that memory can go back to the system.",
                                "STATS",
                                "    Show what the memory is used for.",
                                "USAGE <key> [SAMPLES <count>]",
                                "    Estimate the bytes that a key and its value take."));
    }

    private static void memoryUsage(Call call) {
        for (int i = 3; i < call.argc(); i += 2) {
            if (!call.args().is(i, "samples") || i + 1 == call.argc()) {
                call.fail(Errors.SYNTAX);
                return;
            }
            long samples = call.integerArg(i + 1);
            if (!call.failed() && samples < 0) {
                call.fail(Errors.SYNTAX);
            }
            if (call.failed()) {
                return;
            }
        }
        Object entry = call.db()
                .peekRaw(
                        call.args().array(2), call.args().offset(2), call.args().length(2));
        if (entry == null) {
            call.out().nil();
        } else {
            call.out().integer(Entries.memoryBytes(entry));
        }
    }

    private static void purge(Call call) {
        System.gc();
        call.out().ok();
    }

    private static void memoryStats(Call call) {
        MemoryFigures figures = MemoryFigures.of(call.server);
        Fields fields = new Fields(call.out());
        fields.integer("peak.allocated", figures.peak());
        fields.integer("total.allocated", figures.used());
        fields.integer("startup.allocated", figures.startup());
        fields.integer("replication.backlog", figures.backlog());
        fields.integer("clients.slaves", figures.replicaBuffers());
        fields.integer("clients.normal", figures.clients());
        fields.integer("cluster.links", 0);
        fields.integer("aof.buffer", 0);
        fields.integer("lua.caches", 0);
        fields.integer("functions.caches", 0);
        for (int i = 0; i < call.server.keyspace.databaseCount(); i++) {
            database(fields, call.db(i));
        }
        long keys = call.server.keyspace.size();
        fields.integer("overhead.total", figures.overhead());
        fields.integer("keys.count", keys);
        fields.integer("keys.bytes-per-key", keys == 0 ? 0 : Math.max(1, figures.used() - figures.startup()) / keys);
        fields.integer("dataset.bytes", figures.dataset());
        fields.number("dataset.percentage", figures.datasetPercent());
        fields.number("peak.percentage", figures.peakPercent());
        fields.integer("allocator.allocated", figures.allocated());
        fields.integer("allocator.active", figures.active());
        fields.integer("allocator.resident", figures.active());
        fields.number("allocator-fragmentation.ratio", figures.heapRatio());
        fields.integer("allocator-fragmentation.bytes", figures.active() - figures.allocated());
        fields.number("allocator-rss.ratio", 1);
        fields.integer("allocator-rss.bytes", 0);
        fields.number("rss-overhead.ratio", figures.residentRatio());
        fields.integer("rss-overhead.bytes", figures.resident() - figures.active());
        fields.number("fragmentation", figures.fragmentationRatio());
        fields.integer("fragmentation.bytes", figures.resident() - figures.used());
        fields.close();
    }

    private static void database(Fields fields, Database database) {
        if (database.size() > 0) {
            fields.name("db." + database.number());
            fields.out.map(3);
            fields.out.bulk("overhead.hashtable.main");
            fields.out.integer(database.tableBytes());
            fields.out.bulk("overhead.hashtable.expires");
            fields.out.integer(8 * database.ttlCount());
            fields.out.bulk("overhead.hashtable.slot-to-keys");
            fields.out.integer(0);
        }
    }

    /** A map that is written pair by pair. */
    private static final class Fields {
        private final Replies out;
        private final int mark;
        private int pairs;

        Fields(Replies out) {
            this.out = out;
            this.mark = out.open();
        }

        void name(String name) {
            out.bulk(name);
            pairs++;
        }

        void integer(String name, long value) {
            name(name);
            out.integer(value);
        }

        void number(String name, double value) {
            name(name);
            out.dbl(value);
        }

        void close() {
            out.closeMap(mark, pairs);
        }
    }

    // ------------------------------------------------------------------ MONITOR

    private static Command monitor() {
        return command("monitor", "Shows every command as it is run.")
                .since("1.0.0")
                .complexity("")
                .group(GROUP)
                .arity(1)
                .flags(ADMIN, NOSCRIPT, LOADING, STALE)
                .runs(ObservationCommands::beginMonitor);
    }

    private static void beginMonitor(Call call) {
        Session session = call.session();
        if (call.inTransaction()) {
            call.fail("ERR MONITOR isn't allowed for DENY BLOCKING client");
            return;
        }
        // As in Redis, who is a monitor or a replica already gets no answer at all.
        if (session.kind == Session.Kind.NORMAL && call.server.monitors.add(session)) {
            session.monitor = true;
            call.out().ok();
        }
    }
}
