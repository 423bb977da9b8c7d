package dev.vedette.sentinel.serve;

import static dev.vedette.sentinel.serve.Command.command;

import dev.vedette.sentinel.acl.GlobPattern;
import dev.vedette.sentinel.config.SentinelSettings;
import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.DataNode;
import dev.vedette.sentinel.decide.Effect;
import dev.vedette.sentinel.decide.Event;
import dev.vedette.sentinel.decide.Event.Setting;
import dev.vedette.sentinel.decide.KnownSentinel;
import dev.vedette.sentinel.decide.LinkId;
import dev.vedette.sentinel.decide.Master;
import dev.vedette.sentinel.decide.Moment;
import dev.vedette.sentinel.decide.Replica;
import dev.vedette.sentinel.decide.Rules;
import dev.vedette.sentinel.decide.State;
import dev.vedette.wire.resp.Reply;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** SENTINEL: what is watched, and what operators and other sentinels ask for. */
final class SentinelFamily {

    private static final String SCRIPTS_DENIED = "Reconfiguration of scripts path is denied for security reasons."
            + " Check the deny-scripts-reconfig configuration directive in your Sentinel configuration";
    private static final String NOT_AN_INTEGER = "value is not an integer or out of range";

    private final Watch watch;

    SentinelFamily(Watch watch) {
        this.watch = watch;
    }

    List<Command> commands() {
        return List.of(command("sentinel", "Groups the commands about watched masters.")
                .since("2.8.4")
                .group("sentinel")
                .arity(-2)
                .flags("admin")
                .containing(List.of(
                        about("ckquorum", "Tells whether enough sentinels are up for a failover.", 3)
                                .runs(call -> ofMaster(call, master -> checkQuorum(call, master))),
                        about("config", "Reads or changes what concerns all masters.", -3)
                                .runs(this::config),
                        about("debug", "Reads or changes timers.", -2).runs(this::debug),
                        about("failover", "Fails over without asking other sentinels.", 3)
                                .runs(call -> ask(call, (at, id) -> new Event.FailoverRequested(at, id, call.word(2)))),
                        about("flushconfig", "Rewrites the configuration file.", 2)
                                .runs(call -> ask(call, Event.FlushConfig::new)),
                        about("get-master-addr-by-name", "Tells where a master is.", 3)
                                .runs(this::masterAddress),
                        command("sentinel|help", "Lists the subcommands.")
                                .since("6.2.0")
                                .group("sentinel")
                                .arity(2)
                                .flags("loading", "stale")
                                .runs(SentinelFamily::help),
                        about("info-cache", "Shows the last INFO of each data node.", -3)
                                .runs(this::infoCache),
                        about("is-master-down-by-addr", "Asks for an opinion and a vote.", 6)
                                .runs(this::isMasterDown),
                        about("master", "Describes a master.", 3)
                                .runs(call -> ofMaster(
                                        call, master -> call.answer(new InstanceReplies(watch).master(master)))),
                        about("masters", "Describes all masters.", 2).runs(this::masters),
                        about("monitor", "Starts to watch a master.", 6).runs(this::monitor),
                        about("myid", "Tells the id of this sentinel.", 2)
                                .runs(call ->
                                        call.answer(Reply.Bulk.of(watch.state().myId()))),
                        about("pending-scripts", "Lists scripts that run or wait.", 2)
                                .runs(this::pendingScripts),
                        about("remove", "Stops watching a master.", 3)
                                .runs(call -> ask(call, (at, id) -> new Event.Remove(at, id, call.word(2)))),
                        about("replicas", "Describes the replicas of a master.", 3)
                                .runs(call -> ofMaster(call, master -> replicas(call, master))),
                        about("reset", "Forgets replicas and sentinels of masters.", 3)
                                .runs(this::reset),
                        about("sentinels", "Describes the other sentinels of a master.", 3)
                                .runs(call -> ofMaster(call, master -> sentinels(call, master))),
                        about("set", "Changes settings of a master.", -5)
                                .runs(call -> ofMaster(call, master -> set(call))),
                        about("simulate-failure", "Crashes at a chosen moment of the next failover.", -3)
                                .runs(this::simulateFailure),
                        about("slaves", "Describes the replicas of a master.", 3)
                                .runs(call -> ofMaster(call, master -> replicas(call, master))))));
    }

