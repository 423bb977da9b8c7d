package dev.vedette.sentinel.serve;

import static dev.vedette.sentinel.serve.Command.command;

import dev.vedette.sentinel.acl.AclUser;
import dev.vedette.sentinel.acl.AclUsers;
import dev.vedette.wire.resp.RedisVersion;
import dev.vedette.wire.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** AUTH, HELLO, PING and CLIENT. */
final class ConnectionFamily {

    private static final String[] ALWAYS = {"noscript", "loading", "stale"};
    private static final String[] ADMIN = {"admin", "noscript", "loading", "stale"};
    private static final String[] OPEN = {"noscript", "loading", "stale", "fast", "no_auth", "allow_busy"};

    private final Door door;
    private final Watch watch;

    ConnectionFamily(Door door, Watch watch) {
        this.door = door;
        this.watch = watch;
    }

    List<Command> commands() {
        return List.of(
                command("auth", "Logs a connection in.")
                        .group("connection")
                        .arity(-2)
                        .flags(OPEN)
                        .acl("connection")
                        .runs(this::auth),
                command("hello", "Chooses the protocol version and tells about the server.")
                        .since("6.0.0")
                        .group("connection")
                        .arity(-1)
                        .flags(OPEN)
                        .acl("connection")
                        .runs(this::hello),
                command("ping", "Answers, to show that the server does.")
                        .group("connection")
                        .arity(-1)
                        .flags("fast")
                        .acl("connection")
                        .tips("request_policy:all_shards", "response_policy:all_succeeded")
                        .runs(ConnectionFamily::ping),
                command("client", "Groups the commands about connections.")
                        .since("2.4.0")
                        .group("connection")
                        .arity(-2)
                        .containing(clientCommands()));
    }

    private List<Command> clientCommands() {
        return List.of(
                about("caching", "Says whether the next keys read are tracked.", "6.0.0", 3, ALWAYS)
                        .runs(call -> call.answer(Answers.error(
                                "CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or"
                                        + " OPTOUT mode enabled"))),
                about("getname", "Tells the name of this connection.", "2.6.9", 2, ALWAYS)
                        .runs(call -> call.answer(
                                call.client().name().isEmpty()
                                        ? Answers.NULL
                                        : Reply.Bulk.of(call.client().name()))),
                about("getredir", "Tells where invalidations of this connection go.", "6.0.0", 2, ALWAYS)
                        .runs(call -> call.answer(new Reply.Int(-1))),
                about("help", "Lists the subcommands.", "5.0.0", 2, "loading", "stale")
                        .runs(call -> call.answer(Help.of(
                                "CLIENT",
                                "GETNAME",
                                "    Tell the name of this connection.",
                                "ID",
                                "    Tell the id of this connection.",
                                "INFO",
                                "    Describe this connection.",
                                "KILL <ip:port>|<option> <value> [<option> <value> [...]]",
                                "    Close connections. Options: ID, ADDR, LADDR, TYPE, USER, SKIPME.",
                                "LIST [TYPE <type>|ID <id> [<id> ...]]",
                                "    Describe connections.",
                                "REPLY (ON|OFF|SKIP)",
                                "    Say whether commands are answered.",
                                "SETNAME <name>",
                                "    Name this connection."))),
                about("id", "Tells the id of this connection.", "5.0.0", 2, ALWAYS)
                        .runs(call -> call.answer(new Reply.Int(call.client().id()))),
                about("info", "Describes this connection.", "6.2.0", 2, ALWAYS)
                        .tips("nondeterministic_output")
                        .runs(call -> call.answer(
                                new Reply.Verbatim("txt", call.client().describe(watch.nowMs()) + "\n"))),
                about("kill", "Closes connections.", "2.4.0", -3, ADMIN).runs(this::kill),
                about("list", "Describes connections.", "2.4.0", -2, ADMIN)
                        .tips("nondeterministic_output")
                        .runs(this::list),
                about("no-evict", "Keeps this connection when memory for clients runs out.", "7.0.0", 3, ADMIN)
                        .runs(call -> call.answer(isOneOf(call.word(2), "on", "off") ? Answers.OK : syntaxError())),
                about("pause", "Holds back the commands of clients.", "2.9.50", -3, ADMIN)
                        .runs(call -> call.answer(notHere("CLIENT PAUSE"))),
                about("reply", "Says whether commands are answered.", "3.2.0", 3, ALWAYS)
                        .runs(ConnectionFamily::reply),
                about("setname", "Names this connection.", "2.6.9", 3, ALWAYS).runs(ConnectionFamily::setName),
                about("tracking", "Asks to be told when keys read change.", "6.0.0", -3, ALWAYS)
                        .runs(call -> call.answer(notHere("CLIENT TRACKING"))),
                about("trackinginfo", "Tells what is tracked for this connection.", "6.2.0", 2, ALWAYS)
                        .runs(call -> call.answer(new Answers.Fields()
                                .put("flags", new Reply.Set(List.of(Reply.Bulk.of("off"))))
                                .put("redirect", new Reply.Int(-1))
                                .put("prefixes", new Reply.Array(List.of()))
                                .build())),
                about("unblock", "Wakes a client that waits in a blocking command.", "5.0.0", -3, ADMIN)
                        .runs(call -> call.answer(new Reply.Int(0))),
                about("unpause", "Ends CLIENT PAUSE.", "6.2.0", 2, ADMIN).runs(call -> call.answer(Answers.OK)));
    }

