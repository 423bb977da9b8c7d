package dev.vedette.bench;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * How long after a master has acknowledged a write a replica shows it: writes a number to the master, and from the reply on
 * asks the replica for it, one question after the other, until that is the answer. Prints one line of JSON.
 *
 * <p>{@code java -cp 'bench/target/bench.jar:bench/target/lib/*' dev.vedette.bench.Lag --master 6379 --replica 6380}
 */
@Command(
        name = "lag",
        mixinStandardHelpOptions = true,
        description = "From a master's reply until a replica shows the write.")
public final class Lag implements Callable<Integer> {

    private static final long NANOS_MAX = TimeUnit.SECONDS.toNanos(60);
    private static final String KEY = "bench:lag";

    @Option(names = "--master", required = true, description = "Port on this machine.")
    private int masterPort;

    @Option(names = "--replica", required = true, description = "Port on this machine.")
    private int replicaPort;

    @Option(names = "--seconds", description = "Length of the measurement, ${DEFAULT-VALUE}.")
    private double seconds = 10;

    @Option(names = "--warmup", description = "Seconds before it, ${DEFAULT-VALUE}.")
    private double warmupSeconds = 2;

    @Option(names = "--rate", description = "Writes per second, ${DEFAULT-VALUE}.")
    private double rate = 100;

    private final Histogram nanos = new Histogram(NANOS_MAX, 3);
    private long questions;

    private Lag() {}

    /** Exit status 0 when every reply was as it should be. */
    public static void main(String[] arguments) {
        Program.run(new Lag(), arguments);
    }

    @Override
    public Integer call() throws IOException {
        TimerSlack.sleepExactly();
        try (Line master = new Line(masterPort);
                Line replica = new Line(replicaPort)) {
            long start = System.nanoTime();
            long from = start + (long) (warmupSeconds * 1e9);
            long until = from + (long) (seconds * 1e9);
            long due = start;
            for (long number = 1; due - until < 0; number++, due += (long) (1e9 / rate)) {
                sleepUntil(due);
                String text = Long.toString(number);
                if (!master.ask("SET", KEY, text).equals("OK")) {
                    throw new IOException("the master does not take writes");
                }
                long acknowledged = System.nanoTime();
                long visible = awaitVisible(replica, text, acknowledged);
                if (acknowledged - from < 0) {
                    questions = 0;
                } else {
                    nanos.recordValue(visible - acknowledged);
                }
            }
        }
        Latencies latencies = new Latencies(nanos);
        System.out.printf(
                Locale.ROOT,
                "{\"writes\": %d, \"questions\": %d, \"p50_us\": %.1f, \"p99_us\": %.1f, \"max_us\": %.1f}%n",
                latencies.count(),
                questions,
                latencies.micros(50),
                latencies.micros(99),
                latencies.maxMicros());
        return 0;
    }

    private static void sleepUntil(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private long awaitVisible(Line replica, String text, long since) throws IOException {
        while (true) {
            questions++;
            boolean there = replica.ask("GET", KEY).equals(text);
            long now = System.nanoTime();
            if (there) {
                return now;
            }
            if (now - since > NANOS_MAX) {
                throw new IOException("the replica does not show the write");
            }
        }
    }

    /** A connection that asks one thing at a time. */
    private static final class Line implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;

        Line(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
            out = socket.getOutputStream();
        }

        /** The text of a simple or a bulk reply; of none the empty one. */
        String ask(String... words) throws IOException {
            StringBuilder command = new StringBuilder("*" + words.length + "\r\n");
            for (String word : words) {
                command.append('$')
                        .append(word.length())
                        .append("\r\n")
                        .append(word)
                        .append("\r\n");
            }
            out.write(command.toString().getBytes(StandardCharsets.US_ASCII));
            String head = line();
            return switch (head.charAt(0)) {
                case '+' -> head.substring(1);
                case '$' -> head.equals("$-1") ? "" : line();
                default -> throw new IOException("an unexpected reply: " + head);
            };
        }

        private String line() throws IOException {
            StringBuilder text = new StringBuilder();
            for (int read = in.read(); read != '\n'; read = in.read()) {
                if (read < 0) {
                    throw new EOFException("the server has closed the connection");
                }
                if (read != '\r') {
                    text.append((char) read);
                }
            }
            return text.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
