package dev.vedette.bench;

import dev.vedette.replication.backlog.Backlog;
import dev.vedette.store.change.ChangeStream;
import dev.vedette.store.session.Args;
import dev.vedette.wire.resp.RespEncoder;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * What a SET (16 bytes of key, 3 of value) leaves in the change stream, 64 to a turn of the event loop.
 *
 * <p>{@code make bench-micro ONLY=ChangeStreamBenchmark}
 */
@State(Scope.Thread)
public class ChangeStreamBenchmark extends MicroBenchmark {

    private static final int BATCH = 64;
    private static final int BACKLOG_BYTES = 1024 * 1024;

    private final Args args = Args.of("SET", "key:000000000123", "abc");
    private final byte[] encoded = RespEncoder.commandBytes(
            "SET".getBytes(StandardCharsets.US_ASCII),
            "key:000000000123".getBytes(StandardCharsets.US_ASCII),
            "abc".getBytes(StandardCharsets.US_ASCII));
    private final ChangeStream open = new ChangeStream(() -> {});
    private final ChangeStream closed = new ChangeStream(() -> {});
    private Backlog backlog = new Backlog(0, BACKLOG_BYTES);

    /** Opens the stream. */
    @Setup(Level.Trial)
    public void begin() {
        open.open(0);
        backlog.release();
        backlog = new Backlog(0, BACKLOG_BYTES);
    }

    private void turn() {
        open.take((offset, bytes, length) -> backlog.append(bytes, length));
        backlog.trim(Long.MAX_VALUE);
    }

    /** Nobody reads: neither replica nor file. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long nobodyReads() {
        for (int i = 0; i < BATCH; i++) {
            closed.addEncoded(0, encoded, 0, encoded.length);
            closed.endUnit(true);
        }
        return closed.offset();
    }

    /** The command as it came, into the backlog. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long intoBacklogAsItCame() {
        for (int i = 0; i < BATCH; i++) {
            open.addEncoded(0, encoded, 0, encoded.length);
            open.endUnit(true);
        }
        turn();
        return backlog.end();
    }

    /** A command to be encoded, into the backlog. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public long intoBacklogEncoded() {
        for (int i = 0; i < BATCH; i++) {
            open.add(0, args);
            open.endUnit(true);
        }
        turn();
        return backlog.end();
    }
}