    private static Command.Draft about(String name, String summary, int arity) {
        return command("sentinel|" + name, summary)
                .since("2.8.4")
                .group("sentinel")
                .arity(arity)
                .flags("admin");
    }

    // ------------------------------------------------------------------ asking the decider

    private void ask(Call call, Watch.Request request) {
        watch.ask(request, outcome -> call.answer(reply(outcome)));
    }

    private static Reply reply(Effect outcome) {
        return switch (outcome) {
            case Effect.Reply reply ->
                switch (reply.outcome()) {
                    case Effect.Outcome.Ok ok -> Answers.OK;
                    case Effect.Outcome.Count count -> new Reply.Int(count.value());
                    case Effect.Outcome.Failed failed -> new Reply.Error(failed.text());
                };
            case Effect.AnswerMasterDown answer ->
                Reply.Array.of(
                        new Reply.Int(answer.down() ? 1 : 0),
                        Reply.Bulk.of(orStar(answer.leader())),
                        new Reply.Int(answer.leaderEpoch()));
            default -> throw new IllegalArgumentException("not an answer: " + outcome);
        };
    }

    private static String orStar(@Nullable String leader) {
        return leader == null ? "*" : leader;
    }

    private void ofMaster(Call call, Consumer<Master> then) {
        @Nullable Master master = watch.state().masters().get(call.word(2));
        if (master == null) {
            call.answer(Answers.error("No such master with that name"));
        } else {
            then.accept(master);
        }
    }

    // ------------------------------------------------------------------ what is watched

    private void masters(Call call) {
        List<Reply> all = new ArrayList<>();
        InstanceReplies replies = new InstanceReplies(watch);
        watch.state().masters().forEach(master -> all.add(replies.master(master)));
        call.answer(new Reply.Array(all));
    }

    private void replicas(Call call, Master master) {
        List<Reply> all = new ArrayList<>();
        InstanceReplies replies = new InstanceReplies(watch);
        for (Replica replica : master.replicas()) {
            if (replica.reported().announced()) {
                all.add(replies.replica(master, replica));
            }
        }
        call.answer(new Reply.Array(all));
    }

    private void sentinels(Call call, Master master) {
        List<Reply> all = new ArrayList<>();
        InstanceReplies replies = new InstanceReplies(watch);
        master.sentinels().forEach(sentinel -> all.add(replies.sentinel(master, sentinel)));
        call.answer(new Reply.Array(all));
    }

    private void masterAddress(Call call) {
        @Nullable Master master = watch.state().masters().get(call.word(2));
        if (master == null) {
            call.answer(Answers.NULL_LIST);
            return;
        }
        Address address = master.currentAddress();
        call.answer(Answers.texts(List.of(address.shown(watch.rules()), String.valueOf(address.port()))));
    }

    private void checkQuorum(Call call, Master master) {
        int voters = master.sentinels().size() + 1;
        int usable = 1;
        for (KnownSentinel sentinel : master.sentinels()) {
            usable += sentinel.health().down() ? 0 : 1;
        }
        List<String> missing = new ArrayList<>();
        if (usable < master.settings().quorum()) {
            missing.add("Not enough available Sentinels to reach the specified quorum for this master");
        }
        if (usable < voters / 2 + 1) {
            missing.add("Not enough available Sentinels to reach the majority and authorize a failover");
        }
        call.answer(
                missing.isEmpty()
                        ? new Reply.Simple(
                                "OK " + usable + " usable Sentinels. Quorum and failover authorization can be reached")
                        : new Reply.Error("NOQUORUM " + usable + " usable Sentinels. " + String.join(". ", missing)));
    }

