package dev.vedette.sentinel.serve;

import static dev.vedette.sentinel.serve.Command.command;

import dev.vedette.sentinel.acl.GlobPattern;
import dev.vedette.sentinel.decide.Master;
import dev.vedette.sentinel.decide.State;
import dev.vedette.wire.resp.RedisVersion;
import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** INFO, ROLE, SHUTDOWN and COMMAND. */
final class ServerFamily {

    private static final List<String> SECTIONS = List.of("server", "clients", "cpu", "stats", "sentinel");
    private static final List<String> SHUTDOWN_WORDS = List.of("nosave", "save", "now", "force", "abort");
    private static final long USEC_PER_MS = 1000;

    private final Door door;
    private final Watch watch;
    private final Facts facts;

    /** What INFO server tells that never changes. */
    record Facts(String executable, String configFile, String version, String runId, long startedMs) {}

    ServerFamily(Door door, Watch watch, Facts facts) {
        this.door = door;
        this.watch = watch;
        this.facts = facts;
    }

    /** A new run id: 40 hexadecimal digits. */
    static String newRunId() {
        byte[] id = new byte[20];
        new SecureRandom().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }

    List<Command> commands() {
        return List.of(
                command("info", "Tells about the server and what it watches.")
                        .arity(-1)
                        .flags("loading", "stale")
                        .acl("dangerous")
                        .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
                        .runs(call -> call.answer(
                                Reply.Bulk.of(info(sections(call.words().subList(1, call.size())))))),
                command("role", "Tells that this is a sentinel, and the masters it watches.")
                        .since("2.8.12")
                        .flags("noscript", "loading", "stale", "fast")
                        .acl("admin", "dangerous")
                        .runs(this::role),
                command("shutdown", "Ends the process.")
                        .arity(-1)
                        .flags("admin", "noscript", "loading", "stale", "no_multi", "allow_busy")
                        .runs(this::shutdown),
                command("command", "Describes commands.")
                        .since("2.8.13")
                        .arity(-1)
                        .flags("loading", "stale")
                        .acl("connection")
                        .tips("nondeterministic_output_order")
                        .with(List.of(
                                about("count", "Counts the commands.", "2.8.13", 2)
                                        .runs(call -> call.answer(new Reply.Int(
                                                door.table().commands().size()))),
                                about("docs", "Tells what commands do.", "7.0.0", -2)
                                        .tips("nondeterministic_output_order")
                                        .runs(this::docs),
                                about("getkeys", "Finds the keys among a command's words.", "2.8.13", -4)
                                        .runs(this::noKeys),
                                about("getkeysandflags", "Finds the keys among a command's words.", "7.0.0", -4)
                                        .runs(this::noKeys),
                                about("help", "Lists the subcommands.", "5.0.0", 2)
                                        .runs(call -> call.answer(Help.of(
                                                "COMMAND",
                                                "(no subcommand)",
                                                "    Describe all commands.",
                                                "COUNT",
                                                "    Count the commands.",
                                                "DOCS [<command> ...]",
                                                "    Tell what commands do.",
                                                "INFO [<command> ...]",
                                                "    Describe commands.",
                                                "LIST [FILTERBY (ACLCAT <cat>|PATTERN <pattern>|MODULE <module>)]",
                                                "    List names of commands."))),
                                about("info", "Describes commands.", "2.8.13", -2)
                                        .tips("nondeterministic_output_order")
                                        .runs(this::commandInfo),
                                about("list", "Lists names of commands.", "7.0.0", -2)
                                        .tips("nondeterministic_output_order")
                                        .runs(this::commandList)))
                        .runs(this::commandInfo));
    }

    private static Command.Draft about(String name, String summary, String since, int arity) {
        return command("command|" + name, summary)
                .since(since)
                .arity(arity)
                .flags("loading", "stale")
                .acl("connection");
    }

    // ------------------------------------------------------------------ COMMAND

    private void docs(Call call) {
        Answers.Fields docs = new Answers.Fields();
        if (call.size() == 2) {
            door.table().commands().forEach(command -> docs.put(command.name(), CommandTable.docs(command)));
        }
        for (String name : call.words().subList(2, call.size())) {
            door.table().named(name).ifPresent(command -> docs.put(command.name(), CommandTable.docs(command)));
        }
        call.answer(docs.build());
    }

