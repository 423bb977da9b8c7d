package dev.vedette.store.keyspace.value;

import dev.vedette.store.keyspace.Decimals;
import dev.vedette.store.keyspace.KeyHash;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.ValueType;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A set. While all members are canonical 64-bit integers and not too many, a sorted array of integers ({@code intset});
 * otherwise a hash table with one array for each member ({@code hashtable}). It never goes back by itself.
 */
public final class SetValue extends Value {

    /** Above this many integers even a larger limit is not obeyed, as in Redis. */
    private static final int INTSET_ENTRIES_MAX = 1 << 30;

    private @Nullable IntegerSet integers;
    private @Nullable MemberTable members;

    /** An empty set of integers, until something else is added. */
    public SetValue() {
        integers = new IntegerSet();
    }

    private SetValue(@Nullable IntegerSet integers, @Nullable MemberTable members) {
        this.integers = integers;
        this.members = members;
    }

    /** An empty set in the form that suits its first member. */
    public static SetValue forMember(byte[] array, int offset, int length) {
        return Decimals.isInteger(array, offset, length) ? new SetValue() : new SetValue(null, new MemberTable(0, 1));
    }

    /** An empty {@code hashtable} set with room for so many members: for a loader. */
    public static SetValue hashtable(int sizeHint) {
        return new SetValue(null, new MemberTable(0, sizeHint));
    }

    @Override
    public int warmSlot(long hash) {
        MemberTable large = members;
        return large == null ? 0 : large.warmSlot(hash);
    }

    @Override
    public int warmElement(long hash) {
        MemberTable large = members;
        return large == null ? 0 : large.warmEntry(hash);
    }

    /**
     * A set of its own with the same members in the same form. What the two share is copied when one of them changes it,
     * some hundred members at a time, and the copy may be read by another thread meanwhile.
     */
    @Override
    public SetValue copy() {
        IntegerSet ints = integers;
        return ints != null ? new SetValue(ints.copy(), null) : new SetValue(null, table().copy());
    }

    private MemberTable table() {
        MemberTable table = members;
        if (table == null) {
            throw new IllegalStateException("an intset has no table");
        }
        return table;
    }

    // ------------------------------------------------------------------ members

    /** Whether that member is in the set. */
    public boolean contains(byte[] array, int offset, int length) {
        IntegerSet ints = integers;
        if (ints != null) {
            return Decimals.isInteger(array, offset, length) && ints.contains(Decimals.parse(array, offset, length));
        }
        return table().find(KeyHash.of(array, offset, length), array, offset, length) != null;
    }

    /**
     * Adds a copy of that member.
     *
     * @param intsetEntriesMax how many integers may stay packed (set-max-intset-entries)
     * @return false when it was there
     */
    public boolean add(byte[] array, int offset, int length, int intsetEntriesMax) {
        IntegerSet ints = integers;
        if (ints != null) {
            if (Decimals.isInteger(array, offset, length)) {
                boolean added = ints.add(Decimals.parse(array, offset, length));
                if (added && ints.count() > Math.min(intsetEntriesMax, INTSET_ENTRIES_MAX)) {
                    toTable(ints);
                }
                return added;
            }
            toTable(ints);
        }
        MemberTable table = table();
        long hash = KeyHash.of(array, offset, length);
        if (table.find(hash, array, offset, length) != null) {
            return false;
        }
        table.insert(hash, Arrays.copyOfRange(array, offset, offset + length));
        return true;
    }

    private void toTable(IntegerSet ints) {
        MemberTable table = new MemberTable(0, ints.count() + 1);
        for (int i = 0; i < ints.count(); i++) {
            byte[] member = Decimals.bytes(ints.get(i));
            table.insert(MemberTable.hashOf(member, 0), member);
        }
        members = table;
        integers = null;
    }

