package dev.vedette.store.command.sortedset;

import dev.vedette.store.keyspace.value.ScoredMembers;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.session.Replies;

/** Members with or without their scores: one flat array in RESP2, pairs in RESP3. */
final class ScoredReply {

    private final Replies out;
    private final boolean withScores;

    private ScoredReply(Replies out, boolean withScores) {
        this.out = out;
        this.withScores = withScores;
    }

    /** Begins the reply of so many members. */
    static ScoredReply begin(Replies out, long members, boolean withScores) {
        out.array(withScores && out.protocol() == 2 ? 2 * members : members);
        return new ScoredReply(out, withScores);
    }

    /** Writes a member. */
    void member(byte[] array, int offset, int length, double score) {
        if (withScores && out.protocol() == 3) {
            out.array(2);
        }
        out.bulk(array, offset, length);
        if (withScores) {
            out.dbl(score);
        }
    }

    /** Writes the member at which {@code ranked} stands. */
    void member(SortedSetValue.Ranked ranked) {
        member(ranked.array(), ranked.offset(), ranked.length(), ranked.score());
    }

    /** Writes the member of an element. */
    void element(byte[] element) {
        int from = ScoredMembers.MEMBER_OFFSET;
        member(element, from, element.length - from, ScoredMembers.score(element));
    }
}
