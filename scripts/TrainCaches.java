import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Makes the start-up caches of a distribution: runs each kind of process once, has it do a little of everything, and
 * lets the JVM write down which classes it loaded and linked (JEP 514). Run by the build with the JDK that the programs
 * will be run with:
 *
 * <pre>java scripts/TrainCaches.java launcher/target/dist/lib</pre>
 *
 * <p>A cache belongs to these jars and this JDK. JDK 25 notices another JDK, but not other jars, so caches never outlive
 * a change of the jars: here they are made anew, in a quick build they are deleted. The jars get a fixed modification
 * time, which survives packing, for the JDKs that do look. {@code aot/java.home} says which JDK it was. Nothing is done
 * when neither jars, options nor JDK changed since the last time.
 *
 * <p>Exit status 0 also when a cache could not be made: the programs then start more slowly, which this says aloud.
 */
final class TrainCaches {

    private static final FileTime JAR_TIME = FileTime.from(Instant.parse("2026-01-01T00:00:00Z"));
    private static final int WORK_KEYS = 200_000;
    private static final int WORK_BATCHES = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final Path lib;
    private final Path caches;
    private final Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    private final Path work = Files.createTempDirectory("vedette-training");

    private TrainCaches(Path lib) throws IOException {
        this.lib = lib;
        this.caches = Files.createDirectories(lib.resolve("aot"));
    }

    public static void main(String[] arguments) throws Exception {
        new TrainCaches(Path.of(arguments[0]).toAbsolutePath().normalize()).run();
    }

    private void run() throws Exception {
        try {
            List<Path> jars = jars();
            for (Path jar : jars) {
                Files.setLastModifiedTime(jar, JAR_TIME);
            }
            String stamp = stamp(jars);
            Path stampFile = caches.resolve("stamp");
            if (Files.exists(stampFile) && Files.readString(stampFile).equals(stamp)) {
                System.out.println("The start-up caches are up to date.");
                return;
            }
            Files.deleteIfExists(stampFile);
            boolean all = train(List.of(
                    server(), sentinel(), clustered(Kind.CLUSTERED_SERVER), clustered(Kind.CLUSTERED_SENTINEL), console(), tool()));
            Files.writeString(caches.resolve("java.home"), System.getProperty("java.home") + "\n");
            if (all) {
                Files.writeString(stampFile, stamp);
            }
        } finally {
            delete(work);
        }
    }

    /** Trains two at a time: each waits as much as it works. */
    private boolean train(List<Training> trainings) throws InterruptedException, ExecutionException {
        try (ExecutorService two = Executors.newFixedThreadPool(2)) {
            boolean all = true;
            for (Future<Boolean> trained : two.invokeAll(trainings.stream()
                    .map(training -> (Callable<Boolean>) () -> train(training))
                    .toList())) {
                all &= trained.get();
            }
            return all;
        }
    }

    /** What each kind of process is started with; bin/ does the same. */
    private enum Kind {
        SERVER("ServerMain", "common", "store"),
        SENTINEL("ServerMain", "common", "small"),
        CLUSTERED_SERVER("ServerMain", "common", "store", "cluster"),
        CLUSTERED_SENTINEL("ServerMain", "common", "small", "cluster"),
        CONSOLE("ConsoleMain", "common", "small", "cluster"),
        TOOL("VedetteMain", "tool");

        final String mainClass;
        final List<String> options;

        Kind(String mainClass, String... options) {
            this.mainClass = "dev.vedette.launcher." + mainClass;
            this.options = List.of(options);
        }

        /** As bin/ names its cache. */
        String cache() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** What one kind of process is made to do: started with {@code arguments}, then taught. */
    private record Training(Kind kind, List<String> arguments, Lesson lesson) {}

    @FunctionalInterface
    private interface Lesson {
        void teach(Process process) throws IOException, InterruptedException;
    }

