package dev.vedette.wire.rdb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Writes with {@link RdbWriter} whatever a reader tells: a dump in the plain encodings with the same contents. */
final class Transcriber extends StreamParts {

    private interface Begin {
        void with(long count) throws IOException;
    }

    private interface Part {
        void write() throws IOException;
    }

    private final RdbWriter writer;
    private final List<Part> parts = new ArrayList<>();
    private Begin begin = count -> {};
    private int partsPerElement;

    Transcriber(RdbWriter writer) {
        this.writer = writer;
    }

    @Override
    public void version(int version) throws IOException {
        writer.header();
    }

    @Override
    public void selectDb(int database) throws IOException {
        writer.selectDb(database);
    }

    @Override
    public void resizeDb(long keys, long expires) throws IOException {
        writer.resizeDb(keys, expires);
    }

    @Override
    public void function(byte[] code) throws IOException {
        writer.function(code);
    }

    @Override
    public void string(byte[] key, byte[] value, RdbMeta meta) throws IOException {
        writer.meta(meta);
        writer.string(key, 0, key.length, value, 0, value.length);
    }

    @Override
    public void beginList(byte[] key, RdbMeta meta, int sizeHint) {
        begin(meta, 1, count -> writer.beginList(key, 0, key.length, count));
    }

    @Override
    public void element(byte[] element) {
        part(element);
    }

    @Override
    public void beginSet(byte[] key, RdbMeta meta, int sizeHint) {
        begin(meta, 1, count -> writer.beginSet(key, 0, key.length, count));
    }

    @Override
    public void member(byte[] member) {
        part(member);
    }

    @Override
    public void beginHash(byte[] key, RdbMeta meta, int sizeHint) {
        begin(meta, 2, count -> writer.beginHash(key, 0, key.length, count));
    }

    @Override
    public void field(byte[] field, byte[] value) {
        part(field);
        part(value);
    }

    @Override
    public void beginZset(byte[] key, RdbMeta meta, int sizeHint) {
        begin(meta, 2, count -> writer.beginZset(key, 0, key.length, count));
    }

    @Override
    public void member(byte[] member, double score) {
        part(member);
        parts.add(() -> writer.score(score));
    }

    @Override
    public void beginStream(byte[] key, RdbMeta meta) {
        beginStream();
        begin(meta, 1, count -> {
            writer.beginStream(key, 0, key.length, streamBlocks());
            writeStream(writer);
        });
    }

    @Override
    public void endValue() throws IOException {
        begin.with(parts.size() / partsPerElement);
        for (Part part : parts) {
            part.write();
        }
        parts.clear();
    }

    @Override
    public void opaque(byte[] key, RdbMeta meta, int type, byte[] payload) throws IOException {
        writer.meta(meta);
        writer.opaque(key, 0, key.length, type, payload, 0, payload.length);
    }

    @Override
    public void end() throws IOException {
        writer.end();
    }

    private void begin(RdbMeta meta, int width, Begin how) {
        partsPerElement = width;
        begin = count -> {
            writer.meta(meta);
            how.with(count);
        };
    }

    private void part(byte[] bytes) {
        parts.add(() -> writer.element(bytes, 0, bytes.length));
    }
}
