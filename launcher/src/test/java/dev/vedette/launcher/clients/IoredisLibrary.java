package dev.vedette.launcher.clients;

import dev.vedette.launcher.RunningProgram;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** ioredis, in a process that is told line by line what to do; see src/test/ioredis/client.js. */
final class IoredisLibrary implements Library {

    private static final Path SOURCE = Path.of("src", "test", "ioredis");
    private static final Path INSTALLED = Path.of("target", "ioredis");
    private static final int INSTALL_MINUTES_MAX = 5;
    /** The process gives up by itself after {@link #PATIENCE_MILLIS}; this is for a process that hangs. */
    private static final int ANSWER_MILLIS_MAX = 5 * PATIENCE_MILLIS;

    private final Process process;
    private final Writer orders;
    private final AtomicLong lastOrder = new AtomicLong();
    private final Map<Long, CompletableFuture<String>> awaited = new ConcurrentHashMap<>();
    private final Map<String, Consumer<String>> listeners = new ConcurrentHashMap<>();

    private IoredisLibrary(List<Integer> sentinelPorts, int protocol) throws Exception {
        Path program = installed().resolve("client.js").toAbsolutePath();
        String ports = sentinelPorts.stream().map(String::valueOf).collect(Collectors.joining(","));
        process = new ProcessBuilder(
                        RunningProgram.installed("node").toString(),
                        program.toString(),
                        GuardedFamily.MASTER,
                        ports,
                        Integer.toString(protocol),
                        Integer.toString(PATIENCE_MILLIS))
                .redirectError(INSTALLED.resolve("stderr-" + protocol).toFile())
                .start();
        orders = process.outputWriter(StandardCharsets.UTF_8);
        Thread reader = new Thread(this::readAnswers, "ioredis answers");
        reader.setDaemon(true);
        reader.start();
    }

    static Library resp3(List<Integer> sentinelPorts) throws Exception {
        return new IoredisLibrary(sentinelPorts, 3);
    }

    static Library resp2(List<Integer> sentinelPorts) throws Exception {
        return new IoredisLibrary(sentinelPorts, 2);
    }

    /** The folder with the script and the packages of package-lock.json, which npm brings when they are not there. */
    private static synchronized Path installed() throws Exception {
        Path lock = Files.createDirectories(INSTALLED).resolve("package-lock.json");
        boolean same = Files.exists(lock)
                && Files.mismatch(lock, SOURCE.resolve("package-lock.json")) < 0
                && Files.exists(INSTALLED.resolve("node_modules/.package-lock.json"));
        for (String file : List.of("client.js", "package.json", "package-lock.json")) {
            Files.copy(SOURCE.resolve(file), INSTALLED.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        if (!same) {
            Path log = INSTALLED.resolve("npm.log");
            Process npm = new ProcessBuilder(
                            RunningProgram.installed("npm").toString(),
                            "ci",
                            "--ignore-scripts",
                            "--no-audit",
                            "--no-fund")
                    .directory(INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!npm.waitFor(INSTALL_MINUTES_MAX, TimeUnit.MINUTES)) {
                npm.destroyForcibly();
                throw new AssertionError("npm ci does not end: " + Files.readString(log));
            }
            if (npm.exitValue() != 0) {
                throw new AssertionError("npm ci failed: " + Files.readString(log));
            }
        }
        return INSTALLED;
    }

    /** Every line is {@code ok ORDER TEXT}, {@code failed ORDER TEXT} or {@code message LISTENER TEXT}. */
    private void readAnswers() {
        try (BufferedReader answers =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = answers.readLine(); line != null; line = answers.readLine()) {
                String[] parts = line.split(" ", 3);
                switch (parts[0]) {
                    case "message" ->
                        Objects.requireNonNull(listeners.get(parts[1])).accept(parts[2]);
                    case "ok" -> awaited(parts[1]).complete(parts[2]);
                    default -> awaited(parts[1]).completeExceptionally(new IOException(parts[2]));
                }
            }
        } catch (IOException ended) {
            // As below: nobody will answer any more.
        }
        awaited.values().forEach(answer -> answer.completeExceptionally(new IOException("ioredis ended")));
    }

    private CompletableFuture<String> awaited(String order) {
        return Objects.requireNonNull(awaited.remove(Long.valueOf(order)), order);
    }

    private String order(String words) throws IOException, InterruptedException, ExecutionException, TimeoutException {
        long number = lastOrder.incrementAndGet();
        CompletableFuture<String> answer = new CompletableFuture<>();
        awaited.put(number, answer);
        synchronized (orders) {
            orders.write(number + " " + words + "\n");
            orders.flush();
        }
        return answer.get(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
    }

    @Override
    public void write(String key, long number) throws Exception {
        order("write " + key + " " + number);
    }

    @Override
    public void listen(String channel, Consumer<String> messages) throws Exception {
        listeners.put("master", messages);
        order("listen " + channel);
    }

    @Override
    public void listenAtSentinel(String channel, Consumer<String> messages) throws Exception {
        listeners.put("sentinel", messages);
        order("listenAtSentinel " + channel);
    }

    @Override
    public String masterFieldAtSentinel(String field) throws Exception {
        return order("masterField " + field);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
