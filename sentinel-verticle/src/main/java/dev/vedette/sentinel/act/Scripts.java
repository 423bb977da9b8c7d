package dev.vedette.sentinel.act;

import dev.vedette.sentinel.serve.Watch;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs notification and reconfiguration scripts, oldest first and at most sixteen at a time. A script that a signal
 * killed or that exits with 1 is run again, after a delay that doubles each time, ten times in all; one that runs for
 * too long is killed, which counts as a signal. At most 256 wait; beyond that the oldest that does not run is dropped.
 *
 * <p>A script inherits the standard streams and the environment, and no other descriptor: the JVM closes them between
 * fork and exec. Its working directory is {@code dir}. Processes are started and waited for off the event loop.
 */
public final class Scripts {

    private static final int QUEUE_MAX = 256;
    private static final int RUNNING_MAX = 16;
    private static final int ATTEMPTS_MAX = 10;
    private static final int SIGNAL_STATUS = 128;
    private static final int RETRY_STATUS = 1;
    /** What Redis reports when a script could not even be started by exec. */
    private static final int NOT_EXECUTABLE_STATUS = 2;

    /** What happened to scripts, as the sentinel's events. */
    public interface Listener {
        /** An event: {@code +script-child}, {@code -script-child}, {@code -script-error} or {@code -script-timeout}. */
        void event(boolean warning, String type, String text);
    }

    /**
     * Timers of SENTINEL DEBUG.
     *
     * @param maxRuntimeMs a script that runs longer is killed
     * @param retryDelayMs delay before the first repetition
     */
    public record Timers(long maxRuntimeMs, long retryDelayMs) {}

    private static final class Job {
        private final List<String> argv;
        private boolean running;
        private boolean killed;
        private @Nullable Process process;
        private int attempts;
        /** While it runs, since when; else, not before. */
        private long timeMs;

        Job(List<String> argv) {
            this.argv = argv;
        }
    }

    private final Vertx vertx;
    private final Path directory;
    private final LongSupplier nowMs;
    private final Supplier<Timers> timers;
    private final Listener listener;
    private final List<Job> queue = new ArrayList<>();
    private boolean closed;

    /** An empty queue. */
    public Scripts(Vertx vertx, Path directory, LongSupplier nowMs, Supplier<Timers> timers, Listener listener) {
        this.vertx = vertx;
        this.directory = directory;
        this.nowMs = nowMs;
        this.timers = timers;
        this.listener = listener;
    }

    /** Queues a script. */
    public void run(String path, List<String> arguments) {
        List<String> argv = new ArrayList<>(List.of(path));
        argv.addAll(arguments);
        queue.add(new Job(List.copyOf(argv)));
        if (queue.size() > QUEUE_MAX) {
            queue.stream().filter(job -> !job.running).findFirst().ifPresent(queue::remove);
        }
        startDue();
    }

    /** Starts what is due and kills what runs for too long; called several times a second. */
    public void tick() {
        long now = nowMs.getAsLong();
        for (Job job : List.copyOf(queue)) {
            @Nullable Process process = job.process;
            if (job.running && process != null && !job.killed && now - job.timeMs > timers.get().maxRuntimeMs) {
                job.killed = true;
                listener.event(true, "-script-timeout", job.argv.getFirst() + " " + process.pid());
                process.destroyForcibly();
            }
        }
        startDue();
    }

    private void startDue() {
        long now = nowMs.getAsLong();
        for (Job job : List.copyOf(queue)) {
            if (closed || queue.stream().filter(other -> other.running).count() >= RUNNING_MAX) {
                return;
            }
            if (!job.running && job.timeMs <= now) {
                start(job, now);
            }
        }
    }

    private void start(Job job, long now) {
        job.running = true;
        job.killed = false;
        job.timeMs = now;
        job.attempts++;
        List<String> command = new ArrayList<>(job.argv);
        command.set(0, directory.resolve(job.argv.getFirst()).toString());
        vertx.executeBlocking(
                        () -> new ProcessBuilder(command)
                                .directory(directory.toFile())
                                .redirectInput(Redirect.INHERIT)
                                .redirectOutput(Redirect.INHERIT)
                                .redirectError(Redirect.INHERIT)
                                .start(),
                        false)
                .onSuccess(process -> {
                    job.process = process;
                    listener.event(false, "+script-child", String.valueOf(process.pid()));
                    var context = vertx.getOrCreateContext();
                    process.onExit().thenAccept(ended -> context.runOnContext(v -> ended(job, ended)));
                })
                .onFailure(failure -> {
                    if (failure instanceof IOException) {
                        finished(job, 0, NOT_EXECUTABLE_STATUS);
                    } else {
                        throw new IllegalStateException(failure);
                    }
                });
    }

    private void ended(Job job, Process process) {
        int status = process.exitValue();
        // Java reports death by signal N as 128 + N.
        boolean bySignal = status > SIGNAL_STATUS;
        int signal = bySignal ? status - SIGNAL_STATUS : 0;
        int exitCode = bySignal ? 0 : status;
        listener.event(false, "-script-child", process.pid() + " " + exitCode + " " + signal);
        finished(job, signal, exitCode);
    }

    private void finished(Job job, int signal, int exitCode) {
        job.running = false;
        job.process = null;
        if ((signal != 0 || exitCode == RETRY_STATUS) && job.attempts < ATTEMPTS_MAX) {
            job.timeMs = nowMs.getAsLong() + (timers.get().retryDelayMs << (job.attempts - 1));
        } else {
            if (signal != 0 || exitCode != 0) {
                listener.event(true, "-script-error", job.argv.getFirst() + " " + signal + " " + exitCode);
            }
            queue.remove(job);
        }
        startDue();
    }

    /** The queue, oldest first. */
    public List<Watch.Script> list() {
        long now = nowMs.getAsLong();
        return queue.stream()
                .map(job -> {
                    @Nullable Process process = job.process;
                    return new Watch.Script(
                            job.argv,
                            job.running,
                            process == null ? 0 : process.pid(),
                            job.running ? now - job.timeMs : Math.max(0, job.timeMs - now),
                            job.attempts);
                })
                .toList();
    }

    /** Starts no more. Those that run are left alone, as by a Redis Sentinel that ends. */
    public void close() {
        closed = true;
    }
}
