package dev.vedette.bench;

import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Keyspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/**
 * What an hour of overwrites and deletes does to the store's table of strings: time for each operation, the worst turns of
 * 64 operations, resident memory.
 *
 * <p>Of a hundred operations 70 set a value of a new random length from 3 to 64 bytes, 15 remove a key, 15 set one that may
 * have been removed. {@code Churn [keys] [operations]}; 72 million are 20,000 a second for an hour. No server is around it.
 */
public final class Churn {

    private static final int TURN = 64;
    /** Memory is gathered as the server does it: at most so long, after ten times as long of work. */
    private static final long GATHER_NANOS = 500_000;

    private static final int LENGTH_MIN = 3;
    private static final int LENGTH_MAX = 64;

    private final Keyspace keyspace = new Keyspace(1);
    private final Database database = keyspace.database(0);
    private final int keys;
    private final Names names = new Names("key:");
    private final byte[] value = "x".repeat(LENGTH_MAX).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private final Histogram turns = new Histogram(3);

    private Churn(int keys) {
        this.keys = keys;
    }

    private int length() {
        return LENGTH_MIN + names.draw(LENGTH_MAX - LENGTH_MIN + 1);
    }

    private void set(byte[] key, int length) {
        database.setString(key, 0, key.length, value, 0, length, -1);
    }

    private void fill() {
        for (int i = 0; i < keys; i++) {
            int length = length();
            set(names.of(i), length);
        }
    }

    private void turn() {
        for (int i = 0; i < TURN; i++) {
            int kind = names.draw(100);
            int length = length();
            byte[] key = names.any(keys);
            if (kind < 15) {
                database.remove(key, 0, key.length);
            } else {
                set(key, length);
            }
        }
    }

    private void run(long operations) {
        long gathered = System.nanoTime();
        for (long done = 0; done < operations; done += TURN) {
            long start = System.nanoTime();
            turn();
            if (start - gathered > 10 * GATHER_NANOS) {
                gathered = System.nanoTime();
                keyspace.gather(gathered + GATHER_NANOS);
            }
            turns.recordValue(System.nanoTime() - start);
        }
    }

    private static long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
            }
        }
        throw new IOException("/proc/self/status has no VmRSS");
    }

    /** See the class. */
    public static void main(String[] args) throws IOException {
        int keys = args.length > 0 ? Integer.parseInt(args[0]) : 2_000_000;
        long operations = args.length > 1 ? Long.parseLong(args[1]) : 72_000_000;
        Churn churn = new Churn(keys);
        churn.fill();
        churn.run(operations / 10);
        churn.turns.reset();
        long filled = residentBytes();
        long start = System.nanoTime();
        churn.run(operations);
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%d keys of %d: %.0f ns an operation; a turn of %d: p50 %.1f us, p99.9 %.1f us, max %.1f ms;"
                        + " resident %d MB at first, %d MB at the end%n",
                churn.database.size(),
                keys,
                seconds / operations * 1e9,
                TURN,
                churn.turns.getValueAtPercentile(50) / 1e3,
                churn.turns.getValueAtPercentile(99.9) / 1e3,
                churn.turns.getMaxValue() / 1e6,
                filled >> 20,
                residentBytes() >> 20);
    }
}