    private static Command.Draft about(String name, String summary, String since, int arity, String... flags) {
        return command("client|" + name, summary)
                .since(since)
                .group("connection")
                .arity(arity)
                .flags(flags)
                .acl("connection");
    }

    private static Reply notHere(String what) {
        return Answers.error(what + " has no meaning for a Sentinel, which serves no keys");
    }

    private static Reply syntaxError() {
        return Answers.error("syntax error");
    }

    private static boolean isOneOf(String word, String... choices) {
        for (String choice : choices) {
            if (choice.equalsIgnoreCase(word)) {
                return true;
            }
        }
        return false;
    }

    // ------------------------------------------------------------------ who

    private void auth(Call call) {
        if (call.size() > 3) {
            call.answer(syntaxError());
        } else if (call.size() == 2 && door.users().defaultIsOpen()) {
            call.answer(Answers.error("AUTH <password> called without any password configured for the default user."
                    + " Are you sure your configuration is correct?"));
        } else {
            String user = call.size() == 2 ? AclUsers.DEFAULT : call.word(1);
            @Nullable Reply refused = logIn(call.client(), user, call.word(call.size() - 1), "auth");
            call.answer(refused == null ? Answers.OK : refused);
        }
    }

    /** Logs in; an answer says why not. */
    private @Nullable Reply logIn(Client client, String name, String password, String command) {
        Optional<AclUser> user = door.users().authenticate(name, password);
        if (user.isEmpty()) {
            door.aclLog().add("auth", command, name, client, watch.nowMs());
            return new Reply.Error("WRONGPASS invalid username-password pair or user is disabled.");
        }
        client.becomes(user.get());
        return null;
    }

    private void hello(Call call) {
        int version = call.client().resp();
        int next = 1;
        if (call.size() > 1) {
            try {
                version = Integer.parseInt(call.word(1));
            } catch (NumberFormatException notANumber) {
                call.answer(Answers.error("Protocol version is not an integer or out of range"));
                return;
            }
            if (version != 2 && version != 3) {
                call.answer(new Reply.Error("NOPROTO unsupported protocol version"));
                return;
            }
            next = 2;
        }
        @Nullable String newName = null;
        @Nullable String user = null;
        @Nullable String password = null;
        while (next < call.size()) {
            int more = call.size() - next - 1;
            if (call.word(next).equalsIgnoreCase("auth") && more >= 2) {
                user = call.word(next + 1);
                password = call.word(next + 2);
                next += 3;
            } else if (call.word(next).equalsIgnoreCase("setname") && more >= 1) {
                newName = call.word(next + 1);
                next += 2;
            } else {
                call.answer(Answers.error("Syntax error in HELLO option '" + call.word(next) + "'"));
                return;
            }
        }
        Client client = call.client();
        if (user != null && password != null) {
            @Nullable Reply refused = logIn(client, user, password, "HELLO");
            if (refused != null) {
                call.answer(refused);
                return;
            }
        }
        if (!client.authenticated()) {
            call.answer(new Reply.Error(
                    "NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto>"
                            + " AUTH <user> <pass> option can be used to authenticate the client and select the RESP"
                            + " protocol version at the same time"));
            return;
        }
        if (newName != null) {
            @Nullable Reply refused = refuseName(newName);
            if (refused != null) {
                call.answer(refused);
                return;
            }
            client.rename(newName);
        }
        client.speak(version);
        call.answer(new Answers.Fields()
                .put("server", "redis")
                .put("version", RedisVersion.TEXT)
                .put("proto", new Reply.Int(version))
                .put("id", new Reply.Int(client.id()))
                .put("mode", "sentinel")
                .put("modules", new Reply.Array(List.of()))
                .build());
    }

    private static void ping(Call call) {
        if (call.size() > 2) {
            call.answer(CommandTable.wrongNumberOfArguments("ping"));
        } else if (call.client().onlySubscribes()) {
            call.answer(new Reply.Array(
                    List.of(Reply.Bulk.of("pong"), Reply.Bulk.of(call.size() == 2 ? call.word(1) : ""))));
        } else {
            call.answer(call.size() == 2 ? Reply.Bulk.of(call.word(1)) : new Reply.Simple("PONG"));
        }
    }

