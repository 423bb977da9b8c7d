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

    /** A table of fewer keys, or a collection of fewer elements, is in the processor's cache anyway ({@link #warm}). */
    public static final int WARM_FROM = 4096;

    static final int CURSOR_SHIFT = 16;
    private static final int DEPTH_MAX = 40;
    /** As many keys in each segment are few enough that hardly any of them is split. */
    private static final int EXPECTED_LOAD = Segment.SLOTS_MAX * 3 / 4;

    private static final byte[] NOTHING = new byte[0];

    private final Keyspace keyspace;
    private final int number;
    private int globalDepth;
    private Content content = new Content();
    private Segment[] directory = {new Segment(content.cells, 0, Segment.SLOTS_MIN, 0)};
    private long size;
    private long ttlCount;
    private int expiryCursor;
    /** Nobody asks for this; it keeps the reading ahead from being optimized away. */
    private int unusedSum;

    /** Names what a database holds, wherever it goes: it moves along when databases are exchanged. */
    static final class Content {
        final Cells cells = new Cells();
        final DataBytes bytes = new DataBytes(cells);
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
     * Reads where lookups of keys with the first so many of these hashes ({@link KeyHash}) begin, so that all of it is in the
     * processor's cache soon: reading for many keys first, then looking them up, lets their waits for memory overlap; see
     * {@link dev.vedette.store.connection}. Changes nothing.
     */
    public void warmSlots(long[] hashes, int count) {
        int sum = 0;
        // No branch here may depend on what is read: a wrong guess would wait for it.
        for (int i = 0; i < count; i++) {
            sum += segment(hashes[i]).warmSlot(hashes[i]);
        }
        unusedSum += sum;
    }

    /**
     * As {@link #warmSlots}, and then the entries themselves.
     *
     * @param values gets the value of each key that has an object for one, else null; or null
     */
    public void warm(long[] hashes, int count, @Nullable Value @Nullable [] values) {
        if (size() >= WARM_FROM) {
            warmSlots(hashes, count);
        }
        for (int i = 0; i < count; i++) {
            Value value = warmEntry(hashes[i]);
            if (values != null) {
                values[i] = value;
            }
        }
    }

    private @Nullable Value warmEntry(long hash) {
        Segment segment = segment(hash);
        int slot = segment.likely(hash);
        if (slot < 0) {
            return null;
        }
        int place = segment.place(slot);
        if (place != 0) {
            unusedSum += PackedString.warm(content.cells.address(place));
            return null;
        }
        return segment.object(slot).value;
    }

    /** The entry at that key, or null; counts as a use of it. Expired entries are treated as the mode says. */
    public @Nullable Object lookup(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0 || isGone(segment, slot) && hideOrRemove(segment, slot)) {
            return null;
        }
        touch(segment, slot);
        return segment.entry(slot);
    }

    /** As {@link #lookup}, without counting as a use. */
    public @Nullable Object peek(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0 || isGone(segment, slot) && hideOrRemove(segment, slot)) {
            return null;
        }
        return segment.entry(slot);
    }

    /** The entry at that key even if its time has come; nothing is changed. */
    public @Nullable Object peekRaw(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        return slot < 0 ? null : segment.entry(slot);
    }

    /** As {@link #lookup}, and the entry's value may be changed afterwards: a snapshot in progress takes it first. */
    public @Nullable Object lookupForWrite(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0 || isGone(segment, slot) && hideOrRemove(segment, slot)) {
            return null;
        }
        keyspace.beforeChange(content, segment);
        if (segment.place(slot) == 0) {
            changing(segment.object(slot));
        }
        touch(segment, slot);
        return segment.entry(slot);
    }

    /** Leaves the value to those who read it, and goes on with another; its size will be asked anew. */
    private void changing(Entry entry) {
        if (keyspace.isHeld(entry.value) || entry.value.isLent()) {
            keyspace.leave(entry.value, DataBytes.of(entry));
            entry.value = entry.value.successor();
        }
        content.bytes.changing(entry);
    }

    private boolean isGone(Segment segment, int slot) {
        long at = segment.expireAt(slot);
        return at >= 0 && at <= keyspace.nowMillis();
    }

    /** Whether a lookup must answer that there is no such key. */
    private boolean hideOrRemove(Segment segment, int slot) {
        switch (keyspace.expiryMode()) {
            case IGNORE -> {
                return false;
            }
            case HIDE -> {
                return true;
            }
            case DELETE -> {
                keyspace.beforeChange(content, segment);
                expire(segment, slot);
                return true;
            }
        }
        throw new AssertionError();
    }

    /** Removes what is in that slot, whose time has come, and tells of it. */
    private void expire(Segment segment, int slot) {
        byte[] key = Entries.key(segment.entry(slot));
        removeAt(segment, slot);
        keyspace.listener().expired(this, key);
    }

    private void touch(Segment segment, int slot) {
        if (!keyspace.isCountingUses()) {
            return;
        }
        int before = segment.access(slot);
        int access = Access.used(before, keyspace.nowMillis(), keyspace.isLfu());
        if (access != before) {
            segment.setAccess(slot, access);
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
        setString(key, keyOffset, keyLength, value, offset, length, expireAt, 0);
    }

    /** As {@link #setString} for a string that OBJECT ENCODING calls raw whatever its length, as after APPEND. */
    public void setRawString(byte[] key, int keyOffset, int keyLength, byte[] value, long expireAt) {
        setString(key, keyOffset, keyLength, value, 0, value.length, expireAt, PackedString.RAW);
    }

    private void setString(
            byte[] key, int keyOffset, int keyLength, byte[] value, int offset, int length, long expireAt, int flags) {
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Segment segment = segment(hash);
        int slot = findForSet(hash, segment, key, keyOffset, keyLength);
        if (length > Entries.PACKED_VALUE_BYTES_MAX) {
            byte[] own =
                    offset == 0 && length == value.length ? value : Arrays.copyOfRange(value, offset, offset + length);
            store(hash, segment, slot, entry(key, keyOffset, keyLength, new StringValue(own), expireAt));
            return;
        }
        PackedString packed = pack(hash, segment, slot, flags, key, keyOffset, keyLength, length, expireAt);
        if (packed == null) {
            byte[] own = Arrays.copyOfRange(value, offset, offset + length);
            StringValue string = new StringValue(own, flags == PackedString.RAW);
            store(hash, segment, slot, entry(key, keyOffset, keyLength, string, expireAt));
            return;
        }
        packed.setValue(value, offset, length);
        tellAdded(slot, packed);
    }

    /**
     * Makes a string ready to be changed in place: made of zero bytes when there is none, at least that long, called raw
     * from now on, as after APPEND, SETRANGE and SETBIT. The TTL stays. Whatever is there must be a string.
     *
     * @return the entry; its bytes ({@link Entries#stringArray}) may be written until this database is asked again, and
     *     {@link Entries#changed} has to be called then
     */
    public Object stringForChange(byte[] key, int keyOffset, int keyLength, int minLength) {
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Segment segment = segment(hash);
        int slot = findForSet(hash, segment, key, keyOffset, keyLength);
        if (slot < 0) {
            return grow(hash, segment, slot, key, keyOffset, keyLength, NOTHING, minLength, -1);
        }
        Object present = segment.entry(slot);
        if (present instanceof Entry object) {
            changing(object);
            ((StringValue) object.value).ensureLength(minLength);
            return object;
        }
        long expireAt = Entries.expireAt(present);
        int place = segment.place(slot);
        if (keyspace.mayOverwrite(segment, content.cells.address(place)) && isRawWith(place, minLength)) {
            return present;
        }
        int access = Entries.access(present);
        byte[] bytes = Entries.stringBytes(present);
        Object grown = grow(hash, segment, slot, key, keyOffset, keyLength, bytes, minLength, expireAt);
        Entries.setAccess(grown, access);
        return grown;
    }

    /** Whether that cell has a raw string that could be made so long where it is. */
    private boolean isRawWith(int place, int minLength) {
        long address = content.cells.address(place);
        long header = PackedString.header(address);
        if ((PackedString.flags(header) & (PackedString.INTEGER | PackedString.RAW)) != PackedString.RAW) {
            return false;
        }
        int length = PackedString.valueLength(header);
        if (length >= minLength) {
            return true;
        }
        long from = PackedString.valueAddress(address, header);
        if (minLength > Entries.PACKED_VALUE_BYTES_MAX || from + minLength > address + content.cells.cellBytes(place)) {
            return false;
        }
        PackedString.clear(from + length, minLength - length);
        PackedString.setValueLength(address, minLength);
        return true;
    }

    /** Puts a raw string in, those bytes and as many zero bytes as are needed to be that long. */
    private Object grow(
            long hash,
            Segment segment,
            int slot,
            byte[] key,
            int keyOffset,
            int keyLength,
            byte[] bytes,
            int minLength,
            long expireAt) {
        byte[] value = Arrays.copyOf(bytes, Math.max(bytes.length, minLength));
        PackedString packed = value.length > Entries.PACKED_VALUE_BYTES_MAX
                ? null
                : pack(hash, segment, slot, PackedString.RAW, key, keyOffset, keyLength, value.length, expireAt);
        if (packed == null) {
            Entry entry = entry(key, keyOffset, keyLength, new StringValue(value, true), expireAt);
            store(hash, segment, slot, entry);
            return entry;
        }
        packed.setValue(value, 0, value.length);
        tellAdded(slot, packed);
        return packed;
    }

    /**
     * Changes the integer of an entry that a lookup for writing has just answered, in place.
     *
     * @return false when that cannot be, because it is no integer or a snapshot needs it as it is
     */
    public boolean replaceInteger(Object entry, long value) {
        if (!Entries.isInteger(entry)) {
            return false;
        }
        long address = ((PackedString) entry).address();
        if (keyspace.isSnapshotActive() && !keyspace.mayOverwrite(segment(Entries.hash(entry)), address)) {
            return false;
        }
        PackedString.setInteger(address, value);
        return true;
    }

    /** Sets an integer, replacing whatever is at the key. */
    public void setInteger(byte[] key, int keyOffset, int keyLength, long value, long expireAt) {
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Segment segment = segment(hash);
        int slot = findForSet(hash, segment, key, keyOffset, keyLength);
        PackedString packed =
                pack(hash, segment, slot, PackedString.INTEGER, key, keyOffset, keyLength, Long.BYTES, expireAt);
        if (packed == null) {
            StringValue text = new StringValue(Decimals.bytes(value));
            store(hash, segment, slot, entry(key, keyOffset, keyLength, text, expireAt));
            return;
        }
        PackedString.setInteger(packed.address(), value);
        tellAdded(slot, packed);
    }

    /** Puts a value object at the key, replacing whatever is there. */
    public void put(byte[] key, int keyOffset, int keyLength, Value value, long expireAt) {
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Segment segment = segment(hash);
        int slot = findForSet(hash, segment, key, keyOffset, keyLength);
        store(hash, segment, slot, entry(key, keyOffset, keyLength, value, expireAt));
    }

    /**
     * Puts an entry that is somewhere else under another key and time (RENAME, MOVE; COPY of a packed string). An object's
     * value is the same one: if there shall be two, copy it; else remove the entry from where it was.
     */
    public void putEntry(byte[] key, int keyOffset, int keyLength, Object entry, long expireAt) {
        long hash = KeyHash.of(key, keyOffset, keyLength);
        Segment segment = segment(hash);
        int slot = findForSet(hash, segment, key, keyOffset, keyLength);
        int access = Entries.access(entry);
        if (entry instanceof Entry object) {
            Entry moved = entry(key, keyOffset, keyLength, object.value, expireAt);
            store(hash, segment, slot, moved);
            moved.access = access;
            return;
        }
        long from = ((PackedString) entry).address();
        long header = PackedString.header(from);
        int flags = PackedString.flags(header) & ~(PackedString.TTL | PackedString.UNSEEN);
        int length = PackedString.valueLength(header);
        PackedString packed = pack(hash, segment, slot, flags, key, keyOffset, keyLength, length, expireAt);
        if (packed == null) {
            Entry moved = entry(key, keyOffset, keyLength, PackedString.unpacked(from).value, expireAt);
            store(hash, segment, slot, moved);
            moved.access = access;
            return;
        }
        long to = packed.address();
        PackedString.copy(
                PackedString.valueAddress(from, header),
                PackedString.valueAddress(to, PackedString.header(to)),
                length);
        PackedString.setAccess(to, access);
        tellAdded(slot, packed);
    }

    private static Entry entry(byte[] key, int keyOffset, int keyLength, Value value, long expireAt) {
        return new Entry(Arrays.copyOfRange(key, keyOffset, keyOffset + keyLength), value, expireAt, 0);
    }

    private int findForSet(long hash, Segment segment, byte[] key, int offset, int length) {
        keyspace.beforeChange(content, segment);
        int slot = segment.find(hash, key, offset, length);
        if (slot >= 0 && isGone(segment, slot) && keyspace.expiryMode() == ExpiryMode.DELETE) {
            expire(segment, slot);
            return -1;
        }
        return slot;
    }

    // What follows puts entries into slots, in three steps: admit, the slot's content, tellAdded.

    /**
     * A packed string in the place of whatever is in the slot (none: -1), its value's bytes still to be written. Null, and
     * nothing done, if it cannot be one.
     */
    private @Nullable PackedString pack(
            long hash,
            Segment found,
            int slot,
            int flags,
            byte[] key,
            int keyOffset,
            int keyLength,
            int valueLength,
            long expireAt) {
        Cells cells = content.cells;
        int size = PackedString.size(keyLength, valueLength, expireAt >= 0);
        int present = slot < 0 ? 0 : found.place(slot);
        boolean stays =
                present != 0 && cells.suits(present, size) && keyspace.mayOverwrite(found, cells.address(present));
        int place = stays ? present : cells.allocate(size);
        if (place == 0) {
            return null;
        }
        int access = freshAccess(found, slot);
        Segment segment = admit(hash, found, slot, expireAt);
        PackedString.write(cells.address(place), flags, access, key, keyOffset, keyLength, valueLength, expireAt);
        if (place != present) {
            if (slot >= 0) {
                letGo(segment, slot);
            }
            segment.setPlace(slot >= 0 ? slot : segment.claim(hash), place);
        }
        markUnseen(segment, place);
        return cells.view(place);
    }

    /** What is in the cell has come just now, to a segment that all snapshots in progress have seen. */
    private void markUnseen(Segment segment, int place) {
        if (keyspace.isSnapshotActive()) {
            PackedString.setUnseen(content.cells.address(place));
            segment.hasUnseen = true;
        }
    }

    private void store(long hash, Segment found, int slot, Entry entry) {
        entry.access = freshAccess(found, slot);
        Segment segment = admit(hash, found, slot, entry.expireAtMillis);
        if (slot >= 0) {
            letGo(segment, slot);
        }
        segment.setObject(slot >= 0 ? slot : segment.claim(hash), entry);
        content.bytes.added(entry);
        if (slot >= 0) {
            keyspace.listener().replaced(this, entry);
        }
        tellAdded(slot, entry);
    }

    /** How often a key is used does not begin anew with each value. */
    private int freshAccess(Segment segment, int slot) {
        return keyspace.isLfu() && slot >= 0
                ? Access.used(segment.access(slot), keyspace.nowMillis(), true)
                : Access.fresh(keyspace.nowMillis(), keyspace.isLfu());
    }

    /** Counts the entry that comes, with such a time, and the one that it replaces; makes room. Answers its segment. */
    private Segment admit(long hash, Segment found, int slot, long expireAt) {
        Segment segment = found;
        if (slot >= 0) {
            if (segment.expireAt(slot) >= 0) {
                ttlCount--;
            }
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
            size++;
        }
        if (expireAt >= 0) {
            ttlCount++;
            segment.expireAtLeast = Math.min(segment.expireAtLeast, expireAt);
        }
        return segment;
    }

    private void letGo(Segment segment, int slot) {
        int place = segment.place(slot);
        if (place != 0) {
            keyspace.free(content.cells, segment, place);
        } else {
            Entry entry = segment.object(slot);
            keyspace.leave(entry.value, DataBytes.of(entry));
            content.bytes.removed(entry);
        }
    }

    private void tellAdded(int slot, Object entry) {
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
        boolean had = segment.expireAt(slot) >= 0;
        if (segment.place(slot) == 0) {
            segment.object(slot).expireAtMillis = expireAt;
        } else {
            setExpireAt(segment, slot, had, expireAt);
        }
        if (had) {
            ttlCount--;
        }
        if (expireAt >= 0) {
            ttlCount++;
            segment.expireAtLeast = Math.min(segment.expireAtLeast, expireAt);
        }
        return true;
    }

    private void setExpireAt(Segment segment, int slot, boolean had, long expireAt) {
        Cells cells = content.cells;
        int place = segment.place(slot);
        long address = cells.address(place);
        boolean has = expireAt >= 0;
        if (!had && !has) {
            return;
        }
        int size = PackedString.size(address) + (had == has ? 0 : had ? -8 : 8);
        if (cells.suits(place, size) && keyspace.mayOverwrite(segment, address)) {
            PackedString.writeWithExpiry(address, address, expireAt);
            return;
        }
        int other = cells.allocate(size);
        if (other != 0) {
            PackedString.writeWithExpiry(address, cells.address(other), expireAt);
            segment.setPlace(slot, other);
            markUnseen(segment, other);
        } else {
            unpack(segment, slot, address).expireAtMillis = expireAt;
        }
        keyspace.free(cells, segment, place);
    }

    /** Puts a packed string that has no room in any cell into the slot as an object. */
    private Entry unpack(Segment segment, int slot, long address) {
        Entry entry = PackedString.unpacked(address);
        segment.setObject(slot, entry);
        content.bytes.added(entry);
        return entry;
    }

    /** Sets the 24 bits of LRU or LFU data of a key ({@link Access}), if it is there. No change of data. */
    public void setAccess(byte[] key, int offset, int length, int access) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot >= 0) {
            segment.setAccess(slot, access);
        }
    }

    /** Removes the key whatever its time; false when it is not there. */
    public boolean remove(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0) {
            return false;
        }
        removeFound(segment, slot);
        return true;
    }

    /** As {@link #remove} of a key that is there; an entry whose time has come is treated as the mode says. */
    public boolean removeLive(byte[] key, int offset, int length) {
        long hash = KeyHash.of(key, offset, length);
        Segment segment = segment(hash);
        int slot = segment.find(hash, key, offset, length);
        if (slot < 0) {
            return false;
        }
        if (isGone(segment, slot) && keyspace.expiryMode() == ExpiryMode.DELETE) {
            hideOrRemove(segment, slot);
            return false;
        }
        removeFound(segment, slot);
        return true;
    }

    private void removeFound(Segment segment, int slot) {
        keyspace.beforeChange(content, segment);
        removeAt(segment, slot);
        segment.shrinkIfSparse();
    }

    private void removeAt(Segment segment, int slot) {
        if (segment.expireAt(slot) >= 0) {
            ttlCount--;
        }
        letGo(segment, slot);
        segment.removeAt(slot);
        size--;
    }

    /** Removes everything. Nothing is walked. */
    public void clear() {
        clear(keyspace);
    }

    /** As the other one, where it is that keyspace whose snapshots may have to show what is here. */
    void clear(Keyspace shownBy) {
        shownBy.giveUp(content, directory);
        content = new Content();
        directory = new Segment[] {new Segment(content.cells, 0, Segment.SLOTS_MIN, keyspace.snapshotNumber())};
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

    /** Makes room for that many keys at once, if there are none yet; there may be more or fewer in the end. */
    public void expect(long keys) {
        int depth = 0;
        while (keys >>> depth > EXPECTED_LOAD) {
            depth++;
        }
        if (size > 0 || depth == 0) {
            return;
        }
        globalDepth = depth;
        directory = new Segment[1 << depth];
        Arrays.setAll(
                directory, i -> new Segment(content.cells, globalDepth, Segment.SLOTS_MAX, keyspace.snapshotNumber()));
    }

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
        Segment low = new Segment(content.cells, depth, Segment.SLOTS_MAX, full.visitedBySnapshot);
        Segment high = new Segment(content.cells, depth, Segment.SLOTS_MAX, full.visitedBySnapshot);
        low.visit = full.visit;
        high.visit = full.visit;
        low.hasUnseen = full.hasUnseen;
        high.hasUnseen = full.hasUnseen;
        low.expireAtLeast = full.expireAtLeast;
        high.expireAtLeast = full.expireAtLeast;
        long bit = 1L << (64 - depth);
        for (int slot = 0; slot < full.slotCount(); slot++) {
            if (full.isUsed(slot)) {
                long own = full.hash(slot);
                ((own & bit) == 0 ? low : high).insertFrom(full, slot, own);
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
            bytes += segment.tableBytes();
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

    // ------------------------------------------------------------------ memory

    /** See {@link Keyspace#gather}. */
    boolean gather(long deadlineNanos) {
        return content.cells.isSparse() && content.cells.evacuate(this::move, deadlineNanos);
    }

    private void move(int place) {
        Cells cells = content.cells;
        long from = cells.address(place);
        long hash = cells.hash(place);
        Segment segment = segment(hash);
        int slot = segment.slotOf(hash, place);
        int size = PackedString.size(from);
        int to = cells.allocate(size);
        if (to != 0) {
            PackedString.copy(from, cells.address(to), size);
            segment.setPlace(slot, to);
        } else {
            unpack(segment, slot, from);
        }
        cells.free(place);
    }

    /** For tests; see {@link Cells#contradiction}. */
    @Nullable
    String contradiction() {
        return content.cells.contradiction();
    }

    long cellBytes() {
        return content.cells.bytes();
    }

    long freeCellBytes() {
        return content.cells.blockBytes() - content.cells.bytes();
    }

    // ------------------------------------------------------------------ walking

    /** Shows every entry to {@code action}, in no order, expired ones included; the action must not change the table. */
    public void forEach(Consumer<Object> action) {
        for (Segment segment : segments()) {
            for (int slot = 0; slot < segment.slotCount(); slot++) {
                if (segment.isUsed(slot)) {
                    action.accept(segment.entry(slot));
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
            for (int slot = 0; slot < segment.slotCount(); slot++) {
                if (segment.isUsed(slot)) {
                    long hash = segment.hash(slot);
                    if (Long.compareUnsigned(hash, from) >= 0 && (next == 0 || Long.compareUnsigned(hash, next) < 0)) {
                        action.accept(segment.entry(slot));
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
            if (segment.used == 0 || segment.used <= random.nextInt(segment.slotCount()) >> 1 && directory.length > 1) {
                continue;
            }
            int start = random.nextInt(segment.slotCount());
            for (int i = 0; i < segment.slotCount(); i++) {
                int slot = start + i * 7 & segment.slotCount() - 1;
                if (segment.isUsed(slot)) {
                    return segment.entry(slot);
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
        int start = random.nextInt(first.slotCount());
        left -= show(first, start, first.slotCount(), left, onlyWithTtl, action);
        at = after(at);
        while (left > 0 && directory[at] != first) {
            Segment segment = directory[at];
            if (!onlyWithTtl || segment.expireAtLeast != Long.MAX_VALUE) {
                long shown = show(segment, 0, segment.slotCount(), left, onlyWithTtl, action);
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
            if (segment.isUsed(slot) && (!onlyWithTtl || segment.expireAt(slot) >= 0)) {
                action.accept(segment.entry(slot));
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
        while (slot < segment.slotCount()) {
            long at = segment.isUsed(slot) ? segment.expireAt(slot) : -1;
            if (at >= 0 && at <= now) {
                expire(segment, slot);
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