    private void infoCache(Call call) {
        Map<String, Master> wanted = new LinkedHashMap<>();
        for (String name : call.words().subList(2, call.size())) {
            @Nullable Master master = watch.state().masters().get(name);
            if (master != null) {
                wanted.put(name, master);
            }
        }
        List<Reply> all = new ArrayList<>();
        wanted.forEach((name, master) -> {
            List<Reply> nodes = new ArrayList<>();
            nodes.add(cached(name, master.node()));
            master.replicas().forEach(replica -> nodes.add(cached(name, replica.node())));
            all.add(Reply.Bulk.of(name));
            all.add(new Reply.Array(nodes));
        });
        call.answer(new Reply.Array(all));
    }

    private Reply cached(String master, DataNode node) {
        Optional<String> info = watch.cachedInfo(new LinkId.ToNode(master, node.address()));
        return Reply.Array.of(
                new Reply.Int(node.infoMs() == Moment.NEVER ? 0 : watch.nowMs() - node.infoMs()),
                info.<Reply>map(Reply.Bulk::of).orElse(Answers.NULL));
    }

    private void pendingScripts(Call call) {
        List<Reply> all = new ArrayList<>();
        for (Watch.Script script : watch.scripts()) {
            all.add(new Answers.Fields()
                    .put("argv", Answers.texts(script.argv()))
                    .put("flags", script.running() ? "running" : "scheduled")
                    .put("pid", script.pid())
                    .put(script.running() ? "run-time" : "run-delay", script.millis())
                    .put("retry-num", script.attempts())
                    .build());
        }
        call.answer(new Reply.Array(all));
    }

    // ------------------------------------------------------------------ what others ask for

    private void isMasterDown(Call call) {
        Optional<Long> port = integer(call.word(3));
        Optional<Long> epoch = integer(call.word(4));
        if (port.isEmpty() || epoch.isEmpty()) {
            call.answer(Answers.error(NOT_AN_INTEGER));
            return;
        }
        String candidate = call.word(5);
        locate(call.word(2), port.get(), found -> {
            if (found.isEmpty()) {
                call.answer(Reply.Array.of(new Reply.Int(0), Reply.Bulk.of("*"), new Reply.Int(0)));
            } else {
                ask(
                        call,
                        (at, id) -> new Event.MasterDownAsked(
                                at, id, found.get(), epoch.get(), candidate.equals("*") ? null : candidate));
            }
        });
    }

    private void locate(String host, long port, Consumer<Optional<Address>> then) {
        if (port < 0 || port > 65535) {
            then.accept(Optional.empty());
            return;
        }
        watch.locate(host, (int) port)
                .onComplete(located -> then.accept(located.succeeded() ? located.result() : Optional.empty()));
    }

    private void monitor(Call call) {
        Optional<Long> quorum = integer(call.word(5));
        Optional<Long> port = integer(call.word(4));
        if (quorum.isEmpty()) {
            call.answer(Answers.error("Invalid quorum"));
        } else if (port.isEmpty()) {
            call.answer(Answers.error("Invalid port"));
        } else if (quorum.get() <= 0) {
            call.answer(Answers.error("Quorum must be 1 or greater."));
        } else {
            boolean validPort = port.get() >= 0 && port.get() <= 65535;
            int quorumCount = (int) Math.min(quorum.get(), Integer.MAX_VALUE);
            locate(call.word(3), validPort ? port.get() : 0, found -> {
                if (found.isEmpty()) {
                    call.answer(Answers.error("Invalid IP address or hostname specified"));
                } else if (!validPort) {
                    call.answer(Answers.error("Invalid port number."));
                } else {
                    ask(call, (at, id) -> new Event.Monitor(at, id, call.word(2), found.get(), quorumCount));
                }
            });
        }
    }

    private void reset(Call call) {
        List<String> names = new ArrayList<>();
        for (Master master : watch.state().masters()) {
            if (GlobPattern.matches(call.word(2), master.name())) {
                names.add(master.name());
            }
        }
        ask(call, (at, id) -> new Event.Reset(at, id, names));
    }

