package dev.vedette.store.command.stream;

import static dev.vedette.store.command.KeySpec.DELETE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.UPDATE;
import static dev.vedette.store.command.KeySpec.at;
import static dev.vedette.store.command.stream.StreamCommands.stream;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.keyspace.value.StreamConsumer;
import dev.vedette.store.keyspace.value.StreamCursor;
import dev.vedette.store.keyspace.value.StreamGroup;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.keyspace.value.StreamValue;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is pending in a consumer group: acknowledged by XACK, shown by XPENDING, given to others by XCLAIM, XAUTOCLAIM. */
public final class StreamClaims {

    private static final long AUTOCLAIM_COUNT = 100;
    private static final int ATTEMPTS_FACTOR = 10;
    private static final int ID_BYTES = 16;

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            stream("xack", "Acknowledges entries: they are pending no more.")
                    .complexity("O(1) for each message ID processed.")
                    .arity(-4)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .keys(at(1, UPDATE))
                    .runs(StreamClaims::xack),
            stream("xpending", "Shows what is pending in a consumer group.")
                    .complexity("O(N) with N being the number of elements returned, so asking for a small fixed number"
                            + " of entries per call is O(1). O(M), where M is the total number of entries scanned when"
                            + " used with the IDLE filter. When the command returns just the summary and the list of"
                            + " consumers is small, it runs in O(1) time; otherwise, an additional O(N) time for"
                            + " iterating every consumer.")
                    .arity(-3)
                    .flags(CommandFlag.READONLY)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output")
                    .runs(StreamClaims::xpending),
            stream("xclaim", "Makes pending entries those of another consumer.")
                    .complexity("O(log N) with N being the number of messages in the PEL of the consumer group.")
                    .arity(-6)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .keys(at(1, UPDATE))
                    .tips("nondeterministic_output")
                    .runs(StreamClaims::xclaim),
            stream("xautoclaim", "Makes entries that are pending for long those of another consumer.")
                    .since("6.2.0")
                    .complexity("O(1) if COUNT is small.")
                    .arity(-6)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .keys(at(1, DELETE))
                    .tips("nondeterministic_output")
                    .runs(StreamClaims::xautoclaim));

    private StreamClaims() {}

    // ------------------------------------------------------------------ XACK

    private static void xack(Call call) {
        StreamValue stream = call.read(1, StreamValue.class);
        if (call.failed()) {
            return;
        }
        if (stream == null || stream.group(call.bytes(2)) == null) {
            call.out().integer(0);
            return;
        }
        StreamId[] ids = StreamCommands.ids(call, 3);
        if (ids == null) {
            return;
        }
        StreamGroup group = groupForChange(call);
        int acknowledged = 0;
        for (StreamId id : ids) {
            long place = group.findPending(id);
            if (place >= 0) {
                group.removePending(place);
                acknowledged++;
            }
        }
        call.addChanges(acknowledged);
        call.out().integer(acknowledged);
    }

    /** The group that is known to be there, to be changed: a snapshot may hold the one that was looked at. */
    private static StreamGroup groupForChange(Call call) {
        StreamValue stream = Objects.requireNonNull(call.write(1, StreamValue.class));
        return Objects.requireNonNull(stream.group(call.bytes(2)));
    }

    private static void failNoGroup(Call call) {
        call.fail("NOGROUP No such key '" + call.args().latin(1) + "' or consumer group '"
                + call.args().latin(2) + "'");
    }

    // ------------------------------------------------------------------ XPENDING

    private static void xpending(Call call) {
        boolean summary = call.argc() == 3;
        if (!summary && (call.argc() < 6 || call.argc() > 9)) {
            call.fail(Errors.SYNTAX);
            return;
        }
        PendingRange range = summary ? null : PendingRange.of(call);
        if (call.failed()) {
            return;
        }
        StreamValue stream = call.read(1, StreamValue.class);
        if (call.failed()) {
            return;
        }
        StreamGroup group = stream == null ? null : stream.group(call.bytes(2));
        if (group == null) {
            failNoGroup(call);
        } else if (range == null) {
            replySummary(call.out(), group);
        } else {
            range.reply(call, group);
        }
    }

    private static void replySummary(Replies out, StreamGroup group) {
        out.array(4);
        out.integer(group.pending());
        if (group.pending() == 0) {
            out.nil();
            out.nil();
            out.nilArray();
            return;
        }
        EntryReplies.id(out, group.pendingId(group.firstPending()));
        EntryReplies.id(out, group.pendingId(group.lastPending()));
        int mark = out.open();
        int shown = 0;
        for (StreamConsumer consumer : group.consumers()) {
            if (consumer.pending() > 0) {
                out.array(2);
                out.bulk(consumer.name());
                out.bulkInteger(consumer.pending());
                shown++;
            }
        }
        out.closeArray(mark, shown);
    }

    /** Which pending entries XPENDING is to show. */
    @SuppressWarnings("ArrayRecordComponent") // Gone with the call.
    private record PendingRange(StreamId start, StreamId end, long count, long idleMin, byte @Nullable [] consumer) {

        /** Null with the error answered when the arguments are wrong. */
        static @Nullable PendingRange of(Call call) {
            int first = 3;
            long idleMin = 0;
            if (call.args().is(3, "idle")) {
                idleMin = call.integerArg(4);
                if (!call.failed() && call.argc() < 8) {
                    call.fail(Errors.SYNTAX);
                }
                first = 5;
            }
            if (call.failed()) {
                return null;
            }
            long count = call.integerArg(first + 2);
            if (call.failed()) {
                return null;
            }
            StreamId start = IdArgs.start(call, first);
            StreamId end = start == null ? null : IdArgs.end(call, first + 1);
            if (start == null || end == null) {
                return null;
            }
            byte[] consumer = first + 3 < call.argc() ? call.bytes(first + 3) : null;
            return new PendingRange(start, end, count, idleMin, consumer);
        }

        void reply(Call call, StreamGroup group) {
            Replies out = call.out();
            StreamConsumer only = consumer == null ? null : group.consumer(consumer);
            if (consumer != null && only == null) {
                out.array(0);
                return;
            }
            int mark = out.open();
            int shown = 0;
            long place = only == null ? group.pendingFrom(start) : group.pendingFrom(only, start);
            while (place >= 0 && shown < count && group.pendingId(place).compareTo(end) <= 0) {
                long idle = call.nowMillis() - group.deliveredAtMillis(place);
                if (idleMin == 0 || idle >= idleMin) {
                    out.array(4);
                    EntryReplies.id(out, group.pendingId(place));
                    out.bulk(Objects.requireNonNull(group.owner(place)).name());
                    out.integer(Math.max(0, idle));
                    out.integer(group.deliveries(place));
                    shown++;
                }
                place = only == null ? group.nextPending(place) : group.nextPending(only, place);
            }
            out.closeArray(mark, shown);
        }
    }

    // ------------------------------------------------------------------ XCLAIM

    /** What XCLAIM is told beside the ids. */
    private static final class ClaimOptions {
        long idleMin;
        boolean force;
        boolean justId;
        /** -1: now. */
        long deliveredAt = -1;
        /** -1: one more than before. */
        long deliveries = -1;

        StreamId lastId = StreamId.MIN;
        /** The ids, whose last argument is before this one. */
        int endOfIds;
    }

    private static void xclaim(Call call) {
        StreamValue stream = call.read(1, StreamValue.class);
        if (call.failed()) {
            return;
        }
        if (stream == null || stream.group(call.bytes(2)) == null) {
            failNoGroup(call);
            return;
        }
        ClaimOptions options = claimOptions(call);
        if (call.failed()) {
            return;
        }
        call.propagateNothing();
        StreamGroup group = groupForChange(call);
        new Claim(call, group, options.justId).run(options);
    }

    private static ClaimOptions claimOptions(Call call) {
        ClaimOptions options = new ClaimOptions();
        Args args = call.args();
        options.idleMin = Math.max(0, call.integerArg(4, "ERR Invalid min-idle-time argument for XCLAIM"));
        int i = 5;
        while (!call.failed() && i < args.count() && IdArgs.exactOrNull(args, i) != null) {
            i++;
        }
        options.endOfIds = i;
        while (!call.failed() && i < args.count()) {
            i = claimOption(call, options, i);
        }
        return options;
    }

    /** Reads one option; answers the argument after it. */
    private static int claimOption(Call call, ClaimOptions options, int i) {
        Args args = call.args();
        boolean more = i + 1 < args.count();
        if (args.is(i, "force")) {
            options.force = true;
            return i + 1;
        } else if (args.is(i, "justid")) {
            options.justId = true;
            return i + 1;
        } else if (more && args.is(i, "idle")) {
            long idle = call.integerArg(i + 1, "ERR Invalid IDLE option argument for XCLAIM");
            options.deliveredAt = call.nowMillis() - idle;
        } else if (more && args.is(i, "time")) {
            options.deliveredAt = call.integerArg(i + 1, "ERR Invalid TIME option argument for XCLAIM");
        } else if (more && args.is(i, "retrycount")) {
            options.deliveries = call.integerArg(i + 1, "ERR Invalid RETRYCOUNT option argument for XCLAIM");
        } else if (more && args.is(i, "lastid")) {
            StreamId id = IdArgs.exact(call, i + 1);
            options.lastId = id == null ? StreamId.MIN : id;
        } else {
            call.fail("ERR Unrecognized XCLAIM option '" + args.latin(i) + "'");
        }
        return i + 2;
    }

    /** Makes pending entries those of one consumer, and tells of it. */
    private static final class Claim {
        private final Call call;
        private final StreamValue stream;
        private final StreamGroup group;
        private final ClaimStream claims;
        private final boolean justId;
        private @Nullable StreamConsumer consumer;

        Claim(Call call, StreamGroup group, boolean justId) {
            this.call = call;
            this.stream = Objects.requireNonNull(call.write(1, StreamValue.class));
            this.group = group;
            this.justId = justId;
            this.claims = new ClaimStream(call, call.bytes(1), group);
        }

        void run(ClaimOptions options) {
            boolean advanced = options.lastId.compareTo(group.lastId()) > 0;
            if (advanced) {
                group.setLast(options.lastId, group.entriesRead());
            }
            long now = call.nowMillis();
            long told = options.deliveredAt;
            long deliveredAt = told < 0 || told > now ? now : told;
            int mark = call.out().open();
            int claimed = 0;
            boolean propagated = false;
            for (int arg = 5; arg < options.endOfIds; arg++) {
                StreamId id = Objects.requireNonNull(IdArgs.exactOrNull(call.args(), arg));
                long before = call.changes();
                if (claim(id, options, deliveredAt)) {
                    claimed++;
                }
                propagated |= call.changes() != before;
            }
            if (advanced && !propagated) {
                claims.lastId();
                call.addChanges(1);
            }
            call.out().closeArray(mark, claimed);
        }

        private boolean claim(StreamId id, ClaimOptions options, long deliveredAt) {
            long place = group.findPending(id);
            if (!stream.contains(id)) {
                if (place >= 0) {
                    drop(id, place);
                }
                return false;
            }
            if (place < 0) {
                if (!options.force) {
                    return false;
                }
                place = group.addPending(id, call.nowMillis(), 1);
            } else if (options.idleMin > 0 && call.nowMillis() - group.deliveredAtMillis(place) < options.idleMin) {
                return false;
            }
            long deliveries = group.deliveries(place);
            if (options.deliveries >= 0) {
                deliveries = options.deliveries;
            } else if (!justId) {
                deliveries++;
            }
            take(id, place, deliveredAt, deliveries);
            return true;
        }

        /** An entry that was deleted is pending no more. */
        void drop(StreamId id, long place) {
            claims.claim(id, place);
            call.addChanges(1);
            group.removePending(place);
        }

        void take(StreamId id, long place, long deliveredAt, long deliveries) {
            StreamConsumer taker = consumer();
            group.deliver(place, deliveredAt, deliveries);
            group.give(place, taker);
            if (justId) {
                EntryReplies.id(call.out(), id);
            } else {
                StreamCursor cursor = stream.cursor(id, id, false);
                if (!cursor.next()) {
                    throw new IllegalStateException("an entry that was there a moment ago is gone");
                }
                EntryReplies.entry(call.out(), cursor);
            }
            claims.claim(id, place);
            call.addChanges(1);
        }

        private StreamConsumer consumer() {
            StreamConsumer known = consumer;
            if (known == null) {
                known = group.consumer(call.bytes(3));
                if (known == null) {
                    known = StreamGroupCommands.createConsumer(call, call.bytes(1), group, call.bytes(3));
                }
                known.seen(call.nowMillis());
                consumer = known;
            }
            return known;
        }
    }

    // ------------------------------------------------------------------ XAUTOCLAIM

    private static void xautoclaim(Call call) {
        long idleMin = Math.max(0, call.integerArg(4, "ERR Invalid min-idle-time argument for XAUTOCLAIM"));
        StreamId start = call.failed() ? null : IdArgs.start(call, 5);
        if (start == null) {
            return;
        }
        long count = AUTOCLAIM_COUNT;
        boolean justId = false;
        for (int i = 6; i < call.argc(); i++) {
            if (i + 1 < call.argc() && call.args().is(i, "count")) {
                count = call.integerArg(++i, 1, Long.MAX_VALUE / ID_BYTES, "ERR COUNT must be > 0");
            } else if (call.args().is(i, "justid")) {
                justId = true;
            } else {
                call.fail(Errors.SYNTAX);
            }
            if (call.failed()) {
                return;
            }
        }
        StreamValue stream = call.read(1, StreamValue.class);
        if (call.failed()) {
            return;
        }
        if (stream == null || stream.group(call.bytes(2)) == null) {
            failNoGroup(call);
            return;
        }
        call.propagateNothing();
        autoclaim(call, start, idleMin, count, justId);
    }

    private static void autoclaim(Call call, StreamId start, long idleMin, long count, boolean justId) {
        StreamGroup group = groupForChange(call);
        StreamValue stream = Objects.requireNonNull(call.write(1, StreamValue.class));
        Claim claim = new Claim(call, group, justId);
        Replies out = call.out();
        List<StreamId> deleted = new ArrayList<>();
        out.array(3);
        int mark = out.open();
        int claimed = 0;
        long left = count;
        long attempts = count * ATTEMPTS_FACTOR;
        long place = group.pendingFrom(start);
        for (; place >= 0 && left > 0 && attempts > 0; attempts--) {
            StreamId id = group.pendingId(place);
            if (!stream.contains(id)) {
                claim.drop(id, place);
                deleted.add(id);
                left--;
                place = group.pendingFrom(id);
                continue;
            }
            if (idleMin == 0 || call.nowMillis() - group.deliveredAtMillis(place) >= idleMin) {
                claim.take(id, place, call.nowMillis(), group.deliveries(place) + (justId ? 0 : 1));
                claimed++;
                left--;
            }
            place = group.nextPending(place);
        }
        out.closeArray(mark, claimed);
        out.insertBulk(mark, EntryReplies.word(place < 0 ? StreamId.MIN : group.pendingId(place)));
        out.array(deleted.size());
        for (StreamId id : deleted) {
            EntryReplies.id(out, id);
        }
    }
}
