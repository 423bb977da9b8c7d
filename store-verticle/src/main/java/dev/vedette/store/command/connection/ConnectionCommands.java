package dev.vedette.store.command.connection;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ALLOW_BUSY;
import static dev.vedette.store.command.CommandFlag.FAST;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.NO_AUTH;
import static dev.vedette.store.command.CommandFlag.SENTINEL;
import static dev.vedette.store.command.CommandFlag.STALE;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import dev.vedette.wire.resp.RedisVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The connection itself: PING, AUTH, HELLO, SELECT and their kin. */
public final class ConnectionCommands {

    private static final byte[] DEFAULT_USER = "default".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PONG_MESSAGE = "pong".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NOTHING = {};
    private static final String WRONG_PASSWORD = "WRONGPASS invalid username-password pair or user is disabled.";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("auth", "Logs the client in.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the number of passwords defined for the user")
                    .group("connection")
                    .arity(-2)
                    .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, SENTINEL, ALLOW_BUSY)
                    .acl(AclCategory.CONNECTION)
                    .secrets((args, argument) -> argument == 1 || argument == 2)
                    .runs(ConnectionCommands::auth),
            command("echo", "Answers the text given.")
                    .since("1.0.0")
                    .complexity("O(1)")
                    .group("connection")
                    .arity(2)
                    .flags(LOADING, STALE, FAST)
                    .acl(AclCategory.CONNECTION)
                    .runs(call -> bulk(call, 1)),
            command("hello", "Agrees on the protocol, and may log in and name the client.")
                    .since("6.0.0")
                    .complexity("O(1)")
                    .group("connection")
                    .arity(-1)
                    .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, SENTINEL, ALLOW_BUSY)
                    .acl(AclCategory.CONNECTION)
                    .secrets(ConnectionCommands::isHelloSecret)
                    .runs(ConnectionCommands::hello),
            command("ping", "Answers PONG, or the text given.")
                    .since("1.0.0")
                    .complexity("O(1)")
                    .group("connection")
                    .arity(-1)
                    .flags(FAST, SENTINEL)
                    .acl(AclCategory.CONNECTION)
                    .tips("request_policy:all_shards", "response_policy:all_succeeded")
                    .runs(ConnectionCommands::ping),
            command("quit", "Closes the connection.")
                    .since("1.0.0")
                    .complexity("O(1)")
                    .group("connection")
                    .arity(-1)
                    .flags(ALLOW_BUSY, NOSCRIPT, LOADING, STALE, FAST, NO_AUTH)
                    .acl(AclCategory.CONNECTION)
                    .runs(ConnectionCommands::quit),
            command("reset", "Makes the connection as if it were new.")
                    .since("6.2.0")
                    .complexity("O(1)")
                    .group("connection")
                    .arity(1)
                    .flags(NOSCRIPT, LOADING, STALE, FAST, NO_AUTH, ALLOW_BUSY)
                    .acl(AclCategory.CONNECTION)
                    .runs(ConnectionCommands::reset),
            command("select", "Chooses the database for what follows.")
                    .since("1.0.0")
                    .complexity("O(1)")
                    .group("connection")
                    .arity(2)
                    .flags(LOADING, STALE, FAST)
                    .acl(AclCategory.CONNECTION)
                    .runs(ConnectionCommands::select));

    private ConnectionCommands() {}

    private static void bulk(Call call, int arg) {
        Args args = call.args();
        call.out().bulk(args.array(arg), args.offset(arg), args.length(arg));
    }

    private static void ping(Call call) {
        if (call.argc() > 2) {
            call.fail(Errors.arity("ping"));
        } else if (call.session().inPubSubMode()) {
            call.out().array(2);
            call.out().bulk(PONG_MESSAGE);
            if (call.argc() == 1) {
                call.out().bulk(NOTHING);
            } else {
                bulk(call, 1);
            }
        } else if (call.argc() == 1) {
            call.out().pong();
        } else {
            bulk(call, 1);
        }
    }

    private static void select(Call call) {
        long number = call.integerArg(1);
        if (call.failed()) {
            return;
        }
        if (number != (int) number) {
            call.fail("ERR value is out of range, value must between -2147483648 and 2147483647");
        } else if (number < 0 || number >= call.server.keyspace.databaseCount()) {
            call.fail("ERR DB index is out of range");
        } else {
            call.selectDatabase((int) number);
            call.out().ok();
        }
    }

    private static void quit(Call call) {
        call.out().ok();
        call.dispatcher().closeAfterReply(call.session());
    }

    private static void reset(Call call) {
        Session session = call.session();
        if (session.kind != Session.Kind.NORMAL) {
            call.fail("ERR can only reset normal client connections");
            return;
        }
        session.monitor = false;
        call.server.monitors.remove(session);
        call.selectDatabase(0);
        session.replies().setProtocol(2);
        call.server.users.greet(session);
        call.dispatcher().discard(session);
        call.server.pubSub.remove(session);
        call.server.tracking.disable(session);
        session.name = "";
        if (session.replyOff) {
            session.replyOff = false;
            session.replies().setMuted(false);
        }
        session.skipNextReply = false;
        call.out().simple("RESET");
    }

    private static void auth(Call call) {
        if (call.argc() > 3) {
            call.fail(Errors.SYNTAX);
            return;
        }
        boolean passwordOnly = call.argc() == 2;
        if (passwordOnly && call.server.users.isDefaultOpen()) {
            call.fail("ERR AUTH <password> called without any password configured for the default user. Are you sure"
                    + " your configuration is correct?");
            return;
        }
        byte[] name = passwordOnly ? DEFAULT_USER : call.bytes(1);
        if (call.server.users.login(call.session(), call.args(), name, call.bytes(call.argc() - 1))) {
            call.out().ok();
        } else {
            call.fail(WRONG_PASSWORD);
        }
    }

    // ------------------------------------------------------------------ HELLO

    private static boolean isHelloSecret(Args args, int argument) {
        for (int i = 2; i + 2 < args.count(); i++) {
            if (args.is(i, "auth")) {
                if (argument == i + 1 || argument == i + 2) {
                    return true;
                }
                i += 2;
            } else if (args.is(i, "setname")) {
                i++;
            }
        }
        return false;
    }

    private static void hello(Call call) {
        long protocol = 0;
        if (call.argc() >= 2) {
            protocol = call.integerArg(1, "ERR Protocol version is not an integer or out of range");
            if (call.failed()) {
                return;
            }
            if (protocol < 2 || protocol > 3) {
                call.fail("NOPROTO unsupported protocol version");
                return;
            }
        }
        readHelloOptions(call);
        if (call.failed()) {
            return;
        }
        if (!call.session().authenticated) {
            call.fail("NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO AUTH"
                    + " <user> <pass> option can be used to authenticate the client and select the RESP protocol"
                    + " version at the same time");
            return;
        }
        if (protocol != 0) {
            call.out().setProtocol((int) protocol);
        }
        answerHello(call);
    }

    private static void readHelloOptions(Call call) {
        int i = 2;
        while (i < call.argc() && !call.failed()) {
            int more = call.argc() - 1 - i;
            if (call.args().is(i, "auth") && more >= 2) {
                if (!call.server.users.login(call.session(), call.args(), call.bytes(i + 1), call.bytes(i + 2))) {
                    call.fail(WRONG_PASSWORD);
                }
                i += 3;
            } else if (call.args().is(i, "setname") && more >= 1) {
                ClientCommands.setName(call, i + 1);
                i += 2;
            } else {
                call.fail("ERR Syntax error in HELLO option '" + call.args().text(i) + "'");
            }
        }
    }

    private static void answerHello(Call call) {
        Replies out = call.out();
        out.map(7);
        out.bulk("server");
        out.bulk("redis");
        out.bulk("version");
        out.bulk(RedisVersion.TEXT);
        out.bulk("proto");
        out.integer(out.protocol());
        out.bulk("id");
        out.integer(call.session().id());
        out.bulk("mode");
        out.bulk("standalone");
        out.bulk("role");
        out.bulk(call.server.replication.isReplica() ? "replica" : "master");
        out.bulk("modules");
        out.array(0);
    }
}