    private Training server() throws IOException {
        int port = freePort();
        int otherPort = freePort();
        return new Training(Kind.SERVER, serverArguments(port), process -> {
            awaitPong(process, port);
            teachServer(port);
            teachWork(port);
            List<String> otherArguments = new ArrayList<>(serverArguments(otherPort));
            otherArguments.addAll(List.of("--replicaof", "127.0.0.1 " + port));
            Process other = start(Kind.SERVER, List.of(), otherArguments);
            try {
                awaitPong(other, otherPort);
                work(port, WORK_BATCHES);
                TimeUnit.MILLISECONDS.sleep(2000);
                teachChangingRoles(port);
                teachFollowing(port, otherPort);
            } finally {
                end(other);
            }
            talk(port, "FLUSHALL");
        });
    }

    /** What is done often shall be compiled soon: the cache says what is, and with what (JEP 515). */
    private static void teachWork(int port) throws IOException, InterruptedException {
        talk(port, "DEBUG POPULATE " + WORK_KEYS + " key 100");
        work(port, WORK_BATCHES);
        talk(port, "BGSAVE");
        work(port, WORK_BATCHES);
        TimeUnit.MILLISECONDS.sleep(1000);
        talk(port, "DEBUG RELOAD");
    }

    /** All data from a master, and then its stream. */
    private static void teachFollowing(int port, int masterPort) throws IOException, InterruptedException {
        talk(masterPort, "REPLICAOF NO ONE");
        for (int i = 0; i < 2; i++) {
            talk(port, "REPLICAOF NO ONE", "SET own " + i, "REPLICAOF 127.0.0.1 " + masterPort);
            TimeUnit.MILLISECONDS.sleep(1500);
            work(masterPort, WORK_BATCHES);
        }
        talk(port, "REPLICAOF NO ONE");
    }

    /** Batches of sixteen commands, each batch one write. */
    private static void work(int port, int batches) throws IOException {
        Random random = new Random(batches);
        byte[] answers = new byte[1 << 16];
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            for (int i = 0; i < batches; i++) {
                StringBuilder batch = new StringBuilder();
                for (int command = 0; command < 15; command++) {
                    String key = "key:" + random.nextInt(WORK_KEYS);
                    batch.append(random.nextBoolean() ? resp("GET", key) : resp("SET", key, value(random.nextInt(4))));
                }
                batch.append(resp("PING"));
                socket.getOutputStream().write(batch.toString().getBytes(StandardCharsets.US_ASCII));
                for (String end = ""; !end.endsWith("+PONG\r\n"); ) {
                    int got = socket.getInputStream().read(answers);
                    if (got < 0) {
                        throw new IOException("the server closed the connection");
                    }
                    String more = new String(answers, 0, got, StandardCharsets.US_ASCII);
                    end = more.length() < 7 ? end + more : more;
                }
            }
        }
    }

    /** A number, sometimes. */
    private static String value(int kind) {
        return kind == 0 ? "1234" : "v".repeat(100);
    }

    private static String resp(String... words) {
        StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            command.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        return command.toString();
    }

    /** A failover must not be slow because it is the first. */
    private static void teachChangingRoles(int port) throws IOException, InterruptedException {
        talk(port, "SET c 3", "INFO replication", "FAILOVER TIMEOUT 2000");
        TimeUnit.MILLISECONDS.sleep(1500);
        talk(
                port,
                "CLIENT SETNAME x",
                "ROLE",
                "MULTI",
                "SLAVEOF NO ONE",
                "CONFIG REWRITE",
                "CLIENT KILL TYPE normal",
                "CLIENT KILL TYPE pubsub",
                "EXEC",
                "INFO");
        talk(port, "SUBSCRIBE __sentinel__:hello");
        talk(port, "PUBLISH __sentinel__:hello x");
    }

    private Training sentinel() throws IOException {
        int port = freePort();
        int masterPort = freePort();
        return new Training(Kind.SENTINEL, sentinelArguments(port, masterPort), process -> {
            awaitPong(process, port);
            teachSentinel(port);
            teachFailover(port, masterPort);
        });
    }

    /** Two failovers, one that is ordered and one that is needed, with another sentinel to vote. */
    private void teachFailover(int port, int masterPort) throws IOException, InterruptedException {
        List<Process> others = new ArrayList<>();
        try {
            others.add(start(Kind.SERVER, List.of(), serverArguments(masterPort)));
            awaitPong(others.getFirst(), masterPort);
            others.add(start(Kind.SERVER, List.of(), replicaArguments(masterPort)));
            others.add(start(Kind.SENTINEL, List.of(), sentinelArguments(freePort(), masterPort)));
            TimeUnit.MILLISECONDS.sleep(5000);
            talk(port, "SENTINEL FAILOVER mymaster");
            TimeUnit.MILLISECONDS.sleep(4000);
            teachSentinel(port);
            others.get(1).destroyForcibly();
            TimeUnit.MILLISECONDS.sleep(3000);
        } finally {
            for (Process other : others) {
                end(other);
            }
        }
    }

