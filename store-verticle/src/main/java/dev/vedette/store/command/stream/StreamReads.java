package dev.vedette.store.command.stream;

import static dev.vedette.store.command.KeySpec.READ;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.KeySpec;
import dev.vedette.store.keyspace.ValueType;
import dev.vedette.store.keyspace.value.StreamConsumer;
import dev.vedette.store.keyspace.value.StreamCursor;
import dev.vedette.store.keyspace.value.StreamGroup;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.keyspace.value.StreamValue;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * XREAD and XREADGROUP: entries after certain ids, of one or more streams; a client may wait for them.
 *
 * <p>A group's reader that asks for new entries ({@code >}) makes them its pending ones; one that asks for entries after an
 * id is given those that are pending for it already. What was given goes into the change stream as claims, entry by entry,
 * so that a replica knows whose each entry is.
 */
public final class StreamReads {

    /** How many entries one gets that waited and did not say how many it wants. */
    private static final long WAITED_COUNT = 1000;

    private static final String LOST = "UNBLOCKED the stream key no longer exists";
    private static final String IF_COUNT_IS_CONSTANT =
            " If M is constant (e.g. always asking for the first 10 elements with COUNT), you can consider it O(1).";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            StreamCommands.stream("xread", "Reads what came after an id in each of some streams, or waits for it.")
                    .complexity("For each stream mentioned: O(N) with N being the number of elements being returned, it"
                            + " means that XREAD-ing with a fixed COUNT is O(1). Note that when the BLOCK option is"
                            + " used, XADD will pay O(M) time in order to serve the M clients blocked on the stream"
                            + " getting new data.")
                    .arity(-4)
                    .flags(CommandFlag.READONLY, CommandFlag.BLOCKING, CommandFlag.MOVABLEKEYS)
                    .keys(streams(1))
                    .runs(call -> read(call, false)),
            StreamCommands.stream(
                            "xreadgroup",
                            "Gives a consumer what its group has not had, or again what is pending for it; may wait.")
                    .complexity("For each stream mentioned: O(M) with M being the number of elements returned."
                            + IF_COUNT_IS_CONSTANT
                            + " On the other side when XREADGROUP blocks, XADD will pay the O(N) time in order to"
                            + " serve the N clients blocked on the stream getting new data.")
                    .arity(-7)
                    .flags(CommandFlag.WRITE, CommandFlag.BLOCKING, CommandFlag.MOVABLEKEYS)
                    .keys(streams(4))
                    .runs(call -> read(call, true)));

    private StreamReads() {}

    private static KeySpec streams(int from) {
        return new KeySpec(0, "STREAMS", from, KeySpec.Find.RANGE, -1, 1, 2, READ);
    }

    /** What a client asked for. */
    private static final class Question {
        private final boolean grouped;
        private byte[] group = new byte[0];
        private byte[] consumer = new byte[0];
        private boolean groupGiven;
        private boolean noAck;
        private boolean waits;
        private long deadlineMillis;
        private long count;
        private int firstKey;
        private int keys;
        /** After which id of each stream; null for what the group has not had. */
        private @Nullable StreamId[] after = new StreamId[0];

        Question(boolean grouped) {
            this.grouped = grouped;
        }
    }

    private static void read(Call call, boolean grouped) {
        Question question = new Question(grouped);
        options(call, question);
        if (!call.failed()) {
            check(call, question);
        }
        if (!call.failed()) {
            ids(call, question);
        }
        if (call.failed()) {
            return;
        }
        if (grouped) {
            call.propagateNothing();
        }
        if (readNow(call, question)) {
            return;
        }
        if (!question.waits || !call.mayBlock()) {
            call.out().nilArray();
        } else {
            waitFor(call, question);
        }
    }

    // ------------------------------------------------------------------ arguments

    private static void options(Call call, Question question) {
        Args args = call.args();
        int i = 1;
        while (i < args.count() && question.firstKey == 0 && !call.failed()) {
            int more = args.count() - i - 1;
            if (more >= 1 && args.is(i, "block")) {
                block(call, question, i + 1);
                i += 2;
            } else if (more >= 1 && args.is(i, "count")) {
                question.count = Math.max(0, call.integerArg(i + 1));
                i += 2;
            } else if (more >= 1 && args.is(i, "streams")) {
                question.firstKey = i + 1;
                question.keys = more / 2;
                if (more % 2 != 0) {
                    call.fail(
                            "ERR Unbalanced XREAD list of streams: for each stream key an ID or '$' must be specified.");
                }
            } else if (more >= 2 && args.is(i, "group")) {
                group(call, question, i);
                i += 3;
            } else if (args.is(i, "noack")) {
                if (!question.grouped) {
                    call.fail("ERR The NOACK option is only supported by XREADGROUP. You called XREAD instead.");
                }
                question.noAck = true;
                i++;
            } else {
                call.fail(Errors.SYNTAX);
            }
        }
    }

    private static void block(Call call, Question question, int arg) {
        if (call.inScript()) {
            call.fail("ERR " + call.args().latin(0) + " command is not allowed with BLOCK option from scripts");
            return;
        }
        long millis = call.integerArg(arg, "ERR timeout is not an integer or out of range");
        if (!call.failed() && millis < 0) {
            call.fail("ERR timeout is negative");
        }
        question.waits = true;
        question.deadlineMillis =
                millis == 0 || millis > Long.MAX_VALUE / 2 ? Long.MAX_VALUE : call.nowMillis() + millis;
    }

    private static void group(Call call, Question question, int option) {
        if (!question.grouped) {
            call.fail("ERR The GROUP option is only supported by XREADGROUP. You called XREAD instead.");
            return;
        }
        question.groupGiven = true;
        question.group = call.bytes(option + 1);
        question.consumer = call.bytes(option + 2);
    }

    private static void check(Call call, Question question) {
        if (question.firstKey == 0) {
            call.fail(Errors.SYNTAX);
        } else if (question.grouped && !question.groupGiven) {
            call.fail("ERR Missing GROUP option for XREADGROUP");
        }
    }

    private static void ids(Call call, Question question) {
        question.after = new StreamId[question.keys];
        for (int i = 0; i < question.keys && !call.failed(); i++) {
            int keyArg = question.firstKey + i;
            StreamValue stream = call.read(keyArg, StreamValue.class);
            if (call.failed()) {
                return;
            }
            if (question.grouped && (stream == null || stream.group(question.group) == null)) {
                call.fail("NOGROUP No such key '" + call.args().latin(keyArg) + "' or consumer group '"
                        + StreamGroupCommands.latin(question.group) + "' in XREADGROUP with GROUP option");
                return;
            }
            question.after[i] = after(call, question, keyArg + question.keys, stream);
        }
    }

    private static @Nullable StreamId after(Call call, Question question, int arg, @Nullable StreamValue stream) {
        if (call.args().is(arg, "$")) {
            if (question.grouped) {
                call.fail("ERR The $ ID is meaningless in the context of XREADGROUP: you want to read the history of"
                        + " this consumer by specifying a proper ID, or use the > ID to get new messages. The $ ID"
                        + " would just return an empty result set.");
            }
            return stream == null ? StreamId.MIN : stream.lastId();
        } else if (call.args().is(arg, ">")) {
            if (!question.grouped) {
                call.fail("ERR The > ID can be specified only when calling XREADGROUP using the GROUP <group>"
                        + " <consumer> option.");
            }
            return null;
        }
        StreamId id = IdArgs.exact(call, arg);
        // The greatest id means the same as the sign.
        return question.grouped && StreamId.MAX.equals(id) ? null : id;
    }

    // ------------------------------------------------------------------ at once

    /** Replies what there is; false when there is nothing, and nothing was replied. */
    private static boolean readNow(Call call, Question question) {
        Replies out = call.out();
        int mark = out.open();
        int served = 0;
        for (int i = 0; i < question.keys; i++) {
            int keyArg = question.firstKey + i;
            StreamValue stream = call.read(keyArg, StreamValue.class);
            if (stream != null && hasFor(question, i, stream)) {
                served++;
                beginStream(
                        out,
                        call.args().array(keyArg),
                        call.args().offset(keyArg),
                        call.args().length(keyArg));
                StreamId after = question.after[i];
                if (question.grouped) {
                    give(call, question, call.bytes(keyArg), after, question.count);
                } else {
                    replyAfter(out, stream, after == null ? StreamId.MAX : after, question.count);
                }
            }
        }
        if (served > 0 && out.protocol() == 3) {
            out.closeMap(mark, served);
        } else if (served > 0) {
            out.closeArray(mark, served);
        }
        return served > 0;
    }

    private static boolean hasFor(Question question, int i, StreamValue stream) {
        StreamId after = question.after[i];
        if (question.grouped && after != null) {
            return true;
        }
        StreamGroup group = question.grouped ? stream.group(question.group) : null;
        StreamId from = group != null ? group.lastId() : after;
        return stream.size() > 0 && from != null && stream.lastEntryId().compareTo(from) > 0;
    }

    /** A stream's key, before its entries: the two together are an array, or a pair of RESP3's map. */
    private static void beginStream(Replies out, byte[] array, int offset, int length) {
        if (out.protocol() == 2) {
            out.array(2);
        }
        out.bulk(array, offset, length);
    }

    private static void replyAfter(Replies out, StreamValue stream, StreamId after, long count) {
        EntryReplies.entries(out, stream.cursor(after.next(), StreamId.MAX, false), count);
    }

    // ------------------------------------------------------------------ within a group

    /** Replies what the consumer is given of a stream whose group is there. */
    private static void give(Call call, Question question, byte[] key, @Nullable StreamId after, long count) {
        StreamValue stream = call.write(key, StreamValue.class);
        StreamGroup group = stream == null ? null : stream.group(question.group);
        if (stream == null || group == null) {
            throw new IllegalStateException("a group that was there a moment ago is gone");
        }
        ClaimStream claims = new ClaimStream(call, key, group);
        StreamConsumer consumer = group.consumer(question.consumer);
        if (consumer == null) {
            consumer = StreamGroupCommands.createConsumer(call, key, group, question.consumer);
            if (question.noAck) {
                claims.consumer(question.consumer);
            }
        }
        consumer.seen(call.nowMillis());
        if (after == null) {
            giveNew(call, question, stream, group, consumer, claims, count);
        } else {
            giveAgain(call, stream, group, consumer, after, count);
        }
        call.addChanges(1);
    }

    private static void giveNew(
            Call call,
            Question question,
            StreamValue stream,
            StreamGroup group,
            StreamConsumer consumer,
            ClaimStream claims,
            long count) {
        Replies out = call.out();
        int mark = out.open();
        int written = 0;
        StreamId before = group.lastId();
        StreamCursor cursor = stream.cursor(before.next(), StreamId.MAX, false);
        while ((count == 0 || written < count) && cursor.next()) {
            StreamId id = cursor.id();
            if (id.compareTo(group.lastId()) > 0) {
                stream.advance(group, id);
            }
            EntryReplies.entry(out, cursor);
            written++;
            if (!question.noAck) {
                claims.claim(id, own(call, group, consumer, id));
            }
        }
        if (question.noAck && !group.lastId().equals(before)) {
            claims.lastId();
        }
        out.closeArray(mark, written);
    }

    /** Makes an entry one that is pending for the consumer; SETID may have made the group read it before. */
    private static long own(Call call, StreamGroup group, StreamConsumer consumer, StreamId id) {
        long place = group.addPending(id, call.nowMillis(), 1);
        if (place < 0) {
            place = group.findPending(id);
            group.deliver(place, call.nowMillis(), 1);
        }
        group.give(place, consumer);
        return place;
    }

    private static void giveAgain(
            Call call, StreamValue stream, StreamGroup group, StreamConsumer consumer, StreamId after, long count) {
        Replies out = call.out();
        int mark = out.open();
        int written = 0;
        long place = group.pendingFrom(consumer, after.next());
        while (place >= 0 && (count == 0 || written < count)) {
            StreamId id = group.pendingId(place);
            StreamCursor cursor = stream.cursor(id, id, false);
            if (cursor.next()) {
                EntryReplies.entry(out, cursor);
                group.deliver(place, call.nowMillis(), group.deliveries(place) + 1);
            } else {
                out.array(2);
                EntryReplies.id(out, id);
                out.nilArray();
            }
            written++;
            place = group.nextPending(consumer, place);
        }
        out.closeArray(mark, written);
    }

    // ------------------------------------------------------------------ later

    private static void waitFor(Call call, Question question) {
        List<byte[]> keys = new ArrayList<>();
        for (int i = 0; i < question.keys; i++) {
            keys.add(call.bytes(question.firstKey + i));
        }
        call.waitForKeys(
                keys,
                ValueType.STREAM,
                question.deadlineMillis,
                (again, key) -> serve(again, question, key, question.after[indexOf(keys, key)]),
                session -> session.replies().nilArray(),
                question.grouped ? LOST : null);
    }

    /** The first key counts when one is named twice. */
    private static int indexOf(List<byte[]> keys, byte[] key) {
        int index = 0;
        while (!Arrays.equals(keys.get(index), key)) {
            index++;
        }
        return index;
    }

    /** Serves a client that waits from a stream that has changed; false when it has to go on waiting. */
    private static boolean serve(Call call, Question question, byte[] key, @Nullable StreamId after) {
        StreamValue stream = call.ofType(call.db().peek(key, 0, key.length), StreamValue.class);
        if (stream == null) {
            throw new IllegalStateException("served from a key that holds no stream");
        }
        StreamGroup group = question.grouped ? stream.group(question.group) : null;
        if (question.grouped && group == null) {
            call.fail("NOGROUP the consumer group this client was blocked on no longer exists");
            return true;
        }
        StreamId from = group != null ? group.lastId() : after;
        if (from == null || stream.lastId().compareTo(from) <= 0) {
            return false;
        }
        Replies out = call.out();
        if (out.protocol() == 3) {
            out.map(1);
        } else {
            out.array(1);
        }
        beginStream(out, key, 0, key.length);
        long count = question.count == 0 ? WAITED_COUNT : question.count;
        if (question.grouped) {
            give(call, question, key, null, count);
        } else {
            replyAfter(out, stream, from, count);
        }
        return true;
    }
}
