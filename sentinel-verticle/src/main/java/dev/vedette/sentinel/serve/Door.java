package dev.vedette.sentinel.serve;

import dev.vedette.sentinel.acl.AclUser;
import dev.vedette.sentinel.acl.AclUsers;
import dev.vedette.sentinel.acl.GlobPattern;
import dev.vedette.sentinel.config.SentinelConfig;
import dev.vedette.wire.bus.NodeCommand;
import dev.vedette.wire.resp.CommandDecoder;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Accepts clients, runs their commands, and delivers events to those who subscribed. */
public final class Door {

    private static final Set<String> ALLOWED_WHILE_SUBSCRIBED =
            Set.of("subscribe", "unsubscribe", "psubscribe", "punsubscribe", "ping");

    private static final Set<String> NOT_FOR_CONSOLE =
            Set.of("subscribe", "unsubscribe", "psubscribe", "punsubscribe", "quit");

    private final Vertx vertx;
    private final Watch watch;
    private final Logger log;
    private final CommandTable table;
    private final AclUsers users;
    private final ServerFamily server;
    private final AclLog aclLog;
    private final Counters counters = new Counters();
    private final Map<Long, Client> clients = new LinkedHashMap<>();
    private final List<NetServer> servers = new ArrayList<>();
    /** Those who came before {@link #serve}; nothing is read from them yet. */
    private final List<NetSocket> waiting = new ArrayList<>();

    private long lastClientId;
    private boolean serving;
    private boolean closed;

    /** A closed door. */
    public Door(Vertx vertx, Watch watch, String executable, String configFile, String version, Logger log) {
        this.vertx = vertx;
        this.watch = watch;
        this.log = log;
        this.aclLog = new AclLog(watch.config().aclLogMaxLen());
        List<Command> commands = new ArrayList<>();
        this.server = new ServerFamily(
                this,
                watch,
                new ServerFamily.Facts(executable, configFile, version, ServerFamily.newRunId(), watch.nowMs()));
        commands.addAll(server.commands());
        commands.addAll(new ConnectionFamily(this, watch).commands());
        commands.addAll(new PubSubFamily(this, watch).commands());
        commands.addAll(new AclFamily(this, watch, log).commands());
        commands.addAll(new SentinelFamily(watch).commands());
        this.table = new CommandTable(commands, watch.config().renamedCommands());
        this.users = new AclUsers(table, watch.config().newUsersUseAllChannels());
    }

    /** The users who may come in. */
    public AclUsers users() {
        return users;
    }

    CommandTable table() {
        return table;
    }

    AclLog aclLog() {
        return aclLog;
    }

    Counters counters() {
        return counters;
    }

    Collection<Client> clients() {
        return List.copyOf(clients.values());
    }

    /**
     * Listens on every address of {@code bind}; fails when one that must be there cannot be had. Who connects waits for
     * {@link #serve}.
     */
    public Future<Void> open() {
        int port = watch.config().port();
        if (port == 0) {
            return Future.succeededFuture();
        }
        Future<Void> opened = Future.succeededFuture();
        for (String bind : watch.config().bind()) {
            opened = opened.compose(before -> listen(bind, port));
        }
        vertx.setPeriodic(1000, timer -> closeIdleClients());
        return opened.compose(all -> {
            if (servers.isEmpty()) {
                return Future.failedFuture("Failed listening on port " + port + " (TCP), aborting.");
            }
            return Future.succeededFuture();
        });
    }

    /** Answers from now on: the sentinel knows who it is, its file and its log say so. */
    public void serve() {
        serving = true;
        waiting.forEach(NetSocket::resume);
        waiting.clear();
    }

    private Future<Void> listen(String bind, int port) {
        boolean optional = bind.startsWith("-");
        String named = optional ? bind.substring(1) : bind;
        // On a machine with IPv6 the wildcard of IPv4 is a socket of its own, as in Redis.
        String host = named.equals("*") ? "0.0.0.0" : named.equals("::*") ? "::" : named;
        NetServer server = vertx.createNetServer(new NetServerOptions()
                .setAcceptBacklog(watch.config().tcpBacklog())
                .setTcpNoDelay(true)
                .setTcpKeepAlive(watch.config().tcpKeepaliveSeconds() > 0)
                .setReuseAddress(true));
        server.connectHandler(this::accept);
        server.exceptionHandler(failure -> log.log(Level.DEBUG, "Accepting client connection: {0}", failure));
        return server.listen(port, host)
                .map(listening -> {
                    servers.add(listening);
                    return (Void) null;
                })
                .recover(failure -> {
                    String warning = "Could not create server TCP listening socket " + named + ":" + port + ": "
                            + reason(failure);
                    if (optional) {
                        log.log(Level.DEBUG, warning);
                        return Future.succeededFuture();
                    }
                    log.log(Level.WARNING, "Warning: " + warning);
                    return Future.failedFuture("Failed listening on port " + port + " (TCP), aborting.");
                });
    }