    /** Also with another member to join, and with the work that it does when it is alone. */
    private Training clustered(Kind kind) throws IOException {
        int port = freePort();
        int masterPort = freePort();
        List<String> arguments = new ArrayList<>(
                kind == Kind.CLUSTERED_SERVER ? serverArguments(port) : sentinelArguments(port, masterPort));
        List<String> cluster = clusterArguments(kind);
        arguments.addAll(cluster);
        return new Training(kind, arguments, process -> {
            awaitPong(process, port);
            if (kind == Kind.CLUSTERED_SERVER) {
                teachServer(port);
            } else {
                teachSentinel(port);
                teachFailover(port, masterPort);
            }
            teachClustered(kind, cluster);
        });
    }

    private Training console() throws IOException {
        int port = freePort();
        List<String> cluster = clusterArguments(Kind.CONSOLE);
        List<String> arguments = new ArrayList<>(List.of("--port", port + ""));
        arguments.addAll(cluster);
        return new Training(Kind.CONSOLE, arguments, process -> {
            awaitPage(process, port);
            teachClustered(Kind.CONSOLE, cluster);
            for (String path : List.of("/", "/app.js", "/style.css", "/api/state", "/health")) {
                page(port, path);
            }
        });
    }

    private Training tool() {
        return new Training(Kind.TOOL, List.of("demo", "--help"), process -> process.waitFor(60, TimeUnit.SECONDS));
    }

    private List<String> serverArguments(int port) throws IOException {
        Path config = Files.writeString(
                work.resolve("server-" + port + ".conf"),
                "port " + port + "\ndir " + work + "\nsave \"\"\nrepl-diskless-sync-delay 0\nenable-debug-command local\n");
        return List.of(config.toString());
    }

    private List<String> replicaArguments(int masterPort) throws IOException {
        List<String> arguments = new ArrayList<>(serverArguments(freePort()));
        arguments.addAll(List.of("--replicaof", "127.0.0.1 " + masterPort));
        return arguments;
    }

    private List<String> sentinelArguments(int port, int masterPort) throws IOException {
        Path config = Files.writeString(
                work.resolve("sentinel-" + port + ".conf"),
                "port " + port + "\ndir " + work + "\nsentinel monitor mymaster 127.0.0.1 " + masterPort + " 1\n"
                        + "sentinel down-after-milliseconds mymaster 500\n");
        return List.of(config.toString(), "--sentinel");
    }

    private List<String> clusterArguments(Kind kind) throws IOException {
        Path cluster = work.resolve(kind.cache() + ".xml");
        String name = "training-" + kind.cache() + "-" + ProcessHandle.current().pid();
        Files.writeString(
                cluster,
                Files.readString(lib.resolveSibling("cluster.xml"))
                        .replaceAll("<cluster-name>.*?</cluster-name>", "<cluster-name>" + name + "</cluster-name>"));
        return List.of("--cluster-config", cluster.toString());
    }

    private static void teachServer(int port) throws IOException {
        talk(
                port,
                "PING",
                "SET a 1",
                "GET a",
                "INCR a",
                "EXPIRE a 100",
                "DEL a",
                "HSET h f v",
                "LPUSH l 1 2 3",
                "LRANGE l 0 -1",
                "SADD s a b",
                "ZADD z 1 a 2 b",
                "MULTI",
                "SET b 2",
                "EXEC",
                "CONFIG GET *",
                "CONFIG SET maxmemory 0",
                "CLIENT LIST",
                "COMMAND COUNT",
                "INFO");
    }

    private static void teachSentinel(int port) throws IOException {
        talk(
                port,
                "PING",
                "SENTINEL MASTERS",
                "SENTINEL MASTER mymaster",
                "SENTINEL GET-MASTER-ADDR-BY-NAME mymaster",
                "SENTINEL REPLICAS mymaster",
                "SENTINEL SENTINELS mymaster",
                "COMMAND COUNT",
                "INFO");
    }