    private void noKeys(Call call) {
        switch (door.table().lookup(call.words().subList(2, call.size()))) {
            case CommandTable.Lookup.Wrong wrong -> call.answer(Answers.error("Invalid command specified"));
            case CommandTable.Lookup.Found found -> call.answer(Answers.error("The command has no key arguments"));
        }
    }

    private void commandInfo(Call call) {
        List<Reply> described = new ArrayList<>();
        if (call.size() <= 2) {
            door.table().commands().forEach(command -> described.add(CommandTable.info(command)));
        } else {
            for (String name : call.words().subList(2, call.size())) {
                Optional<Command> command = door.table().named(name);
                described.add(command.map(CommandTable::info).orElse(Answers.NULL_LIST));
            }
        }
        call.answer(new Reply.Array(described));
    }

    private void commandList(Call call) {
        List<String> names = new ArrayList<>(door.table().all());
        if (call.size() == 5 && call.word(2).equalsIgnoreCase("filterby")) {
            String wanted = call.word(4);
            switch (call.word(3).toLowerCase(Locale.ROOT)) {
                case "module" -> names.clear();
                case "aclcat" ->
                    names.removeIf(name -> !door.table().categoriesOf(name).contains(wanted.toLowerCase(Locale.ROOT)));
                case "pattern" -> names.removeIf(name -> !GlobPattern.matches(wanted.toLowerCase(Locale.ROOT), name));
                default -> {
                    call.answer(Answers.error("syntax error"));
                    return;
                }
            }
        } else if (call.size() != 2) {
            call.answer(Answers.error("syntax error"));
            return;
        }
        call.answer(Answers.texts(names));
    }

    // ------------------------------------------------------------------ ROLE, SHUTDOWN

    private void role(Call call) {
        List<String> names = new ArrayList<>();
        watch.state().masters().forEach(master -> names.add(master.name()));
        call.answer(Reply.Array.of(Reply.Bulk.of("sentinel"), Answers.texts(names)));
    }

    private void shutdown(Call call) {
        Set<String> words = new LinkedHashSet<>();
        for (String word : call.words().subList(1, call.size())) {
            words.add(word.toLowerCase(Locale.ROOT));
        }
        boolean contradicts =
                words.contains("abort") && words.size() > 1 || words.contains("save") && words.contains("nosave");
        if (contradicts || !SHUTDOWN_WORDS.containsAll(words)) {
            call.answer(Answers.error("syntax error"));
        } else if (words.contains("abort")) {
            call.answer(Answers.error("No shutdown in progress."));
        } else {
            // No answer: the closed connection is the answer.
            watch.exit(0);
        }
    }

    // ------------------------------------------------------------------ INFO

    /** The sections that INFO's words ask for, in the order of the text. */
    private static Set<String> sections(List<String> words) {
        if (words.isEmpty()) {
            return Set.copyOf(SECTIONS);
        }
        Set<String> wanted = new LinkedHashSet<>();
        for (String word : words) {
            String section = word.toLowerCase(Locale.ROOT);
            if (Set.of("all", "everything", "default").contains(section)) {
                wanted.addAll(SECTIONS);
            } else {
                wanted.add(section);
            }
        }
        return wanted;
    }

    /** The text of INFO. */
    String info(Set<String> sections) {
        StringBuilder text = new StringBuilder();
        for (String section : List.of("server", "clients", "stats", "cpu", "sentinel")) {
            if (sections.contains(section)) {
                if (!text.isEmpty()) {
                    text.append("\r\n");
                }
                switch (section) {
                    case "server" -> server(text);
                    case "clients" -> clients(text);
                    case "stats" -> stats(text);
                    case "cpu" -> cpu(text);
                    default -> sentinel(text);
                }
            }
        }
        return text.toString();
    }

    /** The text of INFO with all sections. */
    String wholeInfo() {
        return info(Set.copyOf(SECTIONS));
    }

    private static void line(StringBuilder text, String field, Object value) {
        text.append(field).append(':').append(value).append("\r\n");
    }