    private static void setName(Call call) {
        @Nullable Reply refused = refuseName(call.word(2));
        if (refused == null) {
            call.client().rename(call.word(2));
        }
        call.answer(refused == null ? Answers.OK : refused);
    }

    private static @Nullable Reply refuseName(String name) {
        return name.chars().allMatch(c -> c >= '!' && c <= '~')
                ? null
                : Answers.error("Client names cannot contain spaces, newlines or special characters.");
    }

    private static void reply(Call call) {
        switch (call.word(2).toLowerCase(Locale.ROOT)) {
            case "on" -> {
                call.client().reply(Client.Replies.ON);
                call.answer(Answers.OK);
            }
            case "off" -> {
                call.client().reply(Client.Replies.OFF);
                call.answer(Answers.OK);
            }
            case "skip" -> {
                if (call.client().replies() == Client.Replies.ON) {
                    call.client().reply(Client.Replies.SKIP_NEXT);
                }
                call.answer(Answers.OK);
            }
            default -> call.answer(syntaxError());
        }
    }

    // ------------------------------------------------------------------ the others

    private void list(Call call) {
        Predicate<Client> wanted = client -> true;
        if (call.size() == 4 && call.word(2).equalsIgnoreCase("type")) {
            @Nullable String type = typeOf(call.word(3));
            if (type == null) {
                call.answer(Answers.error("Unknown client type '" + call.word(3) + "'"));
                return;
            }
            wanted = client -> client.type().equals(type);
        } else if (call.size() > 3 && call.word(2).equalsIgnoreCase("id")) {
            List<String> ids = call.words().subList(3, call.size());
            if (!ids.stream().allMatch(id -> id.matches("\\d{1,18}"))) {
                call.answer(Answers.error("Invalid client ID"));
                return;
            }
            wanted = client -> ids.contains(String.valueOf(client.id()));
        } else if (call.size() != 2) {
            call.answer(syntaxError());
            return;
        }
        StringBuilder lines = new StringBuilder();
        door.clients().stream()
                .filter(wanted)
                .forEach(client -> lines.append(client.describe(watch.nowMs())).append('\n'));
        call.answer(new Reply.Verbatim("txt", lines.toString()));
    }

    private static @Nullable String typeOf(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "normal", "pubsub", "master" -> word.toLowerCase(Locale.ROOT);
            case "slave", "replica" -> "replica";
            default -> null;
        };
    }

    private void kill(Call call) {
        if (call.size() == 3) {
            Optional<Client> found = door.clients().stream()
                    .filter(client -> client.address().equals(call.word(2)))
                    .findFirst();
            call.answer(found.isPresent() ? Answers.OK : Answers.error("No such client"));
            found.ifPresent(client -> end(call.client(), client));
            return;
        }
        Predicate<Client> wanted = client -> true;
        boolean skipMe = true;
        for (int i = 2; i < call.size(); i += 2) {
            if (i + 1 >= call.size()) {
                call.answer(syntaxError());
                return;
            }
            String value = call.word(i + 1);
            switch (call.word(i).toLowerCase(Locale.ROOT)) {
                case "id" -> {
                    if (!value.matches("[1-9]\\d{0,17}")) {
                        call.answer(Answers.error("client-id should be greater than 0"));
                        return;
                    }
                    wanted = wanted.and(client -> client.id() == Long.parseLong(value));
                }
                case "addr" -> wanted = wanted.and(client -> client.address().equals(value));
                case "laddr" ->
                    wanted = wanted.and(client -> client.localAddress().equals(value));
                case "type" -> {
                    @Nullable String type = typeOf(value);
                    if (type == null) {
                        call.answer(Answers.error("Unknown client type '" + value + "'"));
                        return;
                    }
                    wanted = wanted.and(client -> client.type().equals(type));
                }
                case "user" -> {
                    if (door.users().named(value).isEmpty()) {
                        call.answer(Answers.error("No such user '" + value + "'"));
                        return;
                    }
                    wanted = wanted.and(client ->
                            client.authenticated() && client.userName().equals(value));
                }
                case "skipme" -> {
                    if (!isOneOf(value, "yes", "no")) {
                        call.answer(syntaxError());
                        return;
                    }
                    skipMe = value.equalsIgnoreCase("yes");
                }
                default -> {
                    call.answer(syntaxError());
                    return;
                }
            }
        }
        List<Client> doomed = new ArrayList<>();
        for (Client client : door.clients()) {
            if (wanted.test(client) && !(skipMe && client == call.client())) {
                doomed.add(client);
            }
        }
        call.answer(new Reply.Int(doomed.size()));
        doomed.forEach(client -> end(call.client(), client));
    }

    /** Whoever kills itself gets its answer first. */
    private static void end(Client killer, Client doomed) {
        if (killer == doomed) {
            doomed.closeAfterAnswers();
        } else {
            doomed.close();
        }
    }
}
