package dev.vedette.store.connection;

import dev.vedette.bench.MicroBenchmark;
import dev.vedette.store.session.Args;
import dev.vedette.wire.resp.CommandDecoder;
import dev.vedette.wire.resp.RespEncoder;
import dev.vedette.wire.resp.RespFormatException;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * From bytes to arguments, 64 commands to a batch: the store's parser, and beside it the decoder of {@code wire}, which
 * copies arguments and serves where speed is no question. In this package because the parser is not public.
 *
 * <p>{@code make bench-micro ONLY=RequestParserBenchmark}
 */
@State(Scope.Thread)
public class RequestParserBenchmark extends MicroBenchmark {

    private static final int BATCH = 64;

    private final byte[] gets = batch("GET", "key:000000000123");
    private final byte[] sets = batch("SET", "key:000000000123", "abc");
    private final byte[] mediumSets = batch("SET", "key:000000000123", "x".repeat(256));
    private final byte[] tens = batch("MSET", "k1", "v", "k2", "v", "k3", "v", "k4", "v", "k5", "v");
    private final byte[] inline = "GET key:000000000123\r\n".repeat(BATCH).getBytes(StandardCharsets.US_ASCII);
    private final Args args = new Args();
    private final RequestParser parser = new RequestParser(new RequestParser.Limits() {
        @Override
        public long bulkBytesMax() {
            return 512L * 1024 * 1024;
        }

        @Override
        public boolean isStranger() {
            return false;
        }
    });
    private final CommandDecoder decoder = new CommandDecoder();
    private final Buffer getsBuffer = Buffer.buffer(gets);

    private static byte[] batch(String... words) {
        byte[] command = RespEncoder.commandBytes(Arrays.stream(words)
                .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new));
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < BATCH; i++) {
            all.writeBytes(command);
        }
        return all.toByteArray();
    }

    private int parse(byte[] bytes) {
        int commands = 0;
        int at = 0;
        while (parser.parse(bytes, at, bytes.length, args) == RequestParser.Found.COMMAND) {
            commands += parser.args().count();
            at = parser.next();
        }
        return commands;
    }

    /** GET. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int get() {
        return parse(gets);
    }

    /** SET of 3 bytes. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int set() {
        return parse(sets);
    }

    /** SET of 256 bytes. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int setOf256() {
        return parse(mediumSets);
    }

    /** A command of eleven words. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int elevenWords() {
        return parse(tens);
    }

    /** GET as a line of words. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int inlineGet() {
        return parse(inline);
    }

    /** GET by the decoder of {@code wire}. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int wireGet() throws RespFormatException {
        decoder.feed(getsBuffer);
        int words = 0;
        for (byte[][] command = decoder.next(); command != null; command = decoder.next()) {
            words += command.length;
        }
        return words;
    }
}
