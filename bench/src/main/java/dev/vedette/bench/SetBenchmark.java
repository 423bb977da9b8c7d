package dev.vedette.bench;

import dev.vedette.store.keyspace.value.SetValue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Sets: of 200 integers in the packed form, and of 100,000 words in a table.
 *
 * <p>{@code make bench-micro ONLY=SetBenchmark}
 */
@State(Scope.Thread)
public class SetBenchmark extends MicroBenchmark {

    private static final int INTSET_ENTRIES_MAX = 512;
    private static final long FIRST_INTEGER = 100_000_000_000L;

    /** What the members are. */
    public enum Members {
        INTEGERS(200, "", FIRST_INTEGER),
        WORDS(100_000, "member:", 0);

        final int count;
        final String prefix;
        final long first;

        Members(int count, String prefix, long first) {
            this.count = count;
            this.prefix = prefix;
            this.first = first;
        }
    }

    @Param
    public Members members = Members.WORDS;

    private Names names = new Names("");
    private SetValue set = new SetValue();

    /** Fills the set. */
    @Setup(Level.Trial)
    public void fill() {
        names = new Names(members.prefix);
        byte[] first = names.of(members.first);
        set = SetValue.forMember(first, 0, first.length);
        for (int i = 0; i < members.count; i++) {
            add(names.of(members.first + i));
        }
    }

    private boolean add(byte[] member) {
        return set.add(member, 0, member.length, INTSET_ENTRIES_MAX);
    }

    /** SISMEMBER of a member. */
    @Benchmark
    public boolean contains() {
        byte[] member = names.of(members.first + names.draw(members.count));
        return set.contains(member, 0, member.length);
    }

    /** SADD of a member that is there. */
    @Benchmark
    public boolean addAgain() {
        return add(names.of(members.first + names.draw(members.count)));
    }

    /** SADD of a new member and SREM of it: two operations. */
    @Benchmark
    public boolean addAndRemove() {
        byte[] member = names.of(members.first + members.count);
        add(member);
        return set.remove(member, 0, member.length);
    }
}
