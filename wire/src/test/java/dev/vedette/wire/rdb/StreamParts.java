package dev.vedette.wire.rdb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Keeps the parts of one stream as a reader tells them, to be written again: a writer wants to know how many there are. */
abstract class StreamParts implements RdbVisitor {

    private interface Part {
        void write(RdbWriter writer) throws IOException;
    }

    private static final class Consumer {
        final byte[] name;
        final long seenAtMillis;
        final List<Part> owned = new ArrayList<>();

        Consumer(byte[] name, long seenAtMillis) {
            this.name = name;
            this.seenAtMillis = seenAtMillis;
        }
    }

    private static final class Group {
        final byte[] name;
        final long lastMillis;
        final long lastSequence;
        final long entriesRead;
        final List<Part> pending = new ArrayList<>();
        final List<Consumer> consumers = new ArrayList<>();

        Group(byte[] name, long lastMillis, long lastSequence, long entriesRead) {
            this.name = name;
            this.lastMillis = lastMillis;
            this.lastSequence = lastSequence;
            this.entriesRead = entriesRead;
        }
    }

    private final List<Part> blocks = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private @Nullable RdbStream state;

    @Override
    public final void streamBlock(long millis, long sequence, byte[] listpack) {
        blocks.add(writer -> writer.streamBlock(millis, sequence, listpack, 0, listpack.length));
    }

    @Override
    public final void streamState(RdbStream told) {
        state = told;
    }

    @Override
    public final void streamGroup(byte[] name, long lastMillis, long lastSequence, long entriesRead) {
        groups.add(new Group(name, lastMillis, lastSequence, entriesRead));
    }

    @Override
    public final void streamPending(long millis, long sequence, long deliveredAtMillis, long deliveries) {
        groups.getLast().pending.add(w -> w.streamPending(millis, sequence, deliveredAtMillis, deliveries));
    }

    @Override
    public final void streamConsumer(byte[] name, long seenAtMillis) {
        groups.getLast().consumers.add(new Consumer(name, seenAtMillis));
    }

    @Override
    public final void streamOwned(long millis, long sequence) {
        groups.getLast().consumers.getLast().owned.add(writer -> writer.streamOwned(millis, sequence));
    }

    /** A stream begins: forgets the one before. */
    final void beginStream() {
        blocks.clear();
        groups.clear();
        state = null;
    }

    final int streamBlocks() {
        return blocks.size();
    }

    /** Writes all that follows the begin call. */
    final void writeStream(RdbWriter writer) throws IOException {
        write(writer, blocks);
        writer.streamState(Objects.requireNonNull(state), groups.size());
        for (Group group : groups) {
            writer.streamGroup(
                    group.name, group.lastMillis, group.lastSequence, group.entriesRead, group.pending.size());
            write(writer, group.pending);
            writer.streamConsumers(group.consumers.size());
            for (Consumer consumer : group.consumers) {
                writer.streamConsumer(consumer.name, consumer.seenAtMillis, consumer.owned.size());
                write(writer, consumer.owned);
            }
        }
    }

    private static void write(RdbWriter writer, List<Part> parts) throws IOException {
        for (Part part : parts) {
            part.write(writer);
        }
    }
}