    private static String reason(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        for (String known : List.of("Address already in use", "Cannot assign requested address", "Permission denied")) {
            if (message.contains(known)) {
                return "bind: " + known;
            }
        }
        return message;
    }

    /** Stops listening and closes all clients. */
    public Future<Void> close() {
        closed = true;
        clients().forEach(Client::close);
        List<Future<Void>> closing = new ArrayList<>();
        servers.forEach(server -> closing.add(server.close()));
        return Future.join(closing).mapEmpty();
    }

    private void accept(NetSocket socket) {
        counters.connections++;
        AclUser user = users.named(AclUsers.DEFAULT).orElseThrow(); // AclUsers never lets it be removed
        Client client =
                new Client(++lastClientId, Client.Outlet.of(socket), user, users.defaultIsOpen(), watch.nowMs());
        if (closed || clients.size() >= watch.config().maxClients()) {
            counters.rejectedConnections++;
            client.push(new Reply.Error("ERR max number of clients reached"));
            client.close();
            return;
        }
        if (watch.config().protectedMode() && users.defaultIsOpen() && !isLoopback(socket)) {
            counters.rejectedConnections++;
            client.push(new Reply.Error("DENIED This sentinel is in protected mode and has no password: it takes"
                    + " connections from the loopback interface only. Set requirepass, or protected-mode no."));
            client.close();
            return;
        }
        clients.put(client.id(), client);
        CommandDecoder decoder = new CommandDecoder();
        socket.handler(bytes -> {
            counters.bytesIn += bytes.length();
            client.beginBatch();
            try {
                decoder.feed(bytes);
                while (!client.closing()) {
                    decoder.authenticationMissing(!client.authenticated());
                    byte @Nullable [][] words = decoder.next();
                    if (words == null) {
                        break;
                    }
                    run(client, texts(words));
                }
            } catch (RespFormatException broken) {
                client.push(new Reply.Error(String.valueOf(broken.getMessage())));
                client.closeAfterAnswers();
            } finally {
                client.endBatch();
            }
        });
        socket.exceptionHandler(failure -> log.log(Level.DEBUG, "Client closed connection: {0}", failure));
        socket.closeHandler(gone -> clients.remove(client.id()));
        if (!serving) {
            socket.pause();
            waiting.add(socket);
        }
    }

    private static List<String> texts(byte[][] words) {
        List<String> texts = new ArrayList<>(words.length);
        for (byte[] word : words) {
            texts.add(new String(word, StandardCharsets.UTF_8));
        }
        return texts;
    }

    private static boolean isLoopback(NetSocket socket) {
        @Nullable String host = socket.remoteAddress().hostAddress();
        return host == null || host.startsWith("127.") || host.equals("::1") || host.equals("0:0:0:0:0:0:0:1");
    }

    private void run(Client client, List<String> words) {
        counters.commands++;
        Call call = new Call(client, words);
        String name = words.getFirst().toLowerCase(Locale.ROOT);
        if (name.equals("quit")) {
            call.answer(Answers.OK);
            client.closeAfterAnswers();
            return;
        }
        switch (table.lookup(words)) {
            case CommandTable.Lookup.Wrong wrong -> {
                counters.errorReplies++;
                call.answer(wrong.answer());
            }
            case CommandTable.Lookup.Found found -> run(client, call, found.command());
        }
    }

    private void run(Client client, Call call, Command command) {
        client.heard(command.name(), watch.nowMs());
        @Nullable Reply refused = refuse(client, command);
        if (refused != null) {
            counters.errorReplies++;
            call.answer(refused);
            return;
        }
        try {
            command.handler().run(call);
        } catch (RuntimeException bug) {
            log.log(Level.ERROR, "Closing client " + client.address() + " after a bug in " + command.name(), bug);
            client.close();
        }
    }

