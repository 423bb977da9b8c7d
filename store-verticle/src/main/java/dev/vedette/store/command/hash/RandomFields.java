package dev.vedette.store.command.hash;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.keyspace.value.HashValue;
import dev.vedette.store.session.ByteKey;
import dev.vedette.store.session.Replies;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * HRANDFIELD: fields chosen at random, each choice with the same chance.
 *
 * <p>With a positive count fields are different; with a negative one each is drawn anew. A packed hash is walked once
 * whatever the count, as drawing from it costs a walk each time; so is one from which a large part is asked for.
 */
final class RandomFields {

    /** A hash of fewer fields than so many times the count is walked, not drawn from. */
    private static final int WALK_FACTOR = 3;

    private RandomFields() {}

    static void hrandfield(Call call) {
        if (call.argc() == 2) {
            one(call);
            return;
        }
        long count = call.randomCountArg(2);
        if (call.failed()) {
            return;
        }
        boolean withValues = call.argc() > 3;
        if (call.argc() > 4 || withValues && !call.args().is(3, "withvalues")) {
            call.fail(Errors.SYNTAX);
            return;
        }
        if (withValues && Math.abs(count) > Long.MAX_VALUE / 2) {
            call.fail(Errors.OUT_OF_RANGE);
            return;
        }
        HashValue hash = call.read(1, HashValue.class);
        if (call.failed()) {
            return;
        }
        if (hash == null || count == 0) {
            call.out().array(0);
        } else if (count < 0) {
            drawn(new Pairs(call.out(), withValues, -count), hash, -count);
        } else {
            distinct(call.out(), hash, Math.min(count, hash.size()), withValues);
        }
    }

    private static void one(Call call) {
        HashValue hash = call.read(1, HashValue.class);
        if (call.failed()) {
            return;
        }
        if (hash == null) {
            call.out().nil();
            return;
        }
        Replies out = call.out();
        hash.random((fields, fieldOffset, fieldLength, values, valueOffset, valueLength) ->
                out.bulk(fields, fieldOffset, fieldLength));
    }

    /** Writes pairs, or their fields only: in RESP3 a pair is an array of two, in RESP2 two replies in a row. */
    private static final class Pairs implements HashValue.PairVisitor {
        private final Replies out;
        private final boolean withValues;

        /** Begins a reply of that many pairs. */
        Pairs(Replies out, boolean withValues, long count) {
            this.out = out;
            this.withValues = withValues;
            out.array(withValues && out.protocol() == 2 ? 2 * count : count);
        }

        /** Whether more pairs are wanted. */
        boolean goesOn() {
            return !out.isMuted();
        }

        @Override
        public void pair(
                byte[] fields, int fieldOffset, int fieldLength, byte[] values, int valueOffset, int valueLength) {
            if (withValues && out.protocol() == 3) {
                out.array(2);
            }
            out.bulk(fields, fieldOffset, fieldLength);
            if (withValues) {
                out.bulk(values, valueOffset, valueLength);
            }
        }
    }

    /** Writes that many pairs, each drawn from all. */
    private static void drawn(Pairs out, HashValue hash, long count) {
        if (!hash.isPacked()) {
            for (long i = 0; i < count && out.goesOn(); i++) {
                hash.random(out);
            }
            return;
        }
        Places places = new Places((int) hash.size());
        hash.forEach(places);
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (long i = 0; i < count && out.goesOn(); i++) {
            places.show(random.nextInt(places.count), out);
        }
    }

    /** Where the pairs of a packed hash stand in its array. */
    private static final class Places implements HashValue.PairVisitor {
        private final int[] at;
        private byte[] array = new byte[0];
        private int count;

        Places(int size) {
            at = new int[size * 4];
        }

        @Override
        public void pair(
                byte[] fields, int fieldOffset, int fieldLength, byte[] values, int valueOffset, int valueLength) {
            array = fields;
            at[4 * count] = fieldOffset;
            at[4 * count + 1] = fieldLength;
            at[4 * count + 2] = valueOffset;
            at[4 * count + 3] = valueLength;
            count++;
        }

        void show(int i, HashValue.PairVisitor visitor) {
            visitor.pair(array, at[4 * i], at[4 * i + 1], array, at[4 * i + 2], at[4 * i + 3]);
        }
    }

    /** Writes that many different pairs. */
    private static void distinct(Replies out, HashValue hash, long count, boolean withValues) {
        Pairs pairs = new Pairs(out, withValues, count);
        long size = hash.size();
        if (count == size) {
            hash.forEach(pairs);
        } else if (hash.isPacked() || count * WALK_FACTOR > size) {
            hash.forEach(new Selection(pairs, count, size));
        } else {
            Set<ByteKey> chosen = new HashSet<>();
            HashValue.PairVisitor unlessChosen =
                    (fields, fieldOffset, fieldLength, values, valueOffset, valueLength) -> {
                        byte[] field = Arrays.copyOfRange(fields, fieldOffset, fieldOffset + fieldLength);
                        if (chosen.add(new ByteKey(field))) {
                            pairs.pair(fields, fieldOffset, fieldLength, values, valueOffset, valueLength);
                        }
                    };
            while (chosen.size() < count) {
                hash.random(unlessChosen);
            }
        }
    }

    /** Lets through so many of the pairs that pass by: each subset of that size with the same chance. */
    private static final class Selection implements HashValue.PairVisitor {
        private final HashValue.PairVisitor next;
        private long wanted;
        private long toCome;

        Selection(HashValue.PairVisitor next, long wanted, long toCome) {
            this.next = next;
            this.wanted = wanted;
            this.toCome = toCome;
        }

        @Override
        public void pair(
                byte[] fields, int fieldOffset, int fieldLength, byte[] values, int valueOffset, int valueLength) {
            if (ThreadLocalRandom.current().nextLong(toCome) < wanted) {
                wanted--;
                next.pair(fields, fieldOffset, fieldLength, values, valueOffset, valueLength);
            }
            toCome--;
        }
    }
}