    /** Removes that member; false when it was not there. */
    public boolean remove(byte[] array, int offset, int length) {
        IntegerSet ints = integers;
        if (ints != null) {
            if (!Decimals.isInteger(array, offset, length)) {
                return false;
            }
            int at = ints.find(Decimals.parse(array, offset, length));
            if (at < 0) {
                return false;
            }
            ints.removeAt(at);
            return true;
        }
        return table().remove(KeyHash.of(array, offset, length), array, offset, length) != null;
    }

    /** A member chosen at random, each with the same chance, as an array that must not be changed. */
    public byte[] random() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        IntegerSet ints = integers;
        return ints != null ? Decimals.bytes(ints.get(random.nextInt(ints.count()))) : table().random(random);
    }

    /** Removes a member chosen at random and answers it. */
    public byte[] removeRandom() {
        IntegerSet ints = integers;
        if (ints != null) {
            int at = ThreadLocalRandom.current().nextInt(ints.count());
            byte[] member = Decimals.bytes(ints.get(at));
            ints.removeAt(at);
            return member;
        }
        byte[] member = random();
        table().remove(MemberTable.hashOf(member, 0), member, 0, member.length);
        return member;
    }

    /**
     * Chooses the form anew, as if the members were added one by one to a new set: what SPOP does to the few members that
     * it leaves of a large set.
     */
    public void rebuild(int intsetEntriesMax) {
        if (integers != null || members == null) {
            return;
        }
        Members walk = members();
        SetValue rebuilt = null;
        while (walk.next()) {
            if (rebuilt == null) {
                rebuilt = forMember(walk.array, 0, walk.length);
            }
            rebuilt.add(walk.array, 0, walk.length, intsetEntriesMax);
        }
        if (rebuilt != null) {
            integers = rebuilt.integers;
            members = rebuilt.members;
        }
    }

    // ------------------------------------------------------------------ walking

    /** Shows the members one by one: integers in ascending order, others in no order. Ends with the set's next change. */
    public final class Members {
        private final @Nullable IntegerSet ints = integers;
        private final MemberTable.@Nullable Walk walk = members == null ? null : members.walk();
        private int index;
        private byte[] array = new byte[ints == null ? 0 : Decimals.LENGTH_MAX];
        private int length;

        /** Goes to the next member; false at the end. */
        public boolean next() {
            IntegerSet ofIntegers = ints;
            if (ofIntegers != null) {
                if (index == ofIntegers.count()) {
                    return false;
                }
                length = Decimals.write(ofIntegers.get(index++), array, 0);
                return true;
            }
            byte[] member = walk == null ? null : walk.next();
            if (member == null) {
                return false;
            }
            array = member;
            length = member.length;
            return true;
        }

        /** The array that begins with the member, not to be changed, and not to be kept beyond {@link #next}. */
        public byte[] array() {
            return array;
        }

        /** Its length in bytes. */
        public int length() {
            return length;
        }
    }

    /** All members. */
    public Members members() {
        return new Members();
    }

    /**
     * One step of SSCAN: shows about {@code count} members, a packed set all at once. A member that is there from the
     * first step to the last is shown at least once.
     *
     * @param cursor 0 at first, then what the step before answered; any other value is harmless
     * @return the next cursor, 0 at the end
     */
    public long scan(long cursor, long count, MemberVisitor visitor) {
        if (integers != null) {
            Members walk = members();
            while (walk.next()) {
                visitor.member(walk.array, 0, walk.length);
            }
            return 0;
        }
        return table().scan(cursor, count, member -> visitor.member(member, 0, member.length));
    }

    // ------------------------------------------------------------------ as a value

    @Override
    public ValueType type() {
        return ValueType.SET;
    }

    @Override
    public String encoding() {
        return integers != null ? "intset" : "hashtable";
    }

    @Override
    public long size() {
        IntegerSet ints = integers;
        return ints != null ? ints.count() : table().size();
    }

    @Override
    public long memoryBytes() {
        IntegerSet ints = integers;
        return 24 + (ints != null ? 24 + 16 + ints.capacityBytes() : table().memoryBytes());
    }
}
