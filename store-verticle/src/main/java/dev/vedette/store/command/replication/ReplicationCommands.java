package dev.vedette.store.command.replication;

import static dev.vedette.store.command.AclCategory.ADMIN;
import static dev.vedette.store.command.AclCategory.CONNECTION;
import static dev.vedette.store.command.AclCategory.DANGEROUS;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ALLOW_BUSY;
import static dev.vedette.store.command.CommandFlag.FAST;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.NO_ASYNC_LOADING;
import static dev.vedette.store.command.CommandFlag.NO_MULTI;
import static dev.vedette.store.command.CommandFlag.STALE;

import dev.vedette.store.change.ReplicationState;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import dev.vedette.wire.bus.SnapshotContents;
import dev.vedette.wire.bus.ToStore.LinkState;
import dev.vedette.wire.bus.ToStore.ReplicaProgress;
import dev.vedette.wire.bus.ToStore.ReplicaStatus;
import dev.vedette.wire.resp.CommandDecoder;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** REPLICAOF, ROLE, WAIT, PSYNC, REPLCONF, FAILOVER. */
public final class ReplicationCommands {

    private static final int ANNOUNCED_IP_BYTES_MAX = 255;
    private static final String GROUP = "server";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("replicaof", "Follows a master, or with NO ONE becomes one.")
                    .since("5.0.0")
                    .group(GROUP)
                    .arity(3)
                    .flags(CommandFlag.ADMIN, NOSCRIPT, STALE, NO_ASYNC_LOADING)
                    .runs(ReplicationCommands::replicaOf),
            command("slaveof", "The former name of REPLICAOF.")
                    .since("1.0.0")
                    .group(GROUP)
                    .arity(3)
                    .flags(CommandFlag.ADMIN, NOSCRIPT, STALE, NO_ASYNC_LOADING)
                    .runs(ReplicationCommands::replicaOf),
            command("role", "Tells the role in replication, and with whom.")
                    .since("2.8.12")
                    .group(GROUP)
                    .arity(1)
                    .flags(NOSCRIPT, LOADING, STALE, FAST)
                    .acl(ADMIN, DANGEROUS)
                    .runs(ReplicationCommands::role),
            command("wait", "Waits until replicas have acknowledged this client's writes.")
                    .since("3.0.0")
                    .group("generic")
                    .arity(3)
                    .flags(NOSCRIPT)
                    .acl(CONNECTION)
                    .tips("request_policy:all_shards", "response_policy:agg_min")
                    .runs(ReplicationCommands::await),
            command("psync", "Asks for the change stream from an offset on; sent by replicas.")
                    .since("2.8.0")
                    .group(GROUP)
                    .complexity("")
                    .arity(-3)
                    .flags(CommandFlag.ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)
                    .runs(ReplicationCommands::psync),
            command("sync", "Asks for a snapshot and the change stream after it; sent by old replicas.")
                    .since("1.0.0")
                    .group(GROUP)
                    .complexity("")
                    .arity(1)
                    .flags(CommandFlag.ADMIN, NOSCRIPT, NO_ASYNC_LOADING, NO_MULTI)
                    .runs(call -> sync(call, true, "?", -1)),
            command("replconf", "Says what a replica is and can; sent by replicas.")
                    .since("3.0.0")
                    .group(GROUP)
                    .arity(-1)
                    .flags(CommandFlag.ADMIN, NOSCRIPT, LOADING, STALE, ALLOW_BUSY)
                    .runs(ReplicationCommands::replconf),
            command("failover", "Changes places with a replica without losing a write.")
                    .since("6.2.0")
                    .group(GROUP)
                    .arity(-1)
                    .flags(CommandFlag.ADMIN, NOSCRIPT, STALE)
                    .runs(ReplicationCommands::failover));

    private ReplicationCommands() {}

    // ------------------------------------------------------------------ roles

    private static void replicaOf(Call call) {
        Roles roles = call.server.roles;
        if (roles.failover().isUnderWay()) {
            call.fail("ERR REPLICAOF not allowed while failing over.");
            return;
        }
        ReplicationState state = call.server.replication;
        if (call.args().is(1, "no") && call.args().is(2, "one")) {
            if (state.isReplica()) {
                roles.lead();
                call.server.log.log(
                        Level.INFO, "MASTER MODE enabled (user request from '" + shown(call.session()) + "')");
            }
            call.out().ok();
            return;
        }
        if (call.session().kind == Session.Kind.REPLICA) {
            call.fail("ERR Command is not valid when client is a replica.");
            return;
        }
        long port = call.integerArg(2, 0, 65535, "ERR Invalid master port");
        if (call.failed()) {
            return;
        }
        String host = call.args().text(1);
        if (state.isReplica() && host.equalsIgnoreCase(state.masterHost()) && state.masterPort() == port) {
            call.server.log.log(
                    Level.INFO,
                    "REPLICAOF would result into synchronization with the master we are already connected with. No"
                            + " operation performed.");
            call.out().simple("OK Already connected to specified master");
            return;
        }
        roles.follow(host, (int) port, false);
        call.server.log.log(
                Level.INFO,
                "REPLICAOF " + host + ":" + port + " enabled (user request from '" + shown(call.session()) + "')");
        call.out().ok();
    }

    private static String shown(Session session) {
        return "id=" + session.id() + " addr=" + session.connection().remoteAddress() + " name=" + session.name;
    }

    private static void role(Call call) {
        call.server.roles.lookAtMasterLink();
        ReplicationState state = call.server.replication;
        Replies out = call.out();
        if (!state.isReplica()) {
            out.array(3);
            out.bulk("master");
            out.integer(call.server.changes.offset());
            int mark = out.open();
            int online = 0;
            for (ReplicaProgress replica : state.replicas().values()) {
                if (replica.status() == ReplicaStatus.ONLINE) {
                    out.array(3);
                    out.bulk(replica.host());
                    out.bulkInteger(replica.port());
                    out.bulkInteger(replica.ackOffset());
                    online++;
                }
            }
            out.closeArray(mark, online);
            return;
        }
        out.array(5);
        out.bulk("slave");
        out.bulk(String.valueOf(state.masterHost()));
        out.integer(state.masterPort());
        out.bulk(state.link.name().toLowerCase(Locale.ROOT));
        out.integer(state.link == LinkState.CONNECTED ? call.server.changes.offset() : -1);
    }

    // ------------------------------------------------------------------ waiting for replicas

    private static void await(Call call) {
        if (call.server.replication.isReplica()) {
            call.fail(
                    "ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica"
                            + " is configured to be writable (which is not the default) writes to replicas are just local and"
                            + " are not propagated.");
            return;
        }
        long wanted = call.integerArg(1);
        if (call.failed()) {
            return;
        }
        long timeoutMillis = call.integerArg(2, "ERR timeout is not an integer or out of range");
        if (call.failed()) {
            return;
        }
        if (timeoutMillis < 0) {
            call.fail("ERR timeout is negative");
            return;
        }
        ReplicationState state = call.server.replication;
        long offset = call.session().writeOffset;
        int reached = state.replicasAt(offset);
        if (reached >= wanted || !call.mayBlock()) {
            call.out().integer(reached);
            return;
        }
        long deadline = timeoutMillis == 0 ? Long.MAX_VALUE : call.nowMillis() + timeoutMillis;
        call.server.roles.askForAcks();
        call.waitFor(new AckWait(state, offset, wanted, deadline < 0 ? Long.MAX_VALUE : deadline));
    }

    // ------------------------------------------------------------------ what replicas send

    private static void psync(Call call) {
        if (call.session().kind == Session.Kind.REPLICA) {
            return; // it asks again: it has its answer already
        }
        long offset = call.integerArg(2);
        if (call.failed()) {
            call.server.log.log(
                    Level.WARNING,
                    "Replica " + Roles.host(call.session()) + ":" + port(call.session())
                            + " asks for synchronization but with a wrong offset");
            return;
        }
        String replid = call.args().text(1);
        if (call.argc() > 3 && call.args().is(3, "failover") && !leadAsAsked(call, replid)) {
            return;
        }
        sync(call, false, replid, offset);
    }

    private static String port(Session replica) {
        int port = replica.replica.listeningPort;
        return port == 0 ? "<unknown-replica-port>" : Integer.toString(port);
    }

    private static boolean leadAsAsked(Call call, String replid) {
        ReplicationState state = call.server.replication;
        call.server.log.log(Level.WARNING, "Failover request received for replid " + replid + ".");
        if (!state.isReplica()) {
            call.fail("ERR PSYNC FAILOVER can't be sent to a master.");
            return false;
        }
        if (!replid.equalsIgnoreCase(state.replid())) {
            call.fail("ERR PSYNC FAILOVER replid must match my replid.");
            return false;
        }
        call.server.roles.lead();
        call.server.log.log(Level.INFO, "MASTER MODE enabled (failover request from '" + shown(call.session()) + "')");
        return true;
    }

    private static void sync(Call call, boolean bare, String replid, long offset) {
        Session session = call.session();
        if (session.kind == Session.Kind.REPLICA) {
            return;
        }
        if (call.server.roles.failover().isUnderWay()) {
            call.fail("NOMASTERLINK Can't SYNC while failing over");
            return;
        }
        if (call.server.replication.isReplica() && call.server.replication.link != LinkState.CONNECTED) {
            call.fail("NOMASTERLINK Can't SYNC while not connected with my master");
            return;
        }
        if (call.out().length() > 0 || session.connection().pendingOutputBytes() > 0) {
            call.fail("ERR SYNC and PSYNC are invalid with pending output");
            return;
        }
        if (session.replica.contents != SnapshotContents.ALL && !session.replica.eof) {
            call.fail("ERR Filtered replica requires EOF capability");
            return;
        }
        call.server.roles.handOver(session, bare, replid, offset);
    }

    private static void replconf(Call call) {
        if (call.argc() % 2 == 0) {
            call.fail(Errors.SYNTAX);
            return;
        }
        Session.ReplicaDetails details = call.session().replica;
        for (int i = 1; i < call.argc(); i += 2) {
            if (call.args().is(i, "ack")) {
                return; // of one that is no replica (yet): nothing is answered
            } else if (call.args().is(i, "getack")) {
                if (call.fromMaster()) {
                    call.server.roles.acknowledgementWanted();
                }
                return;
            }
            String error = option(call, i, details);
            if (error != null) {
                call.fail(error);
                return;
            }
        }
        call.out().ok();
    }

    private static @Nullable String option(Call call, int i, Session.ReplicaDetails details) {
        String value = call.args().text(i + 1);
        switch (call.args().text(i).toLowerCase(Locale.ROOT)) {
            case "listening-port" -> {
                if (!call.args().isInteger(i + 1)) {
                    return Errors.NOT_AN_INTEGER;
                }
                details.listeningPort = (int) call.args().integer(i + 1);
            }
            case "ip-address" -> {
                if (value.length() > ANNOUNCED_IP_BYTES_MAX) {
                    return "ERR REPLCONF ip-address provided by replica instance is too long: " + value.length()
                            + " bytes";
                }
                details.announcedIp = value;
            }
            case "capa" -> {
                details.eof |= call.args().is(i + 1, "eof");
                details.psync2 |= call.args().is(i + 1, "psync2");
            }
            case "rdb-only" -> {
                if (!call.args().isInteger(i + 1)) {
                    return Errors.NOT_AN_INTEGER;
                }
                long number = call.args().integer(i + 1);
                if (number != 0 && number != 1) {
                    return "ERR value is out of range, value must between 0 and 1";
                }
                details.rdbOnly = number == 1;
            }
            case "rdb-filter-only" -> {
                List<String> filters = CommandDecoder.words(value);
                if (filters == null) {
                    return "ERR Missing rdb-filter-only values";
                }
                details.contents = SnapshotContents.NOTHING;
                for (String filter : filters) {
                    if (!filter.equalsIgnoreCase("functions")) {
                        return "ERR Unsupported rdb-filter-only option: " + filter;
                    }
                    details.contents = SnapshotContents.FUNCTIONS;
                }
            }
            default -> {
                return "ERR Unrecognized REPLCONF option: " + call.args().text(i);
            }
        }
        return null;
    }

    // ------------------------------------------------------------------ failover

    private static void failover(Call call) {
        Failover failover = call.server.roles.failover();
        if (call.argc() == 2 && call.args().is(1, "abort")) {
            if (!failover.isUnderWay()) {
                call.fail("ERR No failover in progress.");
                return;
            }
            failover.abort("Failover manually aborted");
            call.out().ok();
            return;
        }
        String host = null;
        int port = 0;
        long timeoutMillis = 0;
        boolean force = false;
        for (int i = 1; i < call.argc(); i++) {
            if (call.args().is(i, "timeout") && i + 1 < call.argc() && timeoutMillis == 0) {
                timeoutMillis = call.integerArg(++i);
                if (!call.failed() && timeoutMillis <= 0) {
                    call.fail("ERR FAILOVER timeout must be greater than 0");
                }
            } else if (call.args().is(i, "to") && i + 2 < call.argc() && host == null) {
                host = call.args().text(i + 1);
                port = (int) call.integerArg(i + 2);
                i += 2;
            } else if (call.args().is(i, "force") && !force) {
                force = true;
            } else {
                call.fail(Errors.SYNTAX);
            }
            if (call.failed()) {
                return;
            }
        }
        String refusal = refusal(call, host, port, timeoutMillis, force);
        if (refusal != null) {
            call.fail(refusal);
            return;
        }
        call.out().ok();
        failover.begin(host, port, timeoutMillis, force);
    }

    private static @Nullable String refusal(
            Call call, @Nullable String host, int port, long timeoutMillis, boolean force) {
        ReplicationState state = call.server.replication;
        if (call.server.roles.failover().isUnderWay()) {
            return "ERR FAILOVER already in progress.";
        }
        if (state.isReplica()) {
            return "ERR FAILOVER is not valid when server is a replica.";
        }
        if (state.replicas().isEmpty()) {
            return "ERR FAILOVER requires connected replicas.";
        }
        if (force && (timeoutMillis == 0 || host == null)) {
            return "ERR FAILOVER with force option requires both a timeout and target HOST and IP.";
        }
        if (host == null) {
            return null;
        }
        for (ReplicaProgress replica : state.replicas().values()) {
            if (Failover.isAt(replica, host, port)) {
                return replica.status() == ReplicaStatus.ONLINE ? null : "ERR FAILOVER target replica is not online.";
            }
        }
        return "ERR FAILOVER target HOST and PORT is not a replica.";
    }
}
