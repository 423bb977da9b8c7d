package dev.vedette.bench;

import dev.vedette.store.keyspace.value.SortedSetValue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Sorted sets, packed (100 members) and large (100,000), with the limits that are Redis's defaults.
 *
 * <p>{@code make bench-micro ONLY=SortedSetBenchmark}
 */
@State(Scope.Thread)
public class SortedSetBenchmark extends MicroBenchmark {

    private static final int ENTRIES_MAX = 128;
    private static final int MEMBER_BYTES_MAX = 64;

    @Param({"100", "100000"})
    public int members;

    private final Names names = new Names("member:");
    private SortedSetValue value = SortedSetValue.forMember(1, ENTRIES_MAX, MEMBER_BYTES_MAX);

    /** Fills the set: each member has its number as its score. */
    @Setup(Level.Trial)
    public void fill() {
        value = SortedSetValue.forMember(names.length(), ENTRIES_MAX, MEMBER_BYTES_MAX);
        for (int i = 0; i < members; i++) {
            put(names.of(i), i);
        }
    }

    private SortedSetValue.Outcome put(byte[] member, double score) {
        return value.put(member, 0, member.length, score, 0, ENTRIES_MAX, MEMBER_BYTES_MAX);
    }

    /** ZADD of a member that is there, with a new score. */
    @Benchmark
    public SortedSetValue.Outcome moveMember() {
        int score = names.draw(members);
        return put(names.any(members), score);
    }

    /** ZADD of a new member and ZREM of it: two operations. */
    @Benchmark
    public boolean addAndRemove() {
        byte[] member = names.of(members + 1L);
        put(member, names.draw(members));
        return value.remove(member, 0, member.length);
    }

    /** ZSCORE. */
    @Benchmark
    public double score() {
        byte[] member = names.any(members);
        return value.score(member, 0, member.length);
    }

    /** ZRANK. */
    @Benchmark
    public int rank() {
        byte[] member = names.any(members);
        return value.rank(member, 0, member.length);
    }

    /** ZRANGE BYSCORE with ten members in it. */
    @Benchmark
    public double rangeByScore() {
        int from = names.draw(members - 10);
        int rank = value.countBelow(from, false);
        int end = value.countBelow(from + 9, true);
        SortedSetValue.Ranked walk = value.ranked(rank, false);
        double sum = 0;
        while (rank++ < end && walk.next()) {
            sum += walk.score() + walk.length();
        }
        return sum;
    }
}