    private void server(StringBuilder text) {
        long upSeconds = (watch.nowMs() - facts.startedMs) / 1000;
        text.append("# Server\r\n");
        line(text, "redis_version", RedisVersion.TEXT);
        line(text, "server_name", "vedette");
        line(text, "vedette_version", facts.version);
        line(text, "redis_mode", "sentinel");
        line(
                text,
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        line(text, "arch_bits", 64);
        line(text, "java_version", System.getProperty("java.version"));
        line(text, "process_id", ProcessHandle.current().pid());
        line(text, "run_id", facts.runId);
        line(text, "tcp_port", watch.config().port());
        line(text, "server_time_usec", System.currentTimeMillis() * USEC_PER_MS);
        line(text, "uptime_in_seconds", upSeconds);
        line(text, "uptime_in_days", upSeconds / 86_400);
        line(text, "executable", facts.executable);
        line(text, "config_file", facts.configFile);
    }

    private void clients(StringBuilder text) {
        text.append("# Clients\r\n");
        line(text, "connected_clients", door.clients().size());
        line(text, "cluster_connections", 0);
        line(text, "maxclients", watch.config().maxClients());
        line(text, "blocked_clients", 0);
        line(text, "tracking_clients", 0);
    }

    private void stats(StringBuilder text) {
        Door.Counters counters = door.counters();
        Set<String> channels = new LinkedHashSet<>();
        Set<String> patterns = new LinkedHashSet<>();
        for (Client client : door.clients()) {
            channels.addAll(client.channels());
            patterns.addAll(client.patterns());
        }
        text.append("# Stats\r\n");
        line(text, "total_connections_received", counters.connections);
        line(text, "total_commands_processed", counters.commands);
        line(text, "total_net_input_bytes", counters.bytesIn);
        line(text, "rejected_connections", counters.rejectedConnections);
        line(text, "pubsub_channels", channels.size());
        line(text, "pubsub_patterns", patterns.size());
        line(text, "total_error_replies", counters.errorReplies);
    }

    /** Processor times of this process, and of the scripts that it waited for, from the kernel's books. */
    private static void cpu(StringBuilder text) {
        long hertz = 100; // USER_HZ, the unit of /proc, is 100 on every Linux that runs Java
        long[] ticks = new long[4];
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            for (int i = 0; i < 4; i++) {
                ticks[i] = Long.parseLong(fields[11 + i]);
            }
        } catch (IOException | NumberFormatException noProc) {
            // Without /proc the JVM knows one number only.
            ticks[0] = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class)
                            .getProcessCpuTime()
                    * hertz
                    / 1_000_000_000L;
        }
        text.append("# CPU\r\n");
        String[] names = {"used_cpu_user", "used_cpu_sys", "used_cpu_user_children", "used_cpu_sys_children"};
        for (int i : new int[] {1, 0, 3, 2}) {
            line(text, names[i], String.format(Locale.ROOT, "%.6f", ticks[i] / (double) hertz));
        }
    }

    private void sentinel(StringBuilder text) {
        State state = watch.state();
        List<Watch.Script> scripts = watch.scripts();
        text.append("# Sentinel\r\n");
        line(text, "sentinel_masters", state.masters().size());
        line(text, "sentinel_tilt", state.tilt() ? 1 : 0);
        line(text, "sentinel_tilt_since_seconds", state.tilt() ? (watch.nowMs() - state.tiltSinceMs()) / 1000 : -1);
        line(
                text,
                "sentinel_running_scripts",
                scripts.stream().filter(Watch.Script::running).count());
        line(text, "sentinel_scripts_queue_length", scripts.size());
        int flags = 0;
        for (State.SimulatedFailure failure : state.simulatedFailures()) {
            flags |= 1 << failure.ordinal();
        }
        line(text, "sentinel_simulate_failure_flags", flags);
        int number = 0;
        for (Master master : state.masters()) {
            String status =
                    master.down().down() ? "odown" : master.node().health().down() ? "sdown" : "ok";
            line(
                    text,
                    "master" + number++,
                    "name=" + master.name() + ",status=" + status + ",address="
                            + master.node().address().shown(watch.rules()) + ":"
                            + master.node().address().port() + ",slaves="
                            + master.replicas().size() + ",sentinels="
                            + (master.sentinels().size() + 1));
        }
    }
}