    private void simulateFailure(Call call) {
        Set<State.SimulatedFailure> failures = EnumSet.noneOf(State.SimulatedFailure.class);
        for (String word : call.words().subList(2, call.size())) {
            switch (word.toLowerCase(Locale.ROOT)) {
                case "crash-after-election" -> failures.add(State.SimulatedFailure.CRASH_AFTER_ELECTION);
                case "crash-after-promotion" -> failures.add(State.SimulatedFailure.CRASH_AFTER_PROMOTION);
                case "help" -> {
                    call.answer(Answers.texts(List.of("crash-after-election", "crash-after-promotion")));
                    return;
                }
                default -> {
                    call.answer(Answers.error("Unknown failure simulation specified"));
                    return;
                }
            }
        }
        ask(call, (at, id) -> new Event.SimulateFailure(at, id, failures));
    }

    // ------------------------------------------------------------------ SET

    private void set(Call call) {
        List<Setting> settings = new ArrayList<>();
        int next = 3;
        while (next < call.size()) {
            String option = call.word(next).toLowerCase(Locale.ROOT);
            int values = option.equals("rename-command") ? 2 : 1;
            @Nullable Reply refused;
            if (call.size() - next - 1 < values) {
                refused = unknownOption(call.word(next));
            } else if (values == 2) {
                refused = rename(call.word(next), call.word(next + 1), call.word(next + 2), settings);
            } else {
                refused = option(call.word(next), call.word(next + 1), settings);
            }
            if (refused != null) {
                if (!settings.isEmpty()) {
                    watch.tell(at -> new Event.SetOptions(at, Event.NO_REPLY, call.word(2), settings));
                }
                call.answer(refused);
                return;
            }
            next += values + 1;
        }
        ask(call, (at, id) -> new Event.SetOptions(at, id, call.word(2), settings));
    }

    private static Reply unknownOption(String option) {
        return Answers.error("Unknown option or number of arguments for SENTINEL SET '" + option + "'");
    }

    private static Reply invalidArgument(String value, String option) {
        return Answers.error("Invalid argument '" + value + "' for SENTINEL SET '" + option + "'");
    }

    private static @Nullable Reply rename(String option, String from, String to, List<Setting> settings) {
        if (from.isEmpty() || to.isEmpty()) {
            return invalidArgument(to.isEmpty() ? to : from, option);
        }
        settings.add(new Setting.RenameCommand(from, to));
        return null;
    }

    /** Adds a valid setting to the list, or tells what is wrong with it. */
    private @Nullable Reply option(String option, String value, List<Setting> settings) {
        Optional<Long> number = integer(value);
        @Nullable
        Setting setting = switch (option.toLowerCase(Locale.ROOT)) {
            case "down-after-milliseconds" ->
                number.filter(n -> n > 0).map(Setting.DownAfter::new).orElse(null);
            case "failover-timeout" ->
                number.filter(n -> n > 0).map(Setting.FailoverTimeout::new).orElse(null);
            case "parallel-syncs" ->
                number.filter(n -> n > 0 && n <= Integer.MAX_VALUE)
                        .map(n -> new Setting.ParallelSyncs(n.intValue()))
                        .orElse(null);
            case "quorum" ->
                number.filter(n -> n > 0 && n <= Integer.MAX_VALUE)
                        .map(n -> new Setting.Quorum(n.intValue()))
                        .orElse(null);
            case "master-reboot-down-after-period" ->
                number.filter(n -> n >= 0).map(Setting.RebootDownAfter::new).orElse(null);
            case "down-after-hint-milliseconds" ->
                number.filter(n -> n >= 0).map(Setting.DownAfterHint::new).orElse(null);
            case "failover-emptied-master" ->
                yesOrNo(value).map(Setting.FailoverEmptied::new).orElse(null);
            case "notification-script" -> new Setting.NotificationScript(value);
            case "client-reconfig-script" -> new Setting.ClientReconfigScript(value);
            case "auth-user" -> new Setting.AuthUser(value);
            case "auth-pass" -> new Setting.AuthPass(value);
            default -> null;
        };
        if (setting == null) {
            return CHECKED_OPTIONS.contains(option.toLowerCase(Locale.ROOT))
                    ? invalidArgument(value, option)
                    : unknownOption(option);
        }
        if (setting instanceof Setting.NotificationScript || setting instanceof Setting.ClientReconfigScript) {
            @Nullable Reply refused = refuseScript(value, setting instanceof Setting.NotificationScript);
            if (refused != null) {
                return refused;
            }
        }
        settings.add(setting);
        return null;
    }

