package dev.vedette.store.keyspace.value;

import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.ValueType;
import org.jspecify.annotations.Nullable;

/**
 * A list: a deque of chunks, each chunk a run of elements in one array.
 *
 * <pre>
 *   one chunk            several chunks
 *   only -> [e e e  ]    ring -> | 2 | 3 |   | 0 | 1 |     chunk i is ring[head + i, modulo the ring's length]
 *                                              ^ head
 * </pre>
 *
 * <p>Pushing and popping at both ends is O(1) amortised: a chunk keeps spare room where elements are pushed, and starts a
 * new neighbour once it has reached the limit of list-max-listpack-size. Index, insertion and removal within cost one
 * step for each chunk and one for each element of the chunk that is hit. An element larger than the limit has a chunk to
 * itself.
 *
 * <p>An element is named by its place: the chunk's index and the offset in it; places are valid until the next change.
 */
public final class ListValue extends Value {

    /** Bytes of a chunk when list-max-listpack-size limits the count only. */
    private static final int CHUNK_BYTES_MAX = 8192;

    private static final int FIRST_CHUNK_BYTES = 32;
    private static final int CHUNKS_SAMPLED = 64;

    /** The chunk, when there is exactly one; else {@link ListChunk#NONE}. */
    private byte[] only = ListChunk.NONE;

    private byte @Nullable [][] ring;
    private int head;
    private int chunkCount;
    private long size;
    private final int chunkBytesMax;
    private final int chunkElementsMax;

    /**
     * An empty list.
     *
     * @param listMaxListpackSize the directive's value: -1 to -5 for 4, 8, 16, 32 or 64 KiB a chunk, positive for so
     *     many elements
     */
    public ListValue(int listMaxListpackSize) {
        if (listMaxListpackSize < 0) {
            chunkBytesMax = 2048 << Math.min(-listMaxListpackSize, 5);
            chunkElementsMax = Integer.MAX_VALUE;
        } else {
            chunkBytesMax = CHUNK_BYTES_MAX;
            chunkElementsMax = Math.max(1, listMaxListpackSize);
        }
    }

    private ListValue(ListValue other) {
        chunkBytesMax = other.chunkBytesMax;
        chunkElementsMax = other.chunkElementsMax;
        only = other.only;
        byte[][] otherRing = other.ring;
        ring = otherRing == null ? null : otherRing.clone();
        head = other.head;
        chunkCount = other.chunkCount;
        size = other.size;
    }

    @Override
    public ValueType type() {
        return ValueType.LIST;
    }

