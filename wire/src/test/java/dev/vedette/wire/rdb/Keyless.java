package dev.vedette.wire.rdb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Writes the one value that a {@link DumpPayload} holds with the methods of {@link RdbWriter} that take no key. */
final class Keyless implements RdbVisitor {

    private final RdbWriter writer;
    private final List<byte[]> parts = new ArrayList<>();
    private final List<Double> scores = new ArrayList<>();
    private int type;
    private @Nullable StreamParts stream;

    Keyless(RdbWriter writer) {
        this.writer = writer;
    }

    @Override
    public void string(byte[] key, byte[] value, RdbMeta meta) throws IOException {
        writer.string(value, 0, value.length);
    }

    @Override
    public void beginList(byte[] key, RdbMeta meta, int sizeHint) {
        type = RdbFormat.TYPE_LIST;
    }

    @Override
    public void element(byte[] element) {
        parts.add(element);
    }

    @Override
    public void beginSet(byte[] key, RdbMeta meta, int sizeHint) {
        type = RdbFormat.TYPE_SET;
    }

    @Override
    public void member(byte[] member) {
        parts.add(member);
    }

    @Override
    public void beginHash(byte[] key, RdbMeta meta, int sizeHint) {
        type = RdbFormat.TYPE_HASH;
    }

    @Override
    public void field(byte[] field, byte[] value) {
        parts.add(field);
        parts.add(value);
    }

    @Override
    public void beginZset(byte[] key, RdbMeta meta, int sizeHint) {
        type = RdbFormat.TYPE_ZSET_2;
    }

    @Override
    public void member(byte[] member, double score) {
        parts.add(member);
        scores.add(score);
    }

    @Override
    public void beginStream(byte[] key, RdbMeta meta) {
        stream = new StreamParts();
    }

    @Override
    public void streamBlock(long millis, long sequence, byte[] listpack) {
        stream().block(millis, sequence, listpack);
    }

    @Override
    public void streamState(RdbStream state) {
        stream().state(state);
    }

    @Override
    public void streamGroup(byte[] name, long lastMillis, long lastSequence, long entriesRead) {
        stream().group(name, lastMillis, lastSequence, entriesRead);
    }

    @Override
    public void streamPending(long millis, long sequence, long deliveredAtMillis, long deliveries) {
        stream().pending(millis, sequence, deliveredAtMillis, deliveries);
    }

    @Override
    public void streamConsumer(byte[] name, long seenAtMillis) {
        stream().consumer(name, seenAtMillis);
    }

    @Override
    public void streamOwned(long millis, long sequence) {
        stream().owned(millis, sequence);
    }

    private StreamParts stream() {
        return Objects.requireNonNull(stream);
    }

    @Override
    public void endValue() throws IOException {
        if (stream != null) {
            writer.beginStream(stream.blocks());
            stream.write(writer);
            return;
        }
        switch (type) {
            case RdbFormat.TYPE_LIST -> writer.beginList(parts.size());
            case RdbFormat.TYPE_SET -> writer.beginSet(parts.size());
            case RdbFormat.TYPE_HASH -> writer.beginHash(parts.size() / 2);
            default -> writer.beginZset(parts.size());
        }
        for (int i = 0; i < parts.size(); i++) {
            writer.element(parts.get(i), 0, parts.get(i).length);
            if (type == RdbFormat.TYPE_ZSET_2) {
                writer.score(scores.get(i));
            }
        }
    }

    @Override
    public void opaque(byte[] key, RdbMeta meta, int opaqueType, byte[] payload) throws IOException {
        writer.opaque(opaqueType, payload, 0, payload.length);
    }
}
