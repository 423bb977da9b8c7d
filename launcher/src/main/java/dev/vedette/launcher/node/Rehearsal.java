package dev.vedette.launcher.node;

import dev.vedette.launcher.log.NodeLog;
import dev.vedette.store.config.FatalConfigException;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.wire.resp.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Has a master and a replica of its own do for some seconds what servers do: answer clients, synchronize, follow. By the time
 * that this process's own replicas and clients need that, the JVM has compiled it. What is done for the first time runs in
 * the interpreter: a full synchronization takes nearly twice the time, and all clients feel it.
 *
 * <p>The two live in a Vert.x instance and a temporary folder of their own, on two ports of the loopback interface, behind a
 * password that nobody knows, and leave nothing behind. They work a third of the time. Whatever prevents the rehearsal
 * ends it and nothing else.
 */
public final class Rehearsal {

    /** The start goes first, and whatever waits for it. */
    private static final long DELAY_MILLIS = 5000;

    private static final int ROUNDS = 30;
    /** An event loop's end is seldom as well, and the rehearsal's own comes when all is compiled. */
    private static final int ROUNDS_PER_END = 8;

    private static final int KEYS = 3000;
    private static final int VALUE_BYTES = 100;
    private static final int PIPELINE = 16;
    private static final int CROWD = 16;
    private static final int CROWD_TURNS = 30;
    private static final long PATIENCE_SECONDS = 20;
    private static final int PATIENCE_MILLIS = (int) TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS);
    private static final long LOOK_MILLIS = 5;
    /** After each piece of work, so many times as long. */
    private static final int REST = 2;

    /** {@code k} is some key's number. */
    private static final List<String> COMMANDS = List.of(
            "INCR count:k",
            "HSET hash:k field value",
            "HGET hash:k field",
            "LPUSH list:k a b",
            "RPOP list:k",
            "SADD set:k a b",
            "SISMEMBER set:k a",
            "ZADD sorted:k 1 a 2 b",
            "ZRANGE sorted:k 0 -1",
            "EXPIRE hash:k 100",
            "EXISTS list:k",
            "DEL set:k");

    private final NodeLog log = new NodeLog("rehearsal");
    private final Random random = new Random();
    private final String password;
    private final Path folder;
    private final Vertx vertx;
    private final List<ServerNode> nodes = new ArrayList<>();

    private Rehearsal(Path folder) {
        this.folder = folder;
        log.writeTo(folder.resolve("log"));
        byte[] secret = new byte[20];
        new SecureRandom().nextBytes(secret);
        this.password = HexFormat.of().formatHex(secret);
        this.vertx = NodeVertx.start(1, log);
    }

    /**
     * Begins it, on a thread of its own.
     *
     * @param progress told how far it is: pending, running, then done or failed
     * @param told what comes of it, at level DEBUG
     */
    public static void begin(Consumer<String> progress, System.Logger told) {
        progress.accept("pending");
        Thread.ofPlatform().daemon().name("vedette-rehearsal").start(() -> {
            try {
                TimeUnit.MILLISECONDS.sleep(DELAY_MILLIS);
                progress.accept("running");
                long began = System.nanoTime();
                hold(Path.of(System.getProperty("java.io.tmpdir")));
                progress.accept("done");
                told.log(
                        Level.DEBUG,
                        "Rehearsed for " + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began) + " ms");
            } catch (IOException | FatalConfigException | ExecutionException | TimeoutException prevented) {
                progress.accept("failed");
                told.log(Level.DEBUG, "The rehearsal was given up: " + prevented);
            } catch (InterruptedException ended) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** A whole rehearsal; blocks until nothing is left of it, but memory that the collector may give back. */
    static void hold(Path temporary)
            throws IOException, FatalConfigException, ExecutionException, TimeoutException, InterruptedException {
        try (RehearsalFolder folder = RehearsalFolder.create(temporary)) {
            Rehearsal rehearsal = new Rehearsal(folder.path());
            try {
                rehearsal.play();
            } finally {
                rehearsal.end();
            }
        }
    }

    private int start(String name)
            throws IOException, FatalConfigException, ExecutionException, TimeoutException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        String directives = String.join(
                "\n",
                "port " + port,
                "bind 127.0.0.1",
                "requirepass " + password,
                "masterauth " + password,
                "dir \"" + Files.createDirectory(folder.resolve(name)) + "\"",
                "save \"\"",
                "databases 1",
                "loglevel warning",
                "warm-up no",
                // So that a replica that was away has to begin anew, and not in five seconds.
                "repl-backlog-size 16kb",
                "repl-backlog-max-size 16kb",
                "repl-diskless-sync-delay 0");
        ServerConfig config = ServerConfig.parse(null, directives, folder, false);
        ServerNode node = new ServerNode(vertx, config, log, status -> {});
        await(node.start());
        nodes.add(node);
        return port;
    }

    private void play()
            throws IOException, FatalConfigException, ExecutionException, TimeoutException, InterruptedException {
        int masterPort = start("master");
        int replicaPort = start("replica");
        SeldomTurns ofMaster = new SeldomTurns(masterPort, PATIENCE_MILLIS, password);
        SeldomTurns ofReplica = new SeldomTurns(replicaPort, PATIENCE_MILLIS, password);
        try (Crowd master = new Crowd(masterPort);
                Crowd replica = new Crowd(replicaPort)) {
            for (int i = 0; i < KEYS; i++) {
                master.ask(set(i));
            }
            for (int round = 0; round < ROUNDS; round++) {
                rest(() -> {
                    replica.ask("REPLICAOF NO ONE");
                    writePipelines(master);
                });
                rest(() -> follow(replica, masterPort));
                rest(() -> talk(master, replica));
                rest(() -> talkAllAtOnce(master, replica));
                rest(() -> {
                    int errors = ofMaster.play();
                    if (errors != SeldomTurns.MISTAKES) {
                        throw new IOException(errors + " errors instead of " + SeldomTurns.MISTAKES);
                    }
                });
                rest(ofReplica::play);
                if (round % ROUNDS_PER_END == 0) {
                    endAnother();
                }
            }
            master.ask("FLUSHALL");
            replica.ask("REPLICAOF NO ONE");
            replica.ask("FLUSHALL");
        }
    }

    /** More than the backlog holds. */
    private void writePipelines(Crowd master) throws IOException {
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            commands.clear();
            for (int command = 0; command < PIPELINE; command++) {
                commands.add(command % 4 == 3 ? get() : set(random.nextInt(KEYS)));
            }
            master.ask(commands);
        }
    }

    private static void follow(Crowd replica, int masterPort) throws IOException, InterruptedException {
        replica.ask("REPLICAOF 127.0.0.1 " + masterPort);
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!String.valueOf(replica.ask("INFO replication").text()).contains("master_link_status:up")) {
            if (System.nanoTime() - until > 0) {
                throw new IOException("the replica does not get its master's data");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    /** One command at a time, and the replica follows. */
    private void talk(Crowd master, Crowd replica) throws IOException {
        for (int i = 0; i < 50; i++) {
            int number = random.nextInt(KEYS);
            master.ask(set(number));
            replica.ask("GET key:" + number);
            master.ask(get());
        }
        for (String command : COMMANDS) {
            master.ask(command.replace(":k", ":" + random.nextInt(KEYS)));
        }
    }

    /** Each a command of its own, which is what reads and writes are mostly: as many of them as of commands. */
    private void talkAllAtOnce(Crowd master, Crowd replica) throws IOException {
        for (int i = 0; i < CROWD_TURNS; i++) {
            master.askAll(() -> set(random.nextInt(KEYS)));
            replica.askAll(this::get);
            master.askAll(this::get);
        }
    }

    private String get() {
        return "GET key:" + random.nextInt(KEYS);
    }

    /** One value in four is a number, which is kept and answered in another way. */
    private static String set(int number) {
        return "SET key:" + number + " " + (number % 4 == 0 ? Integer.toString(number) : "v".repeat(VALUE_BYTES));
    }

    private void endAnother() throws ExecutionException, TimeoutException, InterruptedException {
        Vertx other = NodeVertx.start(1, log);
        try {
            await(other.timer(1));
        } finally {
            await(other.close());
        }
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void rest(Work work) throws IOException, InterruptedException {
        long began = System.nanoTime();
        work.run();
        TimeUnit.NANOSECONDS.sleep(REST * (System.nanoTime() - began));
    }

    private void end() throws ExecutionException, TimeoutException, InterruptedException {
        try {
            for (ServerNode node : nodes) {
                await(node.shutdown(""));
            }
        } finally {
            await(vertx.close());
        }
    }

    private static <T> T await(Future<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The clients of one server, the first of which does what one does alone. No answer may be an error. */
    private final class Crowd implements AutoCloseable {
        private final List<LoopbackClient> clients = new ArrayList<>();

        Crowd(int port) throws IOException {
            for (int i = 0; i < CROWD; i++) {
                clients.add(new LoopbackClient(port, PATIENCE_MILLIS));
            }
            askAll(() -> "AUTH " + password);
        }

        Reply ask(String command) throws IOException {
            return good(clients.getFirst().ask(command));
        }

        void ask(List<String> commands) throws IOException {
            LoopbackClient client = clients.getFirst();
            client.send(commands);
            for (int i = 0; i < commands.size(); i++) {
                good(client.answer());
            }
        }

        void askAll(Supplier<String> command) throws IOException {
            for (LoopbackClient client : clients) {
                client.send(List.of(command.get()));
            }
            for (LoopbackClient client : clients) {
                good(client.answer());
            }
        }

        private static Reply good(Reply reply) throws IOException {
            if (reply.isError()) {
                throw new IOException(reply.text());
            }
            return reply;
        }

        @Override
        public void close() throws IOException {
            for (LoopbackClient client : clients) {
                client.close();
            }
        }
    }
}
