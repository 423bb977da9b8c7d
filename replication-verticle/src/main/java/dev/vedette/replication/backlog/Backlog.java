package dev.vedette.replication.backlog;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The last bytes of the change stream (repl-backlog-size at least), from which replicas are fed and partial
 * resynchronizations answered.
 *
 * <p>A chain of blocks, each at a fixed place of the stream:
 *
 * <pre>
 *    start                                                     end
 *      |  block      |  block      |  block      |  block ....|  room  |
 *                 ^ cursor of a slow replica            ^ cursor of a fast one
 * </pre>
 *
 * Blocks are off the heap: what replicas are sent goes to the kernel as it is, and the stream makes no garbage. A slice
 * handed out keeps its block's memory until it is released, also after the block has left the chain; a block that nobody
 * holds then is used again. {@link #release} ends the backlog. A replica holds a cursor and no copy: ten slow replicas cost
 * what the slowest one costs. Blocks leave at the head, when the rest still covers the size asked for and no reader needs
 * them ({@link #trim}): bytes that a slow replica holds back are there for partial resynchronizations too.
 *
 * <p>Positions count bytes before a point in the stream; Redis's offsets name a byte, so the byte at position p has
 * offset p + 1.
 */
public final class Backlog {

    /** Smallest repl-backlog-size, as in Redis. */
    public static final long SIZE_BYTES_MIN = 16 * 1024;

    /** Size of the smallest block. */
    public static final int BLOCK_BYTES_MIN = 16 * 1024;

    private static final int BLOCK_BYTES_MAX = 64 * 1024 * 1024;
    /** No block is larger than this part of the backlog, so that trimming stays close to the size asked for. */
    private static final int BLOCKS_MIN = 16;

    private static final class Block {
        final long start;
        final ByteBuf bytes;
        final int capacity;
        int used;
        /** Position of the first command here that began a chunk of {@link #append}, or -1. */
        long firstCommand = -1;

        @Nullable
        Block next;

        Block(long start, ByteBuf bytes) {
            this.start = start;
            this.bytes = bytes;
            this.capacity = bytes.capacity();
        }

        long end() {
            return start + used;
        }
    }

    private @Nullable Block first;
    private @Nullable Block last;
    /** The memory of a block that has left, for the next one. */
    private @Nullable ByteBuf spare;

    private boolean released;
    private long start;
    private long end;
    private long sizeBytes;
    private long memoryBytes;

    /** An empty backlog whose next byte is the one after that position. */
    public Backlog(long position, long sizeBytes) {
        this.start = position;
        this.end = position;
        this.sizeBytes = Math.max(sizeBytes, SIZE_BYTES_MIN);
    }

    /** Position after the last byte. */
    public long end() {
        return end;
    }

    /** Offset of the first byte kept (or, while empty, of the next byte): INFO's repl_backlog_first_byte_offset. */
    public long firstByteOffset() {
        return start + 1;
    }

    /** Bytes kept: INFO's repl_backlog_histlen. */
    public long historyBytes() {
        return end - start;
    }

    /** Bytes of memory that all blocks take. */
    public long memoryBytes() {
        return memoryBytes;
    }

    /**
     * Bytes of memory that are held neither for the size asked for nor for what comes from that position on: as many whole
     * blocks as {@link #trim} would about give up.
     */
    public long bytesBefore(long position) {
        long required = Math.max(sizeBytes, end - position) + blockLimit();
        return Math.max(0, memoryBytes - required) / BLOCK_BYTES_MIN * BLOCK_BYTES_MIN;
    }

    /** Position up to which the blocks there are have room. */
    public long roomUntil() {
        return last == null ? end : last.start + last.capacity;
    }

    /** Whether a replica that wants the stream from the byte with that offset on can have it. */
    public boolean covers(long offset) {
        return offset > start && offset <= end + 1;
    }

    /** Takes the next bytes of the stream, whole commands: the array's first {@code length}. */
    public void append(byte[] bytes, int length) {
        int from = 0;
        while (from < length) {
            Block tail = last;
            if (tail == null || tail.used == tail.capacity) {
                tail = grow(length - from);
            }
            if (from == 0 && tail.firstCommand < 0) {
                tail.firstCommand = end;
            }
            int count = Math.min(length - from, tail.capacity - tail.used);
            tail.bytes.setBytes(tail.used, bytes, from, count);
            tail.used += count;
            end += count;
            from += count;
        }
    }

    private Block grow(int wanted) {
        int capacity = (int) Math.min(Math.max(wanted, BLOCK_BYTES_MIN), blockLimit());
        ByteBuf free = spare;
        spare = null;
        if (free != null && free.capacity() != capacity) {
            free.release();
            free = null;
        }
        Block block = new Block(end, free == null ? Unpooled.directBuffer(capacity, capacity) : free);
        if (last == null) {
            first = block;
        } else {
            last.next = block;
        }
        last = block;
        memoryBytes += capacity;
        return block;
    }

    /** Size of the largest block that there is from now on. */
    private long blockLimit() {
        return Math.min(Math.max(sizeBytes / BLOCKS_MIN, BLOCK_BYTES_MIN), BLOCK_BYTES_MAX);
    }

    /** A position from which on the backlog can be read as whole commands, the first such that is known. */
    public long firstCommand() {
        for (Block block = first; block != null; block = block.next) {
            if (block.firstCommand >= 0) {
                return block.firstCommand;
            }
        }
        return end;
    }

    /**
     * What lies between two positions, never copied. Each slice is to be released.
     *
     * @throws IllegalArgumentException when the backlog does not hold it
     */
    public List<ByteBuf> slices(long from, long to) {
        if (to > end) {
            throw new IllegalArgumentException("position " + to + " is not within " + start + ".." + end);
        }
        List<ByteBuf> slices = new ArrayList<>();
        Cursor cursor = cursorAt(from);
        while (cursor.position < to) {
            slices.add(Objects.requireNonNull(
                    cursor.next((int) Math.min(Integer.MAX_VALUE, to - cursor.position)), "the backlog is released"));
        }
        return slices;
    }

    /** Sets how many bytes to keep at least; takes effect with the next {@link #trim}. */
    public void resize(long newSizeBytes) {
        sizeBytes = Math.max(newSizeBytes, SIZE_BYTES_MIN);
    }

    /**
     * Gives up blocks at the head that neither the size asked for nor any reader needs.
     *
     * @param neededFrom position of the slowest reader, or {@link #end} when there is none
     */
    public void trim(long neededFrom) {
        while (first != null && first != last) {
            Block head = first;
            if (head.end() > neededFrom || historyBytes() - head.used <= sizeBytes) {
                return;
            }
            first = head.next;
            start = head.end();
            memoryBytes -= head.capacity;
            if (spare == null && head.bytes.refCnt() == 1) {
                spare = head.bytes;
            } else {
                head.bytes.release();
            }
        }
    }

    /** The end: lets go of all memory, of that which slices hold when they are released. Cursors give nothing any more. */
    public void release() {
        if (released) {
            return;
        }
        released = true;
        for (Block block = first; block != null; block = block.next) {
            block.bytes.release();
        }
        if (spare != null) {
            spare.release();
            spare = null;
        }
        first = null;
        last = null;
        memoryBytes = 0;
        start = end;
    }

    /**
     * A reader that begins at that position.
     *
     * @throws IllegalArgumentException when the backlog does not hold it
     */
    public Cursor cursorAt(long position) {
        if (position < start || position > end) {
            throw new IllegalArgumentException("position " + position + " is not within " + start + ".." + end);
        }
        return new Cursor(position);
    }

    /** How far one reader has come. */
    public final class Cursor {
        private long position;
        private @Nullable Block block;

        private Cursor(long position) {
            this.position = position;
        }

        /** Position of the next byte that {@link #next} will give. */
        public long position() {
            return position;
        }

        /** Bytes not yet read; 0 when the backlog has been released. */
        public long remaining() {
            return released ? 0 : end - position;
        }

        /**
         * The next bytes, never copied and to be released; null at the end of the stream.
         *
         * @param maxBytes at most so many
         */
        public @Nullable ByteBuf next(int maxBytes) {
            if (remaining() == 0) {
                return null;
            }
            Block at = block == null ? blockAt(position) : block;
            while (position == at.end() && at.next != null) {
                at = at.next;
            }
            block = at;
            int from = (int) (position - at.start);
            int count = Math.min(maxBytes, at.used - from);
            position += count;
            return at.bytes.retainedSlice(from, count);
        }
    }

    private Block blockAt(long position) {
        Block block = first;
        while (block != null) {
            if (position < block.end()) {
                return block;
            }
            block = block.next;
        }
        throw new IllegalStateException("no block holds position " + position);
    }
}
