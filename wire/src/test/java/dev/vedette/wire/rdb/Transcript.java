package dev.vedette.wire.rdb;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Writes down what a reader tells, one line per key or opcode, so that two dumps can be compared as text. Members of sets,
 * hashes and sorted sets are sorted, since their order means nothing.
 */
class Transcript implements RdbVisitor {

    final List<String> lines = new ArrayList<>();
    private final List<String> elements = new ArrayList<>();
    private String begun = "";
    private boolean ordered;
    boolean ended;

    static Transcript of(byte[] dump) throws java.io.IOException {
        Transcript transcript = new Transcript();
        new RdbReader(RdbSource.of(dump)).read(transcript);
        return transcript;
    }

    static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (text.length() > 200) {
            return text.length() + " bytes with checksum " + Long.toHexString(Crc64.update(0, bytes, 0, bytes.length));
        }
        StringBuilder printable = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            printable.append(c > ' ' && c < 127 ? String.valueOf(c) : String.format("\\x%02x", (int) c));
        }
        return printable.toString();
    }

    @Override
    public void aux(byte[] name, byte[] value) {
        String field = text(name);
        // These differ from run to run.
        if (!List.of("ctime", "used-mem", "repl-id").contains(field)) {
            lines.add("aux " + field + " " + text(value));
        }
    }

    @Override
    public void selectDb(int database) {
        lines.add("db " + database);
    }

    @Override
    public void resizeDb(long keys, long expires) {
        lines.add("resize " + keys + " " + expires);
    }

    @Override
    public void function(byte[] code) {
        lines.add("function " + text(code));
    }

    @Override
    public void moduleAux(String module) {
        lines.add("module aux " + module);
    }

    @Override
    public void string(byte[] key, byte[] value, RdbMeta meta) {
        lines.add(head("string", key, meta) + " = " + text(value));
    }

    @Override
    public void beginList(byte[] key, RdbMeta meta, int sizeHint) {
        begin("list", key, meta, true);
    }

    @Override
    public void element(byte[] element) {
        elements.add(text(element));
    }

    @Override
    public void beginSet(byte[] key, RdbMeta meta, int sizeHint) {
        begin("set", key, meta, false);
    }

    @Override
    public void member(byte[] member) {
        elements.add(text(member));
    }

    @Override
    public void beginHash(byte[] key, RdbMeta meta, int sizeHint) {
        begin("hash", key, meta, false);
    }

    @Override
    public void field(byte[] field, byte[] value) {
        elements.add(text(field) + ":" + text(value));
    }

    @Override
    public void beginZset(byte[] key, RdbMeta meta, int sizeHint) {
        begin("zset", key, meta, false);
    }

    @Override
    public void member(byte[] member, double score) {
        elements.add(text(member) + "@" + score);
    }

    @Override
    public void beginStream(byte[] key, RdbMeta meta) {
        begin("stream", key, meta, true);
    }

    @Override
    public void streamBlock(long millis, long sequence, byte[] listpack) {
        elements.add("block " + id(millis, sequence) + " " + text(listpack));
    }

    @Override
    public void streamState(RdbStream state) {
        elements.add(state.toString());
    }

    @Override
    public void streamGroup(byte[] name, long lastMillis, long lastSequence, long entriesRead) {
        elements.add("group " + text(name) + " last " + id(lastMillis, lastSequence) + " read " + entriesRead);
    }

    @Override
    public void streamPending(long millis, long sequence, long deliveredAtMillis, long deliveries) {
        elements.add("pending " + id(millis, sequence) + " at " + deliveredAtMillis + " times " + deliveries);
    }

    @Override
    public void streamConsumer(byte[] name, long seenAtMillis) {
        elements.add("consumer " + text(name) + " seen " + seenAtMillis);
    }

    @Override
    public void streamOwned(long millis, long sequence) {
        elements.add("owns " + id(millis, sequence));
    }

    private static String id(long millis, long sequence) {
        return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
    }

    @Override
    public void endValue() {
        if (!ordered) {
            Collections.sort(elements);
        }
        String all = String.join(" ", elements);
        lines.add(begun + " = "
                + (elements.size() > 20
                        ? elements.size() + " elements, " + text(all.getBytes(StandardCharsets.ISO_8859_1))
                        : all));
        elements.clear();
        begun = "";
    }

    @Override
    public void opaque(byte[] key, RdbMeta meta, int type, byte[] payload) {
        lines.add(head("opaque " + type, key, meta) + " = " + text(payload));
    }

    @Override
    public void emptyKey(byte[] key) {
        lines.add("empty " + text(key));
    }

    @Override
    public void end() {
        ended = true;
    }

    private void begin(String kind, byte[] key, RdbMeta meta, boolean inOrder) {
        if (!begun.isEmpty()) {
            throw new AssertionError("begun inside of " + begun);
        }
        begun = head(kind, key, meta);
        ordered = inOrder;
    }

    private static String head(String kind, byte[] key, RdbMeta meta) {
        return kind + " " + text(key)
                + (meta.expireAtMillis() == -1 ? "" : " expires " + meta.expireAtMillis())
                + (meta.idleSeconds() == -1 ? "" : " idle " + meta.idleSeconds())
                + (meta.frequency() == -1 ? "" : " freq " + meta.frequency());
    }
}
