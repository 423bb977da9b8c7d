package dev.vedette.store.command.server;

import dev.vedette.store.command.LatencyMonitor;
import dev.vedette.store.command.MemoryUse;
import dev.vedette.store.command.ServerState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/** Texts for people: the doctors' reports of LATENCY and MEMORY, the graph of an event, the state of the heap. */
final class Reports {

    private static final int COLUMNS_MAX = 80;
    private static final int ROWS = 4;
    /** Below this much data memory figures say nothing. */
    private static final long TELLING_BYTES = 5L << 20;

    private Reports() {}

    // ------------------------------------------------------------------ LATENCY GRAPH

    /**
     * Draws the last samples as bars; under each how long ago it was, to be read from top to bottom.
     *
     * <pre>
     *   command - high 500 ms, low 300 ms (all time high 500 ms)
     *   ----------------...
     *     #
     *    #|
     *    ||
     *   _||
     *
     *   321
     *   sss
     * </pre>
     */
    static String graph(String name, LatencyMonitor.Event event, long nowSeconds) {
        List<LatencyMonitor.Sample> all = event.samples();
        List<LatencyMonitor.Sample> samples = all.subList(Math.max(0, all.size() - COLUMNS_MAX), all.size());
        long high =
                samples.stream().mapToLong(LatencyMonitor.Sample::millis).max().orElse(0);
        long low =
                samples.stream().mapToLong(LatencyMonitor.Sample::millis).min().orElse(0);
        StringBuilder text = new StringBuilder(name + " - high " + high + " ms, low " + low + " ms (all time high "
                + event.maxMillis() + " ms)\n" + "-".repeat(COLUMNS_MAX) + "\n");
        // Two steps for each row; the lowest sample has one.
        ToIntFunction<LatencyMonitor.Sample> steps =
                sample -> high == low ? 1 : 1 + (int) ((2 * ROWS - 1) * (sample.millis() - low) / (high - low));
        for (int row = ROWS - 1; row >= 0; row--) {
            for (LatencyMonitor.Sample sample : samples) {
                int above = steps.applyAsInt(sample) - 2 * row;
                text.append(above <= 0 ? ' ' : above == 1 ? '_' : above == 2 ? '#' : '|');
            }
            text.append('\n');
        }
        text.append('\n');
        appendLabels(text, samples, nowSeconds);
        return text.toString();
    }

