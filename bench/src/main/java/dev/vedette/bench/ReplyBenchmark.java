package dev.vedette.bench;

import dev.vedette.store.session.Replies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Replies as commands write them, 64 to a batch, which is then cleared as after sending it.
 *
 * <p>{@code make bench-micro ONLY=ReplyBenchmark}
 */
@State(Scope.Thread)
public class ReplyBenchmark extends MicroBenchmark {

    private static final int BATCH = 64;
    private static final byte[] SMALL = new byte[3];
    private static final byte[] MEDIUM = new byte[256];

    private final Replies replies = new Replies();
    private double score = 0.1;

    private int sent() {
        int length = replies.length();
        replies.clear();
        return length;
    }

    /** {@code +OK}. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int ok() {
        for (int i = 0; i < BATCH; i++) {
            replies.ok();
        }
        return sent();
    }

    /** An integer of one to five digits. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int integer() {
        for (int i = 0; i < BATCH; i++) {
            replies.integer((long) i * 1000);
        }
        return sent();
    }

    /** A bulk string of 3 bytes. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int smallBulk() {
        for (int i = 0; i < BATCH; i++) {
            replies.bulk(SMALL, 0, SMALL.length);
        }
        return sent();
    }

    /** A bulk string of 256 bytes. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int mediumBulk() {
        for (int i = 0; i < BATCH; i++) {
            replies.bulk(MEDIUM, 0, MEDIUM.length);
        }
        return sent();
    }

    /** A score that is an integer, as RESP2 has it. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int integralScore() {
        for (int i = 0; i < BATCH; i++) {
            replies.dbl(i + 1.0);
        }
        return sent();
    }

    /** A score that is no integer. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int fractionalScore() {
        for (int i = 0; i < BATCH; i++) {
            replies.dbl(score);
            score += 0.1;
        }
        return sent();
    }

    /** A whole array of 100 bulk strings of 3 bytes. */
    @Benchmark
    public int arrayOf100() {
        replies.array(100);
        for (int i = 0; i < 100; i++) {
            replies.bulk(SMALL, 0, SMALL.length);
        }
        return sent();
    }
}