    private static final Set<String> CHECKED_OPTIONS = Set.of(
            "down-after-milliseconds",
            "failover-timeout",
            "parallel-syncs",
            "quorum",
            "master-reboot-down-after-period",
            "down-after-hint-milliseconds",
            "failover-emptied-master");

    private @Nullable Reply refuseScript(String path, boolean notification) {
        if (watch.settings().denyScriptsReconfig()) {
            return Answers.error(SCRIPTS_DENIED);
        }
        if (!path.isEmpty() && !watch.isExecutable(path)) {
            return Answers.error((notification ? "Notification script" : "Client reconfiguration script")
                    + " seems non existing or non executable");
        }
        return null;
    }

    // ------------------------------------------------------------------ CONFIG, DEBUG

    private void config(Call call) {
        if (call.word(2).equalsIgnoreCase("set") && call.size() == 5) {
            configSet(call, call.word(3), call.word(4));
        } else if (call.word(2).equalsIgnoreCase("get") && call.size() == 4) {
            configGet(call, call.word(3).toLowerCase(Locale.ROOT));
        } else {
            call.answer(Answers.error("Only SENTINEL CONFIG GET <option> / SET <option> <value> are supported."));
        }
    }

    private void configGet(Call call, String pattern) {
        SentinelSettings settings = watch.settings();
        Answers.Fields fields = new Answers.Fields();
        BiConsumer<String, @Nullable String> offer = (name, value) -> {
            if (GlobPattern.matches(pattern, name)) {
                fields.put(name, value == null ? "" : value);
            }
        };
        offer.accept("resolve-hostnames", settings.resolveHostnames() ? "yes" : "no");
        offer.accept("announce-hostnames", settings.announceHostnames() ? "yes" : "no");
        offer.accept("announce-ip", settings.announceIp());
        offer.accept("announce-port", String.valueOf(settings.announcePort()));
        offer.accept("sentinel-user", settings.sentinelUser());
        offer.accept("sentinel-pass", settings.sentinelPass());
        call.answer(fields.build());
    }

    private void configSet(Call call, String option, String value) {
        Optional<SentinelSettings> changed;
        boolean credentials = false;
        SentinelSettings settings = watch.settings();
        Optional<Boolean> flag = yesOrNo(value);
        switch (option.toLowerCase(Locale.ROOT)) {
            case "resolve-hostnames" -> changed = flag.map(settings::resolvingHostnames);
            case "announce-hostnames" -> changed = flag.map(settings::announcingHostnames);
            case "announce-ip" -> changed = Optional.of(settings.announcingIp(value));
            case "announce-port" ->
                changed = integer(value)
                        .filter(port -> port >= 0 && port <= 65535)
                        .map(port -> settings.announcingPort(port.intValue()));
            case "sentinel-user" -> {
                changed = Optional.of(settings.loggingInAs(value.isEmpty() ? null : value, settings.sentinelPass()));
                credentials = true;
            }
            case "sentinel-pass" -> {
                changed = Optional.of(settings.loggingInAs(settings.sentinelUser(), value.isEmpty() ? null : value));
                credentials = true;
            }
            default -> {
                call.answer(Answers.error("Invalid argument '" + option + "' to SENTINEL CONFIG SET"));
                return;
            }
        }
        if (changed.isEmpty()) {
            call.answer(Answers.error("Invalid value '" + value + "' to SENTINEL CONFIG SET '" + option + "'"));
            return;
        }
        watch.use(changed.get());
        ask(call, Event.FlushConfig::new);
        if (credentials) {
            watch.tell(Event.PeerCredentialsChanged::new);
        }
    }