    private @Nullable Reply refuse(Client client, Command command) {
        boolean open = command.flags().contains("no_auth");
        if (!client.authenticated() && !open) {
            return new Reply.Error("NOAUTH Authentication required.");
        }
        if (!open
                && !users.named(client.userName())
                        .map(user -> user.mayRun(command.name()))
                        .orElse(false)) {
            aclLog.add("command", command.name(), client, watch.nowMs());
            return new Reply.Error("NOPERM this user has no permissions to run the '" + command.name() + "' command");
        }
        if (client.onlySubscribes() && !ALLOWED_WHILE_SUBSCRIBED.contains(command.name())) {
            return Answers.error("Can't execute '" + command.name()
                    + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context");
        }
        return null;
    }

    /** Delivers an event to everyone who subscribed to it. */
    public void publish(String channel, String message) {
        for (Client client : clients()) {
            if (client.channels().contains(channel)) {
                client.push(new Reply.Push(
                        List.of(Reply.Bulk.of("message"), Reply.Bulk.of(channel), Reply.Bulk.of(message))));
            }
            for (String pattern : List.copyOf(client.patterns())) {
                if (GlobPattern.matches(pattern, channel)) {
                    client.push(new Reply.Push(List.of(
                            Reply.Bulk.of("pmessage"),
                            Reply.Bulk.of(pattern),
                            Reply.Bulk.of(channel),
                            Reply.Bulk.of(message))));
                }
            }
        }
    }

    /** The text of INFO everything. */
    public String info() {
        return server.wholeInfo();
    }

    /**
     * Lets the configured users in: requirepass, then user lines or the ACL file. Before {@link #open}.
     *
     * @return why that cannot be, or empty
     */
    public Optional<String> admit(SentinelConfig config) {
        config.requirepass().ifPresent(users::requirePassword);
        if (config.aclFile().isPresent()) {
            return config.users().isEmpty()
                    ? AclFamily.readFile(config.aclFile().get(), users)
                    : Optional.of("Configuring Redis with users defined in redis.conf and at the same setting an ACL"
                            + " file path is invalid. This setup is very likely to lead to configuration errors and"
                            + " security holes, please define either an ACL file or declare users directly in your"
                            + " redis.conf, but not both.");
        }
        return users.declare(config.users());
    }

    /** Runs what the console asks of this node, as a client of its own for each command; answers once, in raw RESP. */
    public void answerConsole(NodeCommand command, Consumer<Buffer> answer) {
        ConsoleOutlet outlet = new ConsoleOutlet(answer);
        AclUser user = users.named(AclUsers.DEFAULT).orElseThrow(); // AclUsers never lets it be removed
        Client client = new Client(++lastClientId, outlet, user, users.defaultIsOpen(), watch.nowMs());
        if (!command.password().isEmpty()) {
            String name = command.user().isEmpty() ? AclUsers.DEFAULT : command.user();
            Optional<AclUser> known = users.authenticate(name, command.password());
            if (known.isEmpty()) {
                client.push(new Reply.Error("WRONGPASS invalid username-password pair or user is disabled."));
                return;
            }
            client.becomes(known.get());
        }
        if (command.arguments().isEmpty()) {
            client.push(new Reply.Error("ERR no command"));
        } else if (NOT_FOR_CONSOLE.contains(command.arguments().getFirst().toLowerCase(Locale.ROOT))) {
            client.push(new Reply.Error("ERR a connection of its own is needed for that"));
        } else {
            run(client, command.arguments());
        }
    }

    /** Carries one answer. */
    private static final class ConsoleOutlet implements Client.Outlet {
        private final Consumer<Buffer> reply;
        private boolean replied;

        ConsoleOutlet(Consumer<Buffer> reply) {
            this.reply = reply;
        }

        @Override
        public void write(Buffer bytes) {
            if (!replied) {
                replied = true;
                reply.accept(bytes);
            }
        }

        @Override
        public void close() {
            // There is no connection to close.
        }

        @Override
        public String address() {
            return "console:0";
        }

        @Override
        public String localAddress() {
            return "console:0";
        }
    }

    private void closeIdleClients() {
        long limitMs = watch.config().idleTimeoutSeconds() * 1000L;
        if (limitMs == 0) {
            return;
        }
        for (Client client : clients()) {
            if (client.subscriptions() == 0 && client.idleMs(watch.nowMs()) > limitMs) {
                client.close();
            }
        }
    }

    /** What INFO stats counts. */
    static final class Counters {
        long connections;
        long rejectedConnections;
        long commands;
        long errorReplies;
        long bytesIn;
    }
}
