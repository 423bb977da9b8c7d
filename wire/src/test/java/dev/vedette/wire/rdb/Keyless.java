package dev.vedette.wire.rdb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes the one value that a {@link DumpPayload} holds with the methods of {@link RdbWriter} that take no key. */
final class Keyless extends StreamParts {

    private final RdbWriter writer;
    private final List<byte[]> parts = new ArrayList<>();
    private final List<Double> scores = new ArrayList<>();
    private int type;

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
        type = RdbFormat.TYPE_STREAM_LISTPACKS_2;
        beginStream();
    }

    @Override
    public void endValue() throws IOException {
        if (type == RdbFormat.TYPE_STREAM_LISTPACKS_2) {
            writer.beginStream(streamBlocks());
            writeStream(writer);
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
