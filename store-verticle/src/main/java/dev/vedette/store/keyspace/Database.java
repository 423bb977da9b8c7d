package dev.vedette.store.keyspace;

import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One database: an extendible hash table of {@link Segment}s.
 *
 * <pre>
 *   directory (2^globalDepth references)         hash = pppp........ssssssss
 *   +-----+-----+-----+-----+                           |            |
 *   | 000 | 001 | 010 | 011 | ...                       |            +-- slot in the segment
 *   +--|--+--|--+--|--+--|--+                           +-- first bits: index in the directory
 *      |     |     +--+--+
 *      v     v        v
 *   segment segment segment (depth 2: two directory entries lead to it)
 * </pre>
 *
 * <p>A full segment splits in two by the next hash bit; when it already uses all bits of the directory, the directory
 * doubles. No step touches more than one segment's entries, so no command ever waits for the whole table to be rehashed.
 * Segments in directory order are in the order of their hash prefixes, which makes a hash prefix a stable cursor for
 * SCAN, the snapshot and the expiry cycle: growth and shrinkage in between neither lose nor (for splits) repeat a key.
 *
 * <p>Keys are given as array, offset and length, so that a lookup makes no garbage.
 */
public final class Database {

    static final int CURSOR_SHIFT = 16;
    private static final int DEPTH_MAX = 40;

    private final Keyspace keyspace;
    private final int number;
    private Segment[] directory = {new Segment(0, Segment.SLOTS_MIN, 0)};
    private int globalDepth;
    private Content content = new Content();
    private long size;
    private long ttlCount;
    private int expiryCursor;
    /** Nobody asks for this; it keeps the reading of {@link #warmEntry} from being optimized away. */
    private int unusedSum;

    /** Names what a database holds, wherever it goes: it moves along when databases are exchanged. */
    static final class Content {
        final DataBytes bytes = new DataBytes();
    }

    Database(Keyspace keyspace, int number) {
        this.keyspace = keyspace;
        this.number = number;
    }

    /** The database's number. */
    public int number() {
        return number;
    }

    /** Number of keys, those whose time has come but which are not yet removed included, as DBSIZE counts. */
    public long size() {
        return size;
    }

    /** Number of keys with a TTL. */
    public long ttlCount() {
        return ttlCount;
    }

    /** About how many bytes the keys and values take on the heap. Cheap. */
    public long dataBytes() {
        return content.bytes.get();
    }

    /** The keyspace to which this belongs. */
    public Keyspace keyspace() {
        return keyspace;
    }

    // ------------------------------------------------------------------ reading

    /**
     * Reads where a lookup of a key with that hash ({@link KeyHash}) begins, so that it is in the processor's cache soon.
     * Reading for many keys first, then looking them up, lets their waits for memory overlap: see {@link
     * dev.vedette.store.connection}. Changes nothing.
     *
     * @return something made of what was read, to be used so that the reading is not optimized away
     */
    public int warmSlot(long hash) {
        return segment(hash).warmSlot(hash);
    }

    /** As {@link #warmSlot}, a step further: the entry itself. Its value when that is an object, else null. */
    public @Nullable Value warmEntry(long hash) {
        Object likely = segment(hash).likely(hash);
        if (likely instanceof byte[] packed) {
            unusedSum += packed[packed.length - 1];
            return null;
        }
        return likely == null ? null : ((Entry) likely).value;
    }