    /** Has another member come and go; joining happens in the background, and its classes are wanted too. */
    private void teachClustered(Kind kind, List<String> cluster) throws IOException, InterruptedException {
        int port = freePort();
        List<String> arguments = new ArrayList<>(sentinelArguments(port, freePort()));
        arguments.addAll(cluster);
        Process other = start(Kind.CLUSTERED_SENTINEL, List.of(), arguments);
        try {
            awaitPong(other, port);
            TimeUnit.MILLISECONDS.sleep(4000);
        } finally {
            end(other);
        }
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        process.waitFor(10, TimeUnit.SECONDS);
        process.destroyForcibly();
    }

    private boolean train(Training training) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Kind kind = training.kind();
        Path cache = caches.resolve(kind.cache() + ".aot");
        Files.deleteIfExists(cache);
        Process process = start(
                kind,
                List.of("-XX:AOTCacheOutput=" + cache, "-Dvedette.training=true"),
                training.arguments());
        try {
            training.lesson().teach(process);
            process.destroy();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException("it did not end");
            }
            if (!Files.exists(cache)) {
                throw new IOException("it left no cache");
            }
            System.out.println("Start-up cache " + cache.getFileName() + ": " + (Files.size(cache) >> 20) + " MiB, made in "
                    + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s");
            return true;
        } catch (IOException e) {
            System.out.println("WARNING: no start-up cache " + cache.getFileName() + ", the program will start slowly: "
                    + e.getMessage());
            Files.readAllLines(log(kind)).forEach(line -> System.out.println("    " + line));
            return false;
        } finally {
            process.destroyForcibly();
        }
    }

    private Path log(Kind kind) {
        return work.resolve(kind.cache() + ".log");
    }

    private Process start(Kind kind, List<String> more, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        kind.options.forEach(options -> command.add("@" + lib.resolve("jvm/" + options + ".options")));
        command.addAll(more);
        command.addAll(List.of("-cp", lib.resolve("launcher.jar").toString(), kind.mainClass));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"));
        return builder.directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(kind).toFile()))
                .start();
    }

    private static void awaitPage(Process process, int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                page(port, "/health");
                return;
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new IOException("it never served its page");
    }

    private static void page(int port, String path) throws IOException {
        URI.create("http://localhost:" + port + path).toURL().openStream().readAllBytes();
    }

    private static void awaitPong(Process process, int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                talk(port, "PING");
                return;
            } catch (IOException notYet) {
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
        throw new IOException("it never answered PING");
    }

    /** Sends inline commands and reads until the answer to a last PING. */
    private static void talk(int port, String... commands) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5000);
            OutputStream out = socket.getOutputStream();
            for (String command : commands) {
                out.write(resp(command.split(" ")).getBytes(StandardCharsets.UTF_8));
            }
            out.write("*2\r\n$4\r\nPING\r\n$4\r\ndone\r\n".getBytes(StandardCharsets.UTF_8));
            StringBuilder answer = new StringBuilder();
            byte[] buffer = new byte[8192];
            while (answer.indexOf("done") < 0 && answer.indexOf("PONG") < 0) {
                int length = socket.getInputStream().read(buffer);
                if (length < 0) {
                    throw new IOException("connection closed");
                }
                answer.append(new String(buffer, 0, length, StandardCharsets.ISO_8859_1));
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> entries = Files.list(lib)) {
            return entries.filter(p -> p.toString().endsWith(".jar")).sorted().toList();
        }
    }

    private String stamp(List<Path> jars) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (Path jar : jars) {
            digest.update(jar.getFileName().toString().getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(jar));
        }
        try (Stream<Path> options = Files.list(lib.resolve("jvm"))) {
            for (Path file : options.sorted().toList()) {
                digest.update(Files.readAllBytes(file));
            }
        }
        return lib + " " + System.getProperty("java.home") + " " + Runtime.version() + " "
                + HexFormat.of().formatHex(digest.digest()) + "\n";
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> entries = Files.walk(directory)) {
            for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(entry);
            }
        }
    }
}
