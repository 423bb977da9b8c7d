package dev.vedette.store.command.connection;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ADMIN;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.SENTINEL;
import static dev.vedette.store.command.CommandFlag.STALE;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.Help;
import dev.vedette.store.command.Pauses;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** CLIENT and its subcommands. */
public final class ClientCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(command("client", "Tells of clients, and acts on them.")
            .since("2.4.0")
            .complexity("Depends on subcommand.")
            .group("connection")
            .arity(-2)
            .flags(SENTINEL)
            .sub(
                    own("caching", "6.0.0", 3, "Says whether the keys of the next command are tracked.")
                            .runs(TrackingCommands::caching),
                    own("getname", "2.6.9", 2, "Answers the client's name.").runs(ClientCommands::getName),
                    own("getredir", "6.0.0", 2, "Answers who gets the client's invalidations.")
                            .runs(TrackingCommands::getRedirect),
                    Help.of("client", "5.0.0", HelpText.LINES)
                            .group("connection")
                            .flags(SENTINEL)
                            .acl(AclCategory.CONNECTION),
                    own("id", "5.0.0", 2, "Answers the client's number.")
                            .runs(call -> call.out().integer(call.session().id())),
                    own("info", "6.2.0", 2, "Describes the client.")
                            .tips("nondeterministic_output")
                            .runs(ClientCommands::info),
                    admin("kill", "2.4.0", -3, "Closes connections.")
                            .complexity("O(N) where N is the number of client connections")
                            .runs(ClientCommands::kill),
                    admin("list", "2.4.0", -2, "Describes all clients, or some.")
                            .complexity("O(N) where N is the number of client connections")
                            .tips("nondeterministic_output")
                            .runs(ClientCommands::list),
                    admin("no-evict", "7.0.0", 3, "Spares the client when memory for clients runs out.")
                            .runs(ClientCommands::noEvict),
                    own("no-touch", "7.2.0", 3, "Lets the client's reads not count as uses of keys.")
                            .runs(ClientCommands::noTouch),
                    admin("pause", "2.9.50", -3, "Keeps clients waiting for a while.")
                            .runs(ClientCommands::pause),
                    own("reply", "3.2.0", 3, "Switches replies on and off.").runs(ClientCommands::reply),
                    own("setinfo", "7.2.0", 4, "Notes which library the client uses.")
                            .runs(ClientCommands::setInfo),
                    own("setname", "2.6.9", 3, "Names the client.").runs(call -> {
                        setName(call, 2);
                        if (!call.failed()) {
                            call.out().ok();
                        }
                    }),
                    own("tracking", "6.0.0", -3, "Lets the client hear when keys change that it has read.")
                            .complexity("O(1). Some options may introduce additional complexity.")
                            .runs(TrackingCommands::tracking),
                    own("trackinginfo", "6.2.0", 2, "Describes how the client tracks.")
                            .runs(TrackingCommands::info),
                    admin("unblock", "5.0.0", -3, "Ends another client's wait.")
                            .complexity("O(log N) where N is the number of client connections")
                            .runs(ClientCommands::unblock),
                    admin("unpause", "6.2.0", 2, "Ends CLIENT PAUSE.")
                            .complexity("O(N) Where N is the number of paused clients")
                            .runs(call -> {
                                call.server.pauses.end(Pauses.Purpose.CLIENT_COMMAND);
                                call.out().ok();
                            })));

    /** What CLIENT HELP says. */
    private static final class HelpText {
        static final String[] LINES = {
            "CACHING (YES|NO)",
            "    Track the keys of the next command, or do not (OPTIN and OPTOUT modes).",
            "GETNAME",
            "    Answer this client's name.",
            "GETREDIR",
            "    Answer the id of the client that gets this one's invalidations.",
            "ID",
            "    Answer this client's id.",
            "INFO",
            "    Describe this client.",
            "KILL <ip:port>",
            "    Close the connection that comes from <ip:port>.",
            "KILL <option> <value> [<option> <value> [...]]",
            "    Close all connections that agree with every option:",
            "    * ADDR (<ip:port>|<unixsocket>:0)",
            "      Comes from that address.",
            "    * ID <id>",
            "      Has that id.",
            "    * LADDR (<ip:port>|<unixsocket>:0)",
            "      Came to that address of the server.",
            "    * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)",
            "      Is of that type.",
            "    * USER <username>",
            "      Is logged in as that user.",
            "    * SKIPME (YES|NO)",
            "      Leave out this connection (YES unless said otherwise).",
            "LIST [TYPE (NORMAL|MASTER|REPLICA|PUBSUB) | ID <id> [<id> ...]]",
            "    Describe clients: all, those of a type, or those with the ids.",
            "NO-EVICT (ON|OFF)",
            "    Spare this client when the memory for clients runs out.",
            "NO-TOUCH (ON|OFF)",
            "    Do not count this client's commands as uses of keys.",
            "PAUSE <timeout> [WRITE|ALL]",
            "    Keep clients, or their writes only, waiting for <timeout> milliseconds.",
            "REPLY (ON|OFF|SKIP)",
            "    Switch this client's replies on or off, or leave out the next one.",
            "SETINFO (LIB-NAME|LIB-VER) <text>",
            "    Note name or version of this client's library.",
            "SETNAME <name>",
            "    Name this client.",
            "TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]",
            "         [OPTIN] [OPTOUT] [NOLOOP]",
            "    Tell this client when keys change that it may have cached.",
            "TRACKINGINFO",
            "    Describe the tracking of this client.",
            "UNBLOCK <clientid> [TIMEOUT|ERROR]",
            "    End the wait of that client, as by timeout or with an error.",
            "UNPAUSE",
            "    End the pause."
        };
    }

    private ClientCommands() {}

    private static Command own(String name, String since, int arity, String summary) {
        return command(name, summary)
                .since(since)
                .complexity("O(1)")
                .group("connection")
                .arity(arity)
                .flags(NOSCRIPT, LOADING, STALE, SENTINEL)
                .acl(AclCategory.CONNECTION);
    }

    private static Command admin(String name, String since, int arity, String summary) {
        return own(name, since, arity, summary).flags(ADMIN);
    }

    // ------------------------------------------------------------------ names

    private static void getName(Call call) {
        if (call.session().name.isEmpty()) {
            call.out().nil();
        } else {
            call.out().bulk(call.session().name);
        }
    }

    /** Names the client; answers an error when the name holds what would break CLIENT LIST, and nothing otherwise. */
    static void setName(Call call, int arg) {
        if (isPrintable(call.args(), arg)) {
            call.session().name = call.args().text(arg);
        } else {
            call.fail("ERR Client names cannot contain spaces, newlines or special characters.");
        }
    }

    private static boolean isPrintable(Args args, int arg) {
        for (byte b : args.bytes(arg)) {
            if (b < '!' || b > '~') {
                return false;
            }
        }
        return true;
    }

    private static void setInfo(Call call) {
        boolean name = call.args().is(2, "lib-name");
        if (!name && !call.args().is(2, "lib-ver")) {
            call.fail("ERR Unrecognized option '" + call.args().text(2) + "'");
        } else if (!isPrintable(call.args(), 3)) {
            call.fail("ERR " + (name ? "lib-name" : "lib-ver")
                    + " cannot contain spaces, newlines or special characters.");
        } else {
            if (name) {
                call.session().libraryName = call.args().text(3);
            } else {
                call.session().libraryVersion = call.args().text(3);
            }
            call.out().ok();
        }
    }

    // ------------------------------------------------------------------ descriptions

    private static void info(Call call) {
        verbatim(call, ClientLine.of(call.session(), call) + "\n");
    }

    private static void verbatim(Call call, String text) {
        call.out().verbatim("txt", text.getBytes(StandardCharsets.UTF_8));
    }

    private static void list(Call call) {
        StringBuilder lines = new StringBuilder();
        if (call.argc() == 2) {
            call.server.clients.all().forEach(session -> describe(call, session, lines));
        } else if (call.argc() == 4 && call.args().is(2, "type")) {
            ClientFilter.Type type = ClientFilter.type(call, 3);
            for (Session session : call.server.clients.all()) {
                if (ClientFilter.Type.of(session) == type) {
                    describe(call, session, lines);
                }
            }
        } else if (call.argc() > 3 && call.args().is(2, "id")) {
            for (int i = 3; i < call.argc() && !call.failed(); i++) {
                Session session = call.server.clients.get(call.integerArg(i, "ERR Invalid client ID"));
                if (session != null) {
                    describe(call, session, lines);
                }
            }
        } else {
            call.fail(Errors.SYNTAX);
        }
        if (!call.failed()) {
            verbatim(call, lines.toString());
        }
    }

    private static void describe(Call call, Session session, StringBuilder lines) {
        lines.append(ClientLine.of(session, call)).append('\n');
    }

    // ------------------------------------------------------------------ acts on others

    private static void kill(Call call) {
        boolean oldForm = call.argc() == 3;
        ClientFilter filter = oldForm ? ClientFilter.ofAddress(call.args().text(2)) : ClientFilter.read(call, 2);
        if (call.failed()) {
            return;
        }
        int killed = 0;
        boolean itself = false;
        for (Session session : new ArrayList<>(call.server.clients.all())) {
            if (filter.matches(session, call.session())) {
                killed++;
                if (session == call.session()) {
                    itself = true;
                } else {
                    call.dispatcher().close(session);
                }
            }
        }
        if (!oldForm) {
            call.out().integer(killed);
        } else if (killed == 0) {
            call.fail("ERR No such client");
        } else {
            call.out().ok();
        }
        if (itself) {
            call.dispatcher().closeAfterReply(call.session());
        }
    }

    private static void unblock(Call call) {
        boolean error = false;
        if (call.argc() > 4) {
            call.fail("ERR unknown subcommand or wrong number of arguments for '"
                    + call.args().text(1) + "'. Try CLIENT HELP.");
            return;
        }
        if (call.argc() == 4) {
            error = call.args().is(3, "error");
            if (!error && !call.args().is(3, "timeout")) {
                call.fail("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
                return;
            }
        }
        long id = call.integerArg(2);
        if (call.failed()) {
            return;
        }
        Session session = call.server.clients.get(id);
        Session.Wait wait = session == null ? null : session.waiting;
        if (session == null || wait == null) {
            call.out().integer(0);
            return;
        }
        if (error) {
            call.dispatcher().endWait(session, "UNBLOCKED client unblocked via CLIENT UNBLOCK");
        } else {
            wait.timedOut(session);
            call.dispatcher().endWait(session);
        }
        call.out().integer(1);
    }

    private static void pause(Call call) {
        if (call.argc() > 4) {
            call.fail("ERR unknown subcommand or wrong number of arguments for '"
                    + call.args().text(1) + "'. Try CLIENT HELP.");
            return;
        }
        boolean all = true;
        if (call.argc() == 4) {
            all = call.args().is(3, "all");
            if (!all && !call.args().is(3, "write")) {
                call.fail("ERR CLIENT PAUSE mode must be WRITE or ALL");
                return;
            }
        }
        long millis = call.integerArg(2, "ERR timeout is not an integer or out of range");
        if (call.failed()) {
            return;
        }
        if (millis < 0) {
            call.fail("ERR timeout is negative");
        } else if (millis > Long.MAX_VALUE - call.nowMillis()) {
            call.fail("ERR timeout is out of range");
        } else {
            long until = millis == 0 ? 0 : call.nowMillis() + millis;
            call.server.pauses.begin(Pauses.Purpose.CLIENT_COMMAND, until, all);
            call.out().ok();
        }
    }

    // ------------------------------------------------------------------ switches

    private static void reply(Call call) {
        Session session = call.session();
        if (call.args().is(2, "on")) {
            session.replyOff = false;
            session.replies().setMuted(false);
            call.out().ok();
        } else if (call.args().is(2, "off")) {
            session.replyOff = true;
            session.replies().setMuted(true);
        } else if (call.args().is(2, "skip")) {
            session.skipNextReply = !session.replyOff;
        } else {
            call.fail(Errors.SYNTAX);
        }
    }

    private static void noEvict(Call call) {
        boolean on = onOrOff(call);
        if (!call.failed()) {
            call.session().noEvict = on;
            call.out().ok();
        }
    }

    private static void noTouch(Call call) {
        boolean on = onOrOff(call);
        if (!call.failed()) {
            call.session().noTouch = on;
            call.out().ok();
        }
    }

    private static boolean onOrOff(Call call) {
        boolean on = call.args().is(2, "on");
        if (!on && !call.args().is(2, "off")) {
            call.fail(Errors.SYNTAX);
        }
        return on;
    }
}