    /** The entry at that key, or null; counts as a use of it. Expired entries are treated as the mode says. */
    public @Nullable Object lookup(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0) {
            return null;
        }
        Object entry = entryAt(segment, slot);
        if (isGone(entry) && hideOrRemove(segment, slot, entry)) {
            return null;
        }
        touch(entry);
        return entry;
    }

    /** As {@link #lookup}, without counting as a use. */
    public @Nullable Object peek(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0) {
            return null;
        }
        Object entry = entryAt(segment, slot);
        return isGone(entry) && hideOrRemove(segment, slot, entry) ? null : entry;
    }

    /** The entry at that key even if its time has come; nothing is changed. */
    public @Nullable Object peekRaw(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        return slot < 0 ? null : entryAt(segment, slot);
    }

    /** As {@link #lookup}, and the entry's value may be changed afterwards: a snapshot in progress takes it first. */
    public @Nullable Object lookupForWrite(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0) {
            return null;
        }
        Object entry = entryAt(segment, slot);
        if (isGone(entry) && hideOrRemove(segment, slot, entry)) {
            return null;
        }
        keyspace.beforeChange(content, segment);
        release(entry);
        content.bytes.changing(entry);
        touch(entry);
        return entry;
    }

    /** Leaves the value to the snapshots in progress that hold it, and goes on with another. */
    private void release(Object entry) {
        if (entry instanceof Entry object && keyspace.isHeld(object.value)) {
            object.value = object.value.successor();
        }
    }

    private static Object entryAt(Segment segment, int slot) {
        Object entry = segment.slots[slot];
        if (entry == null) {
            throw new IllegalStateException("tag without entry in slot " + slot);
        }
        return entry;
    }

    private boolean isGone(Object entry) {
        long at = Entries.expireAt(entry);
        return at >= 0 && at <= keyspace.nowMillis();
    }

    /** Whether a lookup must answer that there is no such key. */
    private boolean hideOrRemove(Segment segment, int slot, Object entry) {
        switch (keyspace.expiryMode()) {
            case IGNORE -> {
                return false;
            }
            case HIDE -> {
                return true;
            }
            case DELETE -> {
                keyspace.beforeChange(content, segment);
                removeAt(segment, slot, entry);
                keyspace.listener().expired(this, entry);
                return true;
            }
        }
        throw new AssertionError();
    }

    private void touch(Object entry) {
        if (!keyspace.isCountingUses()) {
            return;
        }
        int access = Access.used(Entries.access(entry), keyspace.nowMillis(), keyspace.isLfu());
        if (access != Entries.access(entry)) {
            Entries.setAccess(entry, access);
        }
    }

    // ------------------------------------------------------------------ writing

    /**
     * Sets a string, replacing whatever is at the key. Canonical integers are kept as integers, long strings as objects.
     *
     * @param expireAt wall-clock milliseconds, or -1 for no TTL
     */
    public void setString(
            byte[] key, int keyOffset, int keyLength, byte[] value, int offset, int length, long expireAt) {
        if (length <= Decimals.LENGTH_MAX && Decimals.isInteger(value, offset, length)) {
            setInteger(key, keyOffset, keyLength, Decimals.parse(value, offset, length), expireAt);
            return;
        }
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Segment segment = segment(hash);
        int slot = findForSet(hash, segment, key, keyOffset, keyLength);
        if (length > Entries.PACKED_VALUE_BYTES_MAX) {
            byte[] own =
                    offset == 0 && length == value.length ? value : Arrays.copyOfRange(value, offset, offset + length);
            store(hash, segment, slot, entry(key, keyOffset, keyLength, new StringValue(own), expireAt));
            return;
        }
        if (slot >= 0
                && segment.slots[slot] instanceof byte[] packed
                && packed[0] == (expireAt < 0 ? 0 : Entries.TTL)
                && packed.length == Entries.stringOffset(packed) + length
                && keyspace.mayOverwrite(segment)) {
            System.arraycopy(value, offset, packed, packed.length - length, length);
            if (expireAt >= 0) {
                Entries.withExpire(packed, expireAt, true);
                segment.expireAtLeast = Math.min(segment.expireAtLeast, expireAt);
            }
            touch(packed);
            return;
        }
        store(hash, segment, slot, fresh(Entries.pack(key, keyOffset, keyLength, value, offset, length, expireAt, 0)));
    }

    /** As {@link #setString} for a string that OBJECT ENCODING calls raw whatever its length, as after APPEND. */
    public void setRawString(byte[] key, int keyOffset, int keyLength, byte[] value, long expireAt) {
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Segment segment = segment(hash);
        int slot = findForSet(hash, segment, key, keyOffset, keyLength);
        Object entry = value.length > Entries.PACKED_VALUE_BYTES_MAX
                ? entry(key, keyOffset, keyLength, new StringValue(value), expireAt)
                : fresh(Entries.pack(key, keyOffset, keyLength, value, 0, value.length, expireAt, Entries.RAW));
        store(hash, segment, slot, entry);
    }

    /**
     * Makes a string ready to be changed in place: made of zero bytes when there is none, at least that long, called raw
     * from now on, as after APPEND, SETRANGE and SETBIT. The TTL stays. Whatever is there must be a string.
     *
     * @return the entry; its bytes ({@link Entries#stringArray}) may be written until this database is asked again
     */
    public Object stringForChange(byte[] key, int keyOffset, int keyLength, int minLength) {
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Segment segment = segment(hash);
        int slot = findForSet(hash, segment, key, keyOffset, keyLength);
        Object entry;
        if (slot < 0) {
            entry = fresh(Entries.raw(key, keyOffset, keyLength, minLength));
        } else {
            Object present = entryAt(segment, slot);
            release(present);
            content.bytes.changing(present);
            if (Entries.growInPlace(present, minLength, keyspace.mayOverwrite(segment))) {
                return present;
            }
            entry = Entries.grown(present, minLength);
        }
        store(hash, segment, slot, entry);
        return entry;
    }

    /**
     * Changes the integer of an entry that a lookup for writing has just answered, in place.
     *
     * @return false when that cannot be, because it is no integer or a snapshot holds on to it
     */
    public boolean replaceInteger(Object entry, long value) {
        if (!Entries.isInteger(entry)
                || keyspace.isSnapshotActive() && !keyspace.mayOverwrite(segment(Entries.hash(entry)))) {
            return false;
        }
        Entries.setInteger((byte[]) entry, value);
        return true;
    }

    /** Sets an integer, replacing whatever is at the key. */
    public void setInteger(byte[] key, int keyOffset, int keyLength, long value, long expireAt) {
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Segment segment = segment(hash);
        int slot = findForSet(hash, segment, key, keyOffset, keyLength);
        if (slot >= 0
                && segment.slots[slot] instanceof byte[] packed
                && (packed[0] & Entries.INTEGER) != 0
                && Entries.expireAt(packed) == expireAt
                && keyspace.mayOverwrite(segment)) {
            Entries.setInteger(packed, value);
            touch(packed);
            return;
        }
        store(hash, segment, slot, fresh(Entries.packInteger(key, keyOffset, keyLength, value, expireAt)));
    }

    /** Puts a value object at the key, replacing whatever is there. */
    public void put(byte[] key, int keyOffset, int keyLength, Value value, long expireAt) {
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Segment segment = segment(hash);
        int slot = findForSet(hash, segment, key, keyOffset, keyLength);
        store(hash, segment, slot, entry(key, keyOffset, keyLength, value, expireAt));
    }

    /**
     * Moves an entry of this keyspace, already removed from its place, under another key and time (RENAME, MOVE, COPY of
     * an immutable entry).
     */
    public void putEntry(byte[] key, int keyOffset, int keyLength, Object removed, long expireAt) {
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Segment segment = segment(hash);
        int slot = findForSet(hash, segment, key, keyOffset, keyLength);
        Object moved;
        if (removed instanceof Entry object) {
            moved = entry(key, keyOffset, keyLength, object.value, expireAt);
        } else if (Entries.isInteger(removed)) {
            moved = Entries.packInteger(key, keyOffset, keyLength, Entries.integer(removed), expireAt);
        } else {
            byte[] packed = (byte[]) removed;
            int from = Entries.stringOffset(packed);
            moved = Entries.pack(key, keyOffset, keyLength, packed, from, packed.length - from, expireAt, packed[0]);
        }
        Entries.setAccess(moved, Entries.access(removed));
        store(hash, segment, slot, moved);
    }

    private Object entry(byte[] key, int keyOffset, int keyLength, Value value, long expireAt) {
        return fresh(new Entry(Arrays.copyOfRange(key, keyOffset, keyOffset + keyLength), value, expireAt, 0));
    }

    private Object fresh(Object entry) {
        Entries.setAccess(entry, Access.fresh(keyspace.nowMillis(), keyspace.isLfu()));
        return entry;
    }

    private int findForSet(long hash, Segment segment, byte[] key, int offset, int length) {
        keyspace.beforeChange(content, segment);
        int slot = segment.find(hash, key, offset, length);
        if (slot >= 0) {
            Object entry = entryAt(segment, slot);
            if (isGone(entry) && keyspace.expiryMode() == ExpiryMode.DELETE) {
                removeAt(segment, slot, entry);
                keyspace.listener().expired(this, entry);
                return -1;
            }
        }
        return slot;
    }

    private void store(long hash, Segment found, int slot, Object entry) {
        Segment segment = found;
        long expireAt = Entries.expireAt(entry);
        if (slot >= 0) {
            Object replaced = entryAt(segment, slot);
            if (Entries.expireAt(replaced) >= 0) {
                ttlCount--;
            }
            if (keyspace.isLfu()) {
                // How often a key is used does not begin anew with each value.
                Entries.setAccess(entry, Access.used(Entries.access(replaced), keyspace.nowMillis(), keyspace.isLfu()));
            }
            content.bytes.removed(replaced);
            segment.slots[slot] = entry;
        } else {
            // A listener that ran in between may have changed the table: look the segment up again.
            segment = segment(hash);
            while (segment.isFull()) {
                if (segment.canGrow()) {
                    segment.grow();
                } else {
                    split(hash, segment);
                    segment = segment(hash);
                }
            }
            segment.insert(hash, entry);
            size++;
        }
        content.bytes.added(entry);
        if (expireAt >= 0) {
            ttlCount++;
            segment.expireAtLeast = Math.min(segment.expireAtLeast, expireAt);
        }
        if (slot < 0) {
            keyspace.listener().added(this, entry);
        }
    }

    /**
     * Sets or removes (-1) the time of an existing key.
     *
     * @return false when there is no such key
     */
    public boolean setExpireAt(byte[] key, int offset, int length, long expireAt) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        keyspace.beforeChange(content, segment);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0) {
            return false;
        }
        Object entry = entryAt(segment, slot);
        if (Entries.expireAt(entry) >= 0) {
            ttlCount--;
        }
        Object changed = Entries.withExpire(entry, expireAt, keyspace.mayOverwrite(segment));
        if (changed != entry) {
            content.bytes.removed(entry);
            content.bytes.added(changed);
            segment.slots[slot] = changed;
        }
        if (expireAt >= 0) {
            ttlCount++;
            segment.expireAtLeast = Math.min(segment.expireAtLeast, expireAt);
        }
        return true;
    }

    /** Sets the 24 bits of LRU or LFU data of a key ({@link Access}), if it is there. No change of data. */
    public void setAccess(byte[] key, int offset, int length, int access) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot >= 0) {
            Entries.setAccess(entryAt(segment, slot), access);
        }
    }

    /** Removes the key whatever its time; answers the entry that was there, or null. */
    public @Nullable Object remove(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0) {
            return null;
        }
        return removeFound(segment, slot);
    }

    /** As {@link #remove} of a key that is there; an entry whose time has come is treated as the mode says. */
    public @Nullable Object removeLive(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0) {
            return null;
        }
        Object entry = entryAt(segment, slot);
        if (isGone(entry) && keyspace.expiryMode() == ExpiryMode.DELETE) {
            hideOrRemove(segment, slot, entry);
            return null;
        }
        return removeFound(segment, slot);
    }

    private Object removeFound(Segment segment, int slot) {
        keyspace.beforeChange(content, segment);
        Object entry = entryAt(segment, slot);
        removeAt(segment, slot, entry);
        segment.shrinkIfSparse();
        return entry;
    }

    private void removeAt(Segment segment, int slot, Object entry) {
        if (Entries.expireAt(entry) >= 0) {
            ttlCount--;
        }
        content.bytes.removed(entry);
        segment.removeAt(slot);
        size--;
    }

    /** Removes everything. The old content is garbage at once; nothing is walked. */
    public void clear() {
        keyspace.giveUp(content, directory);
        content = new Content();
        directory = new Segment[] {new Segment(0, Segment.SLOTS_MIN, keyspace.snapshotNumber())};
        globalDepth = 0;
        size = 0;
        ttlCount = 0;
        expiryCursor = 0;
    }

    void exchangeContent(Database other) {
        Content otherContent = other.content;
        Segment[] otherDirectory = other.directory;
        int otherDepth = other.globalDepth;
        long otherSize = other.size;
        long otherTtlCount = other.ttlCount;
        other.content = content;
        other.directory = directory;
        other.globalDepth = globalDepth;
        other.size = size;
        other.ttlCount = ttlCount;
        other.expiryCursor = 0;
        content = otherContent;
        directory = otherDirectory;
        globalDepth = otherDepth;
        size = otherSize;
        ttlCount = otherTtlCount;
        expiryCursor = 0;
    }

    // ------------------------------------------------------------------ table

    Content content() {
        return content;
    }

    Segment[] directory() {
        return directory;
    }

    private Segment segment(long hash) {
        return directory[index(hash)];
    }

    private int index(long hash) {
        // A shift by 64 would be a shift by 0; two shifts make depth 0 the index 0.
        return (int) (hash >>> 1 >>> (63 - globalDepth));
    }

    private void split(long hash, Segment full) {
        if (full.depth == globalDepth) {
            if (globalDepth == DEPTH_MAX) {
                throw new IllegalStateException("the table cannot grow further");
            }
            Segment[] doubled = new Segment[directory.length * 2];
            for (int i = 0; i < directory.length; i++) {
                doubled[2 * i] = directory[i];
                doubled[2 * i + 1] = directory[i];
            }
            directory = doubled;
            globalDepth++;
        }
        int depth = full.depth + 1;
        Segment low = new Segment(depth, Segment.SLOTS_MAX, full.visitedBySnapshot);
        Segment high = new Segment(depth, Segment.SLOTS_MAX, full.visitedBySnapshot);
        low.expireAtLeast = full.expireAtLeast;
        high.expireAtLeast = full.expireAtLeast;
        low.visit = full.visit;
        high.visit = full.visit;
        long bit = 1L << (64 - depth);
        for (Object entry : full.slots) {
            if (entry != null) {
                long entryHash = Entries.hash(entry);
                ((entryHash & bit) == 0 ? low : high).insert(entryHash, entry);
            }
        }
        int span = 1 << (globalDepth - full.depth);
        int first = index(hash) & -span;
        Arrays.fill(directory, first, first + span / 2, low);
        Arrays.fill(directory, first + span / 2, first + span, high);
    }

    private Iterable<Segment> segments() {
        java.util.List<Segment> all = new java.util.ArrayList<>();
        for (int i = 0; i < directory.length; i += 1 << (globalDepth - directory[i].depth)) {
            all.add(directory[i]);
        }
        return all;
    }

    /** Bytes of the table itself, without keys and values. */
    public long tableBytes() {
        long bytes = 16 + 4L * directory.length;
        for (Segment segment : segments()) {
            bytes += 80 + 5L * segment.slotCount();
        }
        return bytes;
    }

    /** What DEBUG HTSTATS tells of the table. */
    public String describeTable() {
        long segments = 0;
        long slots = 0;
        for (Segment segment : segments()) {
            segments++;
            slots += segment.slotCount();
        }
        return "[Dictionary HT]\n table size: " + slots + "\n number of elements: " + size + "\n segments: " + segments
                + "\n directory size: " + directory.length + "\n[Expires HT]\n number of elements: " + ttlCount + "\n";
    }

    // ------------------------------------------------------------------ walking

    /** Shows every entry to {@code action}, in no order, expired ones included; the action must not change the table. */
    public void forEach(Consumer<Object> action) {
        for (Segment segment : segments()) {
            for (Object entry : segment.slots) {
                if (entry != null) {
                    action.accept(entry);
                }
            }
        }
    }

    /**
     * One step of SCAN: shows about {@code count} entries (expired ones included) and answers the next cursor, 0 at the
     * end. An entry that is there from the first step to the last is shown at least once.
     *
     * @param cursor 0 at first, then what the step before answered; any other value is harmless
     */
    public long scan(long cursor, long count, Consumer<Object> action) {
        long from = cursor << CURSOR_SHIFT;
        long shown = 0;
        do {
            Segment segment = segment(from);
            int bits = segment.depth;
            long share = segment.used;
            // Cut the segment's range of hashes into parts of about count entries each.
            while (share > count && bits < 64 - CURSOR_SHIFT) {
                bits++;
                share >>= 1;
            }
            long next = bits == 0 ? 0 : ((from >>> 64 - bits) + 1) << 64 - bits;
            if (bits > 0 && from >>> 64 - bits == -1L >>> 64 - bits) {
                next = 0;
            }
            for (Object entry : segment.slots) {
                if (entry != null) {
                    long hash = Entries.hash(entry);
                    if (Long.compareUnsigned(hash, from) >= 0 && (next == 0 || Long.compareUnsigned(hash, next) < 0)) {
                        action.accept(entry);
                        shown++;
                    }
                }
            }
            from = next;
        } while (from != 0 && shown < count);
        return from >>> CURSOR_SHIFT;
    }

    /** An entry chosen at random, or null when there is none. May be expired. */
    public @Nullable Object random() {
        if (size == 0) {
            return null;
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (true) {
            Segment segment = directory[random.nextInt(directory.length)];
            // Weigh segments by their load, or entries of sparse ones would come up too often.
            if (segment.used == 0 || segment.used <= random.nextInt(segment.tags.length) >> 1 && directory.length > 1) {
                continue;
            }
            int slot = random.nextInt(segment.tags.length);
            for (int i = 0; i < segment.tags.length; i++) {
                Object entry = segment.slots[slot + i * 7 & segment.tags.length - 1];
                if (entry != null) {
                    return entry;
                }
            }
        }
    }

    /**
     * Shows up to {@code count} entries that stand together somewhere, chosen by {@code random}: fewer only when there are
     * fewer. May be expired. The action must not change the table.
     *
     * @param onlyWithTtl whether entries without a time to expire are passed over, and so may be those that have all the
     *     time there is ({@link Long#MAX_VALUE})
     * @return false when nothing was shown
     */
    public boolean sample(Random random, int count, boolean onlyWithTtl, Consumer<Object> action) {
        long wanted = Math.min(count, onlyWithTtl ? ttlCount : size);
        if (wanted == 0) {
            return false;
        }
        long left = wanted;
        int at = random.nextInt(directory.length);
        Segment first = directory[at];
        int start = random.nextInt(first.slots.length);
        left -= show(first, start, first.slots.length, left, onlyWithTtl, action);
        at = after(at);
        while (left > 0 && directory[at] != first) {
            Segment segment = directory[at];
            if (!onlyWithTtl || segment.expireAtLeast != Long.MAX_VALUE) {
                long shown = show(segment, 0, segment.slots.length, left, onlyWithTtl, action);
                if (shown == 0 && onlyWithTtl) {
                    // Nothing with a TTL is left here: the next pass need not look.
                    segment.expireAtLeast = Long.MAX_VALUE;
                }
                left -= shown;
            }
            at = after(at);
        }
        if (left > 0) {
            left -= show(first, 0, start, left, onlyWithTtl, action);
        }
        return left < wanted;
    }

    /** Where the segment after that of a directory index begins, the first one after the last. */
    private int after(int index) {
        int step = 1 << (globalDepth - directory[index].depth);
        return (index & -step) + step & directory.length - 1;
    }

    private static long show(
            Segment segment, int from, int to, long limit, boolean onlyWithTtl, Consumer<Object> action) {
        long shown = 0;
        for (int slot = from; slot < to && shown < limit; slot++) {
            Object entry = segment.slots[slot];
            if (entry != null && (!onlyWithTtl || Entries.expireAt(entry) >= 0)) {
                action.accept(entry);
                shown++;
            }
        }
        return shown;
    }

    /**
     * Shows segments to the snapshots in progress from that place on until {@code deadlineNanos} ({@link
     * System#nanoTime}).
     *
     * @param cursor 0 at first, then what the call before answered
     * @return the next cursor, 0 when every segment of this database has been visited
     */
    long walkSnapshot(long cursor, long deadlineNanos) {
        long from = cursor << CURSOR_SHIFT;
        do {
            Segment segment = segment(from);
            keyspace.beforeChange(content, segment);
            from = segment.nextPrefix(from);
        } while (from != 0 && System.nanoTime() - deadlineNanos < 0);
        return from >>> CURSOR_SHIFT;
    }

    /**
     * Removes entries whose time has come, from where the last call stopped, until the whole directory has been passed or
     * the deadline ({@link System#nanoTime}) is over. Segments without due entries cost one comparison.
     *
     * @return true when a whole round was finished
     */
    public boolean expireDue(long deadlineNanos) {
        if (ttlCount == 0) {
            return true;
        }
        long now = keyspace.nowMillis();
        int passed = 0;
        int checks = 0;
        while (passed < directory.length) {
            if (expiryCursor >= directory.length) {
                expiryCursor = 0;
            }
            Segment segment = directory[expiryCursor];
            int step = 1 << (globalDepth - segment.depth);
            if (segment.expireAtLeast <= now) {
                expireSegment(segment, now);
                checks += 256;
            }
            expiryCursor += step;
            passed += step;
            if (++checks > 1024) {
                checks = 0;
                if (System.nanoTime() - deadlineNanos >= 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private void expireSegment(Segment segment, long now) {
        keyspace.beforeChange(content, segment);
        long earliest = Long.MAX_VALUE;
        int slot = 0;
        while (slot < segment.slots.length) {
            Object entry = segment.slots[slot];
            long at = entry == null ? -1 : Entries.expireAt(entry);
            if (entry != null && at >= 0 && at <= now) {
                removeAt(segment, slot, entry);
                keyspace.listener().expired(this, entry);
            } else {
                if (at >= 0) {
                    earliest = Math.min(earliest, at);
                }
                slot++;
            }
        }
        segment.expireAtLeast = earliest;
        segment.shrinkIfSparse();
    }
}