    /** Always {@code quicklist}, as in Redis 7.0. */
    @Override
    public String encoding() {
        return "quicklist";
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public long memoryBytes() {
        byte[][] r = ring;
        long bytes = 48 + (r == null ? 0 : 16 + 4L * r.length);
        int sampled = Math.min(chunkCount, CHUNKS_SAMPLED);
        long chunkBytes = 0;
        for (int i = 0; i < sampled; i++) {
            chunkBytes += (12L + chunk(i).length + 7) & ~7L;
        }
        return bytes + (sampled == 0 ? 0 : chunkBytes * chunkCount / sampled);
    }

    /**
     * A list of the same elements. Costs one step for each chunk: the chunks are shared until either list changes them,
     * and the copy may be read by another thread meanwhile.
     */
    @Override
    public ListValue copy() {
        for (int i = 0; i < chunkCount; i++) {
            ListChunk.share(chunk(i));
        }
        return new ListValue(this);
    }

    /** Number of chunks. */
    public int chunks() {
        return chunkCount;
    }

    /** Bytes of all chunks, spare room included. */
    public long chunkBytes() {
        long bytes = 0;
        for (int i = 0; i < chunkCount; i++) {
            bytes += chunk(i).length;
        }
        return bytes;
    }

    /** Gives back spare room, as after loading. */
    public void compact() {
        for (int i = 0; i < chunkCount; i++) {
            trim(i);
        }
    }

    // ------------------------------------------------------------------ the ends

    /** Adds an element at the head. */
    public void pushFirst(byte[] array, int offset, int length) {
        int need = ListChunk.sizeOf(length);
        byte[] chunk = chunkCount == 0 ? ListChunk.NONE : chunk(0);
        if (chunkCount > 0 && admits(chunk, need)) {
            chunk = ListChunk.isShared(chunk) ? unshare(0) : chunk;
            if (ListChunk.start(chunk) - ListChunk.HEADER_BYTES < need) {
                chunk = withRoom(0, chunk, need, true);
            }
        } else {
            chunk = ListChunk.NONE;
        }
        if (chunk.length == 0) {
            int capacity = newCapacity(need, 0);
            chunk = ListChunk.allocate(capacity, capacity);
            if (chunkCount > 1) {
                trim(0);
            }
            insertChunk(0, chunk);
        }
        int start = ListChunk.start(chunk) - need;
        ListChunk.write(chunk, start, array, offset, length);
        ListChunk.set(chunk, start, ListChunk.end(chunk), ListChunk.count(chunk) + 1);
        size++;
    }

    /** Adds an element at the tail. */
    public void pushLast(byte[] array, int offset, int length) {
        int need = ListChunk.sizeOf(length);
        int last = chunkCount - 1;
        byte[] chunk = last < 0 ? ListChunk.NONE : chunk(last);
        if (last >= 0 && admits(chunk, need)) {
            chunk = ListChunk.isShared(chunk) ? unshare(last) : chunk;
            if (chunk.length - ListChunk.end(chunk) < need) {
                chunk = withRoom(last, chunk, need, false);
            }
        } else {
            chunk = ListChunk.NONE;
        }
        if (chunk.length == 0) {
            chunk = ListChunk.allocate(newCapacity(need, last), 0);
            if (chunkCount > 1) {
                trim(last);
            }
            insertChunk(chunkCount, chunk);
        }
        int end = ListChunk.end(chunk);
        ListChunk.write(chunk, end, array, offset, length);
        ListChunk.set(chunk, ListChunk.start(chunk), end + need, ListChunk.count(chunk) + 1);
        size++;
    }

    /** The array that holds the first element, from {@link #firstOffset} for {@link #firstLength} bytes. */
    public byte[] firstArray() {
        return chunk(0);
    }

    /** See {@link #firstArray}. */
    public int firstOffset() {
        byte[] chunk = chunk(0);
        return ListChunk.offset(chunk, ListChunk.start(chunk));
    }

    /** See {@link #firstArray}. */
    public int firstLength() {
        byte[] chunk = chunk(0);
        return ListChunk.length(chunk, ListChunk.start(chunk));
    }

    /** The array that holds the last element, from {@link #lastOffset} for {@link #lastLength} bytes. */
    public byte[] lastArray() {
        return chunk(chunkCount - 1);
    }

    /** See {@link #lastArray}. */
    public int lastOffset() {
        byte[] chunk = chunk(chunkCount - 1);
        return ListChunk.offset(chunk, ListChunk.previous(chunk, ListChunk.end(chunk)));
    }

    /** See {@link #lastArray}. */
    public int lastLength() {
        byte[] chunk = chunk(chunkCount - 1);
        return ListChunk.length(chunk, ListChunk.previous(chunk, ListChunk.end(chunk)));
    }

    /** Removes elements at the head: at most as many as there are. */
    public void removeFirst(long elements) {
        long left = Math.min(elements, size);
        while (left > 0) {
            byte[] chunk = chunk(0);
            int count = ListChunk.count(chunk);
            if (count <= left) {
                left -= count;
                size -= count;
                removeChunk(0);
            } else {
                chunk = ListChunk.isShared(chunk) ? unshare(0) : chunk;
                ListChunk.set(chunk, ListChunk.seek(chunk, (int) left), ListChunk.end(chunk), count - (int) left);
                size -= left;
                left = 0;
                shrinkOnly();
            }
        }
    }

    /** Removes elements at the tail: at most as many as there are. */
    public void removeLast(long elements) {
        long left = Math.min(elements, size);
        while (left > 0) {
            int last = chunkCount - 1;
            byte[] chunk = chunk(last);
            int count = ListChunk.count(chunk);
            if (count <= left) {
                left -= count;
                size -= count;
                removeChunk(last);
            } else {
                chunk = ListChunk.isShared(chunk) ? unshare(last) : chunk;
                ListChunk.set(
                        chunk, ListChunk.start(chunk), ListChunk.seek(chunk, count - (int) left), count - (int) left);
                size -= left;
                left = 0;
                shrinkOnly();
            }
        }
    }

    // ------------------------------------------------------------------ walking

    /** Sees elements one after another in one direction; the list must not change meanwhile. */
    public static final class Cursor {
        private final ListValue list;
        private final boolean backward;
        private int chunkIndex;
        private byte[] chunk;
        /** Forward: where the next element begins. Backward: where it ends. */
        private int nextAt;
        /** Where the current element begins. */
        private int at;

        private Cursor(ListValue list, int chunkIndex, int nextAt, boolean backward) {
            this.list = list;
            this.chunkIndex = chunkIndex;
            this.chunk = chunkIndex < list.chunkCount && chunkIndex >= 0 ? list.chunk(chunkIndex) : ListChunk.NONE;
            this.nextAt = nextAt;
            this.backward = backward;
        }

        /** Goes to the next element; false when there is none. */
        public boolean next() {
            if (chunk.length == 0) {
                return false;
            }
            if (backward) {
                if (nextAt == ListChunk.start(chunk)) {
                    if (chunkIndex == 0) {
                        return false;
                    }
                    chunk = list.chunk(--chunkIndex);
                    nextAt = ListChunk.end(chunk);
                }
                at = ListChunk.previous(chunk, nextAt);
                nextAt = at;
            } else {
                if (nextAt == ListChunk.end(chunk)) {
                    if (chunkIndex + 1 == list.chunkCount) {
                        return false;
                    }
                    chunk = list.chunk(++chunkIndex);
                    nextAt = ListChunk.start(chunk);
                }
                at = nextAt;
                nextAt = ListChunk.next(chunk, at);
            }
            return true;
        }

        /** The array that holds the current element, from {@link #offset} for {@link #length} bytes. */
        public byte[] array() {
            return chunk;
        }

        /** See {@link #array}. */
        public int offset() {
            return ListChunk.offset(chunk, at);
        }

        /** See {@link #array}. */
        public int length() {
            return ListChunk.length(chunk, at);
        }

        /** Whether the current element is those bytes. */
        public boolean same(byte[] other, int offset, int length) {
            return ListChunk.same(chunk, at, other, offset, length);
        }
    }

    /** A cursor whose {@link Cursor#next} leads to the element of that index (0 to size - 1) and on to the tail. */
    public Cursor forward(long index) {
        if (index >= size) {
            return new Cursor(this, chunkCount, 0, false);
        }
        long place = index == 0 ? 0 : locate(index);
        int chunkIndex = (int) (place >>> 32);
        return new Cursor(this, chunkIndex, ListChunk.seek(chunk(chunkIndex), (int) place), false);
    }

    /** A cursor whose {@link Cursor#next} leads to the element of that index (0 to size - 1) and on to the head. */
    public Cursor backward(long index) {
        if (index < 0 || index >= size) {
            return new Cursor(this, -1, 0, true);
        }
        long place = locate(index);
        int chunkIndex = (int) (place >>> 32);
        byte[] chunk = chunk(chunkIndex);
        int at = ListChunk.seek(chunk, (int) place);
        return new Cursor(this, chunkIndex, ListChunk.next(chunk, at), true);
    }

    /** The chunk of that element in the upper half, the element's index in it in the lower. */
    private long locate(long index) {
        if (index < size >>> 1) {
            long left = index;
            int i = 0;
            for (int count = ListChunk.count(chunk(0)); left >= count; count = ListChunk.count(chunk(i))) {
                left -= count;
                i++;
            }
            return (long) i << 32 | left;
        }
        int i = chunkCount - 1;
        long from = size - ListChunk.count(chunk(i));
        while (index < from) {
            from -= ListChunk.count(chunk(--i));
        }
        return (long) i << 32 | index - from;
    }

    // ------------------------------------------------------------------ changes within

    /** Replaces the element of that index (0 to size - 1). */
    public void set(long index, byte[] array, int offset, int length) {
        long place = locate(index);
        int chunkIndex = (int) (place >>> 32);
        byte[] chunk = chunk(chunkIndex);
        chunk = ListChunk.isShared(chunk) ? unshare(chunkIndex) : chunk;
        int at = ListChunk.seek(chunk, (int) place);
        if (ListChunk.length(chunk, at) == length) {
            System.arraycopy(array, offset, chunk, ListChunk.offset(chunk, at), length);
            return;
        }
        if (ListChunk.count(chunk) == 1) {
            setChunk(chunkIndex, single(array, offset, length));
            return;
        }
        int distance = at - ListChunk.start(chunk);
        ListChunk.cut(chunk, at, ListChunk.next(chunk, at), 1);
        size--;
        insertAt(chunkIndex, ListChunk.start(chunk) + distance, array, offset, length);
    }

    /**
     * Inserts an element beside the first one, from the head, that equals the pivot.
     *
     * @return false when no element does
     */
    public boolean insert(
            boolean before, byte[] pivot, int pivotOffset, int pivotLength, byte[] array, int offset, int length) {
        Cursor cursor = forward(0);
        while (cursor.next()) {
            if (cursor.same(pivot, pivotOffset, pivotLength)) {
                insertAt(cursor.chunkIndex, before ? cursor.at : cursor.nextAt, array, offset, length);
                return true;
            }
        }
        return false;
    }

    /**
     * Removes elements that equal the bytes given, beginning at the head or at the tail.
     *
     * @param max how many at most, at least 1
     * @return how many were removed
     */
    public long removeEqual(byte[] array, int offset, int length, long max, boolean fromTail) {
        long removed = 0;
        int step = fromTail ? -1 : 1;
        for (int i = fromTail ? chunkCount - 1 : 0; i >= 0 && i < chunkCount && removed < max; i += step) {
            byte[] chunk = chunk(i);
            int matches = countEqual(chunk, array, offset, length);
            if (matches > 0) {
                int take = (int) Math.min(matches, max - removed);
                removed += take;
                if (take == ListChunk.count(chunk)) {
                    setChunk(i, ListChunk.NONE);
                } else {
                    chunk = ListChunk.isShared(chunk) ? unshare(i) : chunk;
                    dropEqual(chunk, array, offset, length, fromTail ? matches - take : 0, take);
                }
            }
        }
        if (removed > 0) {
            size -= removed;
            rebuild();
        }
        return removed;
    }

    private static int countEqual(byte[] chunk, byte[] array, int offset, int length) {
        int matches = 0;
        int end = ListChunk.end(chunk);
        for (int at = ListChunk.start(chunk); at < end; at = ListChunk.next(chunk, at)) {
            if (ListChunk.same(chunk, at, array, offset, length)) {
                matches++;
            }
        }
        return matches;
    }

    /** Drops {@code take} matches after skipping {@code skip}, moving what stays together in one pass. */
    private static void dropEqual(byte[] chunk, byte[] array, int offset, int length, int skip, int take) {
        int end = ListChunk.end(chunk);
        int to = ListChunk.start(chunk);
        int seen = 0;
        int at = to;
        while (at < end) {
            int next = ListChunk.next(chunk, at);
            boolean match = seen < skip + take && ListChunk.same(chunk, at, array, offset, length);
            if (match) {
                seen++;
            }
            if (!match || seen <= skip) {
                if (to != at) {
                    System.arraycopy(chunk, at, chunk, to, next - at);
                }
                to += next - at;
            }
            at = next;
        }
        ListChunk.set(chunk, ListChunk.start(chunk), to, ListChunk.count(chunk) - take);
    }

    /** Leaves out emptied chunks, and joins neighbours that together fill less than half a chunk. */
    private void rebuild() {
        int capacity = Integer.highestOneBit(Math.max(4, chunkCount - 1)) * 2;
        byte[][] kept = new byte[capacity][];
        int count = 0;
        for (int i = 0; i < chunkCount; i++) {
            byte[] chunk = chunk(i);
            if (chunk.length == 0) {
                continue;
            }
            byte[] joined = count == 0 ? ListChunk.NONE : joined(kept[count - 1], chunk);
            if (joined.length == 0) {
                kept[count++] = chunk;
            } else {
                kept[count - 1] = joined;
            }
        }
        chunkCount = count;
        head = 0;
        only = count == 1 ? kept[0] : ListChunk.NONE;
        ring = count > 1 ? kept : null;
    }

    /** Both chunks in one, or an empty array when they hold too much for that. */
    private byte[] joined(byte[] left, byte[] right) {
        int leftUsed = ListChunk.used(left);
        int rightUsed = ListChunk.used(right);
        int count = ListChunk.count(left) + ListChunk.count(right);
        if ((long) leftUsed + rightUsed > chunkBytesMax >>> 1 || count > chunkElementsMax) {
            return ListChunk.NONE;
        }
        byte[] both = ListChunk.allocate(leftUsed + rightUsed, 0);
        System.arraycopy(left, ListChunk.start(left), both, ListChunk.HEADER_BYTES, leftUsed);
        System.arraycopy(right, ListChunk.start(right), both, ListChunk.HEADER_BYTES + leftUsed, rightUsed);
        ListChunk.set(both, ListChunk.HEADER_BYTES, both.length, count);
        return both;
    }

    /** Puts an element at a place of that chunk, between its start and its end. */
    private void insertAt(int chunkIndex, int place, byte[] array, int offset, int length) {
        int need = ListChunk.sizeOf(length);
        byte[] chunk = chunk(chunkIndex);
        chunk = ListChunk.isShared(chunk) ? unshare(chunkIndex) : chunk;
        if (admits(chunk, need)) {
            insertWithin(chunkIndex, chunk, place, need, array, offset, length);
        } else {
            int start = ListChunk.start(chunk);
            int end = ListChunk.end(chunk);
            if (place == start || place == end) {
                insertChunk(place == start ? chunkIndex : chunkIndex + 1, single(array, offset, length));
            } else {
                // Split in two; the element joins the left half where that has room, else stands between them.
                int left = 0;
                for (int at = start; at < place; at = ListChunk.next(chunk, at)) {
                    left++;
                }
                byte[] right = ListChunk.slice(chunk, place, end, ListChunk.count(chunk) - left);
                setChunk(chunkIndex, ListChunk.slice(chunk, start, place, left));
                insertChunk(chunkIndex + 1, right);
                byte[] leftChunk = chunk(chunkIndex);
                if (admits(leftChunk, need)) {
                    insertWithin(chunkIndex, leftChunk, ListChunk.end(leftChunk), need, array, offset, length);
                } else {
                    insertChunk(chunkIndex + 1, single(array, offset, length));
                }
            }
        }
        size++;
    }

    private void insertWithin(int chunkIndex, byte[] chunk, int place, int need, byte[] array, int offset, int length) {
        int start = ListChunk.start(chunk);
        int end = ListChunk.end(chunk);
        int count = ListChunk.count(chunk) + 1;
        boolean roomBefore = start - ListChunk.HEADER_BYTES >= need;
        boolean roomAfter = chunk.length - end >= need;
        if (roomBefore && (!roomAfter || place - start < end - place)) {
            System.arraycopy(chunk, start, chunk, start - need, place - start);
            ListChunk.write(chunk, place - need, array, offset, length);
            ListChunk.set(chunk, start - need, end, count);
        } else if (roomAfter) {
            System.arraycopy(chunk, place, chunk, place + need, end - place);
            ListChunk.write(chunk, place, array, offset, length);
            ListChunk.set(chunk, start, end + need, count);
        } else {
            int used = end - start;
            byte[] larger = ListChunk.allocate(grownCapacity(used, need), 0);
            int to = ListChunk.HEADER_BYTES;
            System.arraycopy(chunk, start, larger, to, place - start);
            ListChunk.write(larger, to + place - start, array, offset, length);
            System.arraycopy(chunk, place, larger, to + place - start + need, end - place);
            ListChunk.set(larger, to, to + used + need, count);
            setChunk(chunkIndex, larger);
        }
    }

    private static byte[] single(byte[] array, int offset, int length) {
        int need = ListChunk.sizeOf(length);
        byte[] chunk = ListChunk.allocate(need, 0);
        ListChunk.write(chunk, ListChunk.HEADER_BYTES, array, offset, length);
        ListChunk.set(chunk, ListChunk.HEADER_BYTES, ListChunk.HEADER_BYTES + need, 1);
        return chunk;
    }

    // ------------------------------------------------------------------ room

    private boolean admits(byte[] chunk, int need) {
        return (long) ListChunk.used(chunk) + need <= chunkBytesMax && ListChunk.count(chunk) < chunkElementsMax;
    }

    /** What a new chunk beside that one should hold: as much as its neighbour does, as the next will likely grow alike. */
    private int newCapacity(int need, int neighbour) {
        if (chunkCount == 0) {
            return Math.max(need, Math.min(FIRST_CHUNK_BYTES, chunkBytesMax));
        }
        return Math.max(need, Math.min(chunkBytesMax, ListChunk.used(chunk(neighbour))));
    }

    private int grownCapacity(int used, int need) {
        return Math.max(used + need, Math.min(chunkBytesMax, (used + need) * 2));
    }

    /**
     * Makes room for {@code need} bytes at one end of a chunk that admits them: within its array where that leaves
     * enough for the move to pay off, else in a larger one.
     *
     * @return the chunk, or an empty array when a new chunk is the better answer
     */
    private byte[] withRoom(int chunkIndex, byte[] chunk, int need, boolean atStart) {
        int used = ListChunk.used(chunk);
        int capacity = chunk.length - ListChunk.HEADER_BYTES;
        int slack = capacity - used;
        boolean full = capacity >= chunkBytesMax;
        if (slack - (slack >>> 2) >= need && slack >= (full ? used >>> 2 : used >>> 1)) {
            // Most of the room goes to this end, some stays at the other: pushes to both ends must not take turns
            // moving.
            int other = slack >>> 2;
            return ListChunk.moved(chunk, capacity, atStart ? slack - other : other);
        }
        if (full) {
            return ListChunk.NONE;
        }
        int larger = grownCapacity(used, need);
        byte[] moved = ListChunk.moved(chunk, larger, atStart ? larger - used : 0);
        setChunk(chunkIndex, moved);
        return moved;
    }

    /** Gives back a chunk's spare room when it is worth it. */
    private void trim(int chunkIndex) {
        byte[] chunk = chunk(chunkIndex);
        int used = ListChunk.used(chunk);
        int slack = chunk.length - ListChunk.HEADER_BYTES - used;
        if (slack > Math.max(8, used >>> 3)) {
            setChunk(
                    chunkIndex,
                    ListChunk.slice(chunk, ListChunk.start(chunk), ListChunk.end(chunk), ListChunk.count(chunk)));
        }
    }

    /** A list that became short holds on to little. */
    private void shrinkOnly() {
        if (chunkCount == 1) {
            byte[] chunk = chunk(0);
            int used = ListChunk.used(chunk);
            int capacity = chunk.length - ListChunk.HEADER_BYTES;
            if (capacity > 4 * FIRST_CHUNK_BYTES && used < capacity >>> 3) {
                int smaller = Math.max(FIRST_CHUNK_BYTES, used * 2);
                // No SHARED flag to lose: the chunk was just changed.
                setChunk(0, ListChunk.moved(chunk, smaller, smaller - used >>> 1));
            }
        }
    }

    private byte[] unshare(int chunkIndex) {
        byte[] own = ListChunk.unshared(chunk(chunkIndex));
        setChunk(chunkIndex, own);
        return own;
    }

    // ------------------------------------------------------------------ the ring

    private byte[] chunk(int index) {
        byte[][] r = ring;
        return r == null ? only : r[head + index & r.length - 1];
    }

    private void setChunk(int index, byte[] chunk) {
        byte[][] r = ring;
        if (r == null) {
            only = chunk;
        } else {
            r[head + index & r.length - 1] = chunk;
        }
    }

    private void insertChunk(int index, byte[] chunk) {
        if (chunkCount == 0) {
            only = chunk;
            chunkCount = 1;
            return;
        }
        byte[][] r = ring;
        if (r == null) {
            r = new byte[4][];
            r[0] = only;
            only = ListChunk.NONE;
            head = 0;
            ring = r;
        } else if (chunkCount == r.length) {
            byte[][] larger = new byte[r.length * 2][];
            for (int i = 0; i < chunkCount; i++) {
                larger[i] = chunk(i);
            }
            r = larger;
            head = 0;
            ring = r;
        }
        int mask = r.length - 1;
        if (index < chunkCount >>> 1) {
            head = head - 1 & mask;
            for (int i = 0; i < index; i++) {
                r[head + i & mask] = r[head + i + 1 & mask];
            }
        } else {
            for (int i = chunkCount; i > index; i--) {
                r[head + i & mask] = r[head + i - 1 & mask];
            }
        }
        r[head + index & mask] = chunk;
        chunkCount++;
    }

    private void removeChunk(int index) {
        byte[][] r = ring;
        chunkCount--;
        if (r == null) {
            only = ListChunk.NONE;
            return;
        }
        int mask = r.length - 1;
        if (index < chunkCount >>> 1) {
            for (int i = index; i > 0; i--) {
                r[head + i & mask] = r[head + i - 1 & mask];
            }
            r[head] = ListChunk.NONE;
            head = head + 1 & mask;
        } else {
            for (int i = index; i < chunkCount; i++) {
                r[head + i & mask] = r[head + i + 1 & mask];
            }
            r[head + chunkCount & mask] = ListChunk.NONE;
        }
        if (chunkCount == 1) {
            only = r[head];
            ring = null;
            head = 0;
        } else if (r.length > 16 && chunkCount < r.length >>> 3) {
            byte[][] smaller = new byte[r.length >>> 2][];
            for (int i = 0; i < chunkCount; i++) {
                smaller[i] = chunk(i);
            }
            head = 0;
            ring = smaller;
        }
    }
}