    private void debug(Call call) {
        if (call.size() == 2) {
            showTimers(call);
            return;
        }
        for (int i = 2; i < call.size(); i += 2) {
            String timer = call.word(i);
            if (i + 1 >= call.size() || watch.rules().withTimer(timer, 1) == null) {
                call.answer(Answers.error("Unknown option or number of arguments for SENTINEL DEBUG '" + timer + "'"));
                return;
            }
            Optional<Long> ms = integer(call.word(i + 1)).filter(n -> n > 0);
            @Nullable Rules changed = ms.isEmpty() ? null : watch.rules().withTimer(timer, ms.get());
            if (changed == null) {
                call.answer(Answers.error(
                        "Invalid argument '" + call.word(i + 1) + "' for SENTINEL DEBUG '" + timer + "'"));
                return;
            }
            watch.use(changed);
        }
        call.answer(Answers.OK);
    }

    private void showTimers(Call call) {
        Rules rules = watch.rules();
        call.answer(new Answers.Fields()
                .put("INFO-PERIOD", rules.infoPeriodMs())
                .put("PING-PERIOD", rules.pingPeriodMs())
                .put("ASK-PERIOD", rules.askPeriodMs())
                .put("PUBLISH-PERIOD", rules.publishPeriodMs())
                .put("DEFAULT-DOWN-AFTER", rules.defaultDownAfterMs())
                .put("DEFAULT-FAILOVER-TIMEOUT", rules.defaultFailoverTimeoutMs())
                .put("TILT-TRIGGER", rules.tiltTriggerMs())
                .put("TILT-PERIOD", rules.tiltPeriodMs())
                .put("SLAVE-RECONF-TIMEOUT", rules.slaveReconfTimeoutMs())
                .put("MIN-LINK-RECONNECT-PERIOD", rules.minLinkReconnectPeriodMs())
                .put("ELECTION-TIMEOUT", rules.electionTimeoutMs())
                .put("SCRIPT-MAX-RUNTIME", rules.scriptMaxRuntimeMs())
                .put("SCRIPT-RETRY-DELAY", rules.scriptRetryDelayMs())
                .build());
    }

    private static Optional<Boolean> yesOrNo(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "yes" -> Optional.of(true);
            case "no" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    private static Optional<Long> integer(String text) {
        try {
            // Only the shortest spelling counts, as in Redis: no plus sign, no leading zeros.
            long value = Long.parseLong(text);
            return String.valueOf(value).equals(text) ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    private static void help(Call call) {
        call.answer(Help.of(
                "SENTINEL",
                "CKQUORUM <master-name>",
                "    Tell whether enough sentinels are up to find a master down and to allow a failover.",
                "CONFIG SET <param> <value>",
                "    Change a setting for all masters.",
                "CONFIG GET <param>",
                "    Show settings for all masters.",
                "DEBUG [<param> <value> ...]",
                "    Show all timers in milliseconds, or change some.",
                "FAILOVER <master-name>",
                "    Fail over now, without asking other sentinels.",
                "FLUSHCONFIG",
                "    Rewrite the configuration file with the present state.",
                "GET-MASTER-ADDR-BY-NAME <master-name>",
                "    Tell ip and port of a master.",
                "INFO-CACHE <master-name> [<master-name> ...]",
                "    Show the last INFO of masters and their replicas.",
                "IS-MASTER-DOWN-BY-ADDR <ip> <port> <current-epoch> <runid>",
                "    Tell whether this sentinel finds a master down, and vote.",
                "MASTER <master-name>",
                "    Describe a master.",
                "MASTERS",
                "    Describe all masters.",
                "MONITOR <name> <ip> <port> <quorum>",
                "    Start to watch a master.",
                "MYID",
                "    Tell the id of this sentinel.",
                "PENDING-SCRIPTS",
                "    List scripts that run or wait.",
                "REMOVE <master-name>",
                "    Stop watching a master.",
                "REPLICAS <master-name>",
                "    Describe the replicas of a master.",
                "RESET <pattern>",
                "    Forget the replicas and sentinels of masters whose names match.",
                "SENTINELS <master-name>",
                "    Describe the other sentinels of a master.",
                "SET <master-name> <option> <value> [<option> <value> ...]",
                "    Change settings of a master.",
                "SIMULATE-FAILURE [CRASH-AFTER-ELECTION] [CRASH-AFTER-PROMOTION] [HELP]",
                "    Crash at a chosen moment of the next failover."));
    }
}
