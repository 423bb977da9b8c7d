import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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
            for (String name : List.of("server", "sentinel", "clustered")) {
                Files.deleteIfExists(caches.resolve(name + ".aot"));
            }
            boolean all = true;
            for (Training training : List.of(server(), sentinel(), clustered())) {
                all &= train(training);
            }
            Files.writeString(caches.resolve("java.home"), System.getProperty("java.home") + "\n");
            if (all) {
                Files.writeString(stampFile, stamp);
            }
        } finally {
            delete(work);
        }
    }

    /** One kind of process: its cache and options are called {@code name}; {@code lesson} is what it is made to do. */
    private record Training(String name, int port, List<String> arguments, Lesson lesson) {}

    @FunctionalInterface
    private interface Lesson {
        void teach(int port) throws IOException, InterruptedException;
    }

    private Training server() throws IOException {
        int port = freePort();
        return new Training(
                "server",
                port,
                List.of("--port", port + "", "--dir", work.toString(), "--save", ""),
                this::teachServer);
    }

    private Training sentinel() throws IOException {
        int port = freePort();
        Path config = Files.writeString(
                work.resolve("sentinel.conf"),
                "port " + port + "\ndir " + work + "\nsentinel monitor mymaster 127.0.0.1 " + freePort() + " 2\n");
        return new Training("sentinel", port, List.of(config.toString(), "--sentinel"), p -> talk(p, "PING", "INFO"));
    }

    private Training clustered() throws IOException {
        int port = freePort();
        Path config = Files.writeString(
                work.resolve("clustered-sentinel.conf"),
                "port " + port + "\ndir " + work + "\nsentinel monitor mymaster 127.0.0.1 " + freePort() + " 2\n");
        Path cluster = work.resolve("cluster.xml");
        Files.writeString(
                cluster,
                Files.readString(lib.resolveSibling("cluster.xml"))
                        .replaceAll("<cluster-name>.*?</cluster-name>", "<cluster-name>training</cluster-name>"));
        return new Training(
                "clustered",
                port,
                List.of(config.toString(), "--sentinel", "--cluster-config", cluster.toString()),
                p -> {
                    talk(p, "PING", "INFO");
                    Thread.sleep(4000); // The join happens in the background; its classes are wanted too.
                });
    }

    private void teachServer(int port) throws IOException, InterruptedException {
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
        int replicaPort = freePort();
        Process replica = start(
                "server",
                List.of(),
                List.of(
                        "--port",
                        replicaPort + "",
                        "--dir",
                        work.toString(),
                        "--save",
                        "",
                        "--replicaof",
                        "127.0.0.1 " + port));
        try {
            awaitPong(replica, replicaPort);
            Thread.sleep(2500);
            talk(port, "SET c 3", "INFO replication");
        } finally {
            replica.destroy();
            replica.waitFor(10, TimeUnit.SECONDS);
            replica.destroyForcibly();
        }
        talk(port, "FLUSHALL");
    }

    private boolean train(Training training) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Path cache = caches.resolve(training.name() + ".aot");
        Files.deleteIfExists(cache);
        Process process = start(
                training.name(),
                List.of("-XX:AOTCacheOutput=" + cache, "-Dvedette.training=true"),
                training.arguments());
        try {
            awaitPong(process, training.port());
            training.lesson().teach(training.port());
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
            System.out.println("WARNING: no start-up cache for " + training.name() + ", it will start slowly: " + e.getMessage());
            Files.lines(log(training.name())).forEach(line -> System.out.println("    " + line));
            return false;
        } finally {
            process.destroyForcibly();
        }
    }

    private Path log(String name) {
        return work.resolve(name + ".log");
    }

    private Process start(String kind, List<String> more, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(java.toString(), "@" + lib.resolve("jvm/" + kind + ".options")));
        command.addAll(more);
        command.addAll(List.of("-cp", lib.resolve("launcher.jar").toString(), "dev.vedette.launcher.ServerMain"));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS"));
        return builder.directory(work.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(kind).toFile()))
                .start();
    }

    private static void awaitPong(Process process, int port) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline && process.isAlive()) {
            try {
                talk(port, "PING");
                return;
            } catch (IOException notYet) {
                Thread.sleep(50);
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
                String[] words = command.split(" ");
                StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
                for (String word : words) {
                    request.append("$" + word.length() + "\r\n" + word + "\r\n");
                }
                out.write(request.toString().getBytes(StandardCharsets.UTF_8));
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