    private static void appendLabels(StringBuilder text, List<LatencyMonitor.Sample> samples, long nowSeconds) {
        List<String> labels = samples.stream()
                .map(sample -> age(nowSeconds - sample.timeSeconds()))
                .toList();
        int longest = labels.stream().mapToInt(String::length).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            for (String label : labels) {
                text.append(i < label.length() ? label.charAt(i) : ' ');
            }
            text.append('\n');
        }
    }

    private static String age(long seconds) {
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m";
        }
        return seconds < 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
    }

    // ------------------------------------------------------------------ LATENCY DOCTOR

    static String latency(ServerState server) {
        if (server.settings.latencyThresholdMillis == 0) {
            return "Latency is not watched on this server. CONFIG SET latency-monitor-threshold <milliseconds> begins it;"
                    + " a good first value is the delay that your users would notice.\n";
        }
        Map<String, LatencyMonitor.Event> events = server.latency.events();
        if (events.isEmpty()) {
            return "Nothing has taken " + server.settings.latencyThresholdMillis
                    + " ms or longer since latency is watched.\n";
        }
        StringBuilder text = new StringBuilder("Delays were observed:\n\n");
        int number = 1;
        for (Map.Entry<String, LatencyMonitor.Event> event : events.entrySet()) {
            text.append(number++).append(". ").append(describe(event.getKey(), event.getValue()));
        }
        text.append("\nWhat may help:\n\n");
        for (String advice : advice(events)) {
            text.append("- ").append(advice).append('\n');
        }
        return text.toString();
    }

    private static String describe(String name, LatencyMonitor.Event event) {
        List<LatencyMonitor.Sample> samples = event.samples();
        double average = samples.stream()
                .mapToLong(LatencyMonitor.Sample::millis)
                .average()
                .orElse(0);
        double deviation = samples.stream()
                .mapToDouble(sample -> Math.abs(sample.millis() - average))
                .average()
                .orElse(0);
        long span = samples.getLast().timeSeconds() - samples.getFirst().timeSeconds();
        double period = samples.size() == 1 ? 0 : (double) span / (samples.size() - 1);
        return name + ": " + samples.size() + " latency spikes (average " + Math.round(average) + "ms, mean deviation "
                + Math.round(deviation) + "ms, period " + InfoText.fixed(period, 2) + " sec). Longest ever "
                + event.maxMillis() + "ms.\n";
    }

    private static List<String> advice(Map<String, LatencyMonitor.Event> events) {
        List<String> advice = new ArrayList<>();
        if (events.containsKey("command")) {
            advice.add(
                    "SLOWLOG GET shows the commands that took long; commands that walk whole collections are the usual"
                            + " ones.");
        }
        if (events.containsKey("fast-command")) {
            advice.add(
                    "Commands that are always quick were slow: look at the garbage collector's log, at the load of the"
                            + " machine, and whether it swaps.");
        }
        if (events.keySet().stream().anyMatch(name -> name.startsWith("aof"))) {
            advice.add(
                    "The disk is slow to take the append-only file: appendfsync everysec asks less of it, and another"
                            + " disk gives more.");
        }
        if (events.containsKey("expire-cycle")) {
            advice.add("Many keys expire at the same moment: spread their times to live.");
        }
        if (events.keySet().stream().anyMatch(name -> name.startsWith("eviction"))) {
            advice.add("Memory is short and keys have to go: raise maxmemory, or keep less.");
        }
        if (advice.isEmpty()) {
            advice.add("Look at what happens on the machine at those times.");
        }
        return advice;
    }

    // ------------------------------------------------------------------ MEMORY

    static String memory(ServerState server) {
        MemoryFigures figures = MemoryFigures.of(server);
        if (figures.used() - figures.startup() < TELLING_BYTES) {
            return "There is hardly any data here: the figures say nothing yet.\n";
        }
        List<String> findings = new ArrayList<>();
        if (figures.peak() > 1.5 * figures.used()) {
            findings.add("Peak: at some time more than one and a half times as much memory was in use. The process may"
                    + " still hold what it took then; MEMORY PURGE asks to give it back.");
        }
        if (figures.fragmentationRatio() > 3) {
            findings.add("Overhead: the process takes more than three times what the data needs. A smaller maximum heap"
                    + " (-Xmx) makes the garbage collector work more and take less.");
        }
        if (figures.clients() > 200 * 1024L * Math.max(1, server.clients.count())) {
            findings.add(
                    "Clients: they hold more than 200 KiB each on average, by large requests or by replies that they"
                            + " do not read. CLIENT LIST tells which.");
        }
        if (figures.replicaBuffers()
                > (10L << 20) * Math.max(1, server.replication.replicas().size())) {
            findings.add(
                    "Replicas: more than 10 MiB wait for each on average. Look at the network, and whether they keep"
                            + " up.");
        }
        return findings.isEmpty()
                ? "Nothing unusual: the memory is used for data.\n"
                : "What is unusual here:\n\n * " + String.join("\n\n * ", findings) + "\n";
    }

    static String heap() {
        Runtime runtime = Runtime.getRuntime();
        return "Java heap\nused (garbage included): " + MemoryUse.heapUsedBytes() + "\ncommitted: "
                + MemoryUse.heapCommittedBytes() + "\nmaximum: " + runtime.maxMemory() + "\nresident, whole process: "
                + MemoryUse.residentBytes() + "\n";
    }
}
