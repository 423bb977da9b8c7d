package dev.vedette.store.command.stream;

import static dev.vedette.store.command.KeySpec.DELETE;
import static dev.vedette.store.command.KeySpec.PROBE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.UPDATE;
import static dev.vedette.store.command.KeySpec.at;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.command.Settings;
import dev.vedette.store.keyspace.value.StreamCursor;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.keyspace.value.StreamValue;
import dev.vedette.store.keyspace.value.StreamWords;
import dev.vedette.store.session.Args;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streams: entries are added, read, removed. */
public final class StreamCommands {

    private static final byte[] EQUALS = {'='};
    private static final String OF_RETURNED =
            "O(N) with N being the number of elements %s. If N is constant (e.g. always asking for the first 10"
                    + " elements with COUNT), you can consider it O(1).";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            stream("xadd", "Adds an entry to a stream, creates the stream where there is none, and may trim it.")
                    .complexity("O(1) when adding a new entry, O(N) when trimming where N being the number of entries"
                            + " evicted.")
                    .arity(-5)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .keys(at(1, UPDATE))
                    .tips("nondeterministic_output")
                    .runs(StreamCommands::xadd),
            stream("xlen", "Counts a stream's entries.")
                    .arity(2)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .keys(at(1, PROBE))
                    .runs(StreamCommands::xlen),
            stream("xrange", "Reads the entries between two ids, both included.")
                    .complexity(String.format(OF_RETURNED, "being returned"))
                    .arity(-4)
                    .flags(CommandFlag.READONLY)
                    .keys(at(1, READ))
                    .runs(call -> range(call, false)),
            stream("xrevrange", "Reads the entries between two ids from the greater to the lesser one.")
                    .complexity(String.format(OF_RETURNED, "returned"))
                    .arity(-4)
                    .flags(CommandFlag.READONLY)
                    .keys(at(1, READ))
                    .runs(call -> range(call, true)),
            stream("xdel", "Deletes entries by their ids, and answers how many there were.")
                    .complexity("O(1) for each single item to delete in the stream, regardless of the stream size.")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .keys(at(1, DELETE))
                    .runs(StreamCommands::xdel),
            stream("xtrim", "Removes the oldest entries beyond a length, or before an id.")
                    .complexity("O(N), with N being the number of evicted entries. Constant times are very small"
                            + " however, since entries are organized in macro nodes containing multiple entries that"
                            + " can be released with a single deallocation.")
                    .arity(-4)
                    .flags(CommandFlag.WRITE)
                    .keys(at(1, DELETE))
                    .tips("nondeterministic_output")
                    .runs(StreamCommands::xtrim),
            stream("xsetid", "Sets what a stream knows of the ids that it has given.")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .keys(at(1, UPDATE))
                    .runs(StreamCommands::xsetid));

    private StreamCommands() {}

    /** Begins a declaration of this group. */
    static Command stream(String name, String summary) {
        return Command.command(name, summary).since("5.0.0").group("stream").acl(AclCategory.STREAM);
    }

    // ------------------------------------------------------------------ XADD

    private static void xadd(Call call) {
        Trimming trimming = Trimming.ofXadd(call);
        if (trimming == null) {
            return;
        }
        int first = trimming.end() + 1;
        int words = call.argc() - first;
        if (words < 2 || words % 2 == 1) {
            call.fail(Errors.arity(call.command().fullName()));
            return;
        }
        IdArgs.Wanted wanted = trimming.wanted();
        if (wanted != null && wanted.isSequenceGiven() && wanted.id().isZero()) {
            call.fail("ERR The ID specified in XADD must be greater than 0-0");
            return;
        }
        StreamValue present = call.write(1, StreamValue.class);
        if (call.failed()) {
            return;
        }
        if (present == null && trimming.isKeyNeeded()) {
            call.out().nil();
            return;
        }
        StreamValue stream = present == null ? new StreamValue() : present;
        StreamId id = idFor(call, stream, wanted);
        if (id == null) {
            return;
        }
        if (bytes(call.args(), first) > StreamValue.BYTES_MAX) {
            call.fail("ERR Elements are too large to be stored");
            return;
        }
        Settings settings = call.server.settings;
        if (present == null) {
            call.put(1, stream);
        }
        stream.add(
                id, words(call.args()), first, words / 2, settings.streamNodeMaxBytes, settings.streamNodeMaxEntries);
        EntryReplies.id(call.out(), id);
        call.modified(1, NotifyClass.STREAM, "xadd");
        if (trimming.apply(stream) > 0) {
            call.notifyOnly(1, NotifyClass.STREAM, "xtrim");
        }
        propagate(call, trimming, stream, wanted == null || !wanted.isSequenceGiven() ? id : null);
        call.wake(1);
    }

    private static @Nullable StreamId idFor(Call call, StreamValue stream, IdArgs.@Nullable Wanted wanted) {
        StreamId last = stream.lastId();
        if (last.equals(StreamId.MAX)) {
            call.fail("ERR The stream has exhausted the last possible ID, unable to add more items");
            return null;
        }
        StreamId id;
        if (wanted == null) {
            id = stream.nextId(call.nowMillis());
        } else if (!wanted.isSequenceGiven() && wanted.id().millis() == last.millis()) {
            id = last.sequence() == -1 ? last : last.next();
        } else {
            id = wanted.id();
        }
        if (id.compareTo(last) <= 0) {
            call.fail("ERR The ID specified in XADD is equal or smaller than the target stream top item");
            return null;
        }
        return id;
    }

    private static long bytes(Args args, int first) {
        long sum = 0;
        for (int i = first; i < args.count(); i++) {
            sum += args.length(i);
        }
        return sum;
    }

    private static StreamWords words(Args args) {
        return new StreamWords() {
            @Override
            public byte[] array(int i) {
                return args.array(i);
            }

            @Override
            public int offset(int i) {
                return args.offset(i);
            }

            @Override
            public int length(int i) {
                return args.length(i);
            }
        };
    }

    /** Leaves the command with what the clock or a limit decided: the id that was given, the length that was left. */
    private static void propagate(Call call, Trimming trimming, StreamValue stream, @Nullable StreamId given) {
        if (given == null && !trimming.isAbout()) {
            return;
        }
        call.propagateWords(call.argc());
        for (int i = 0; i < call.argc(); i++) {
            if (given != null && i == trimming.end()) {
                call.word(EntryReplies.word(given));
            } else if (trimming.isAbout() && i == trimming.boundArg() - 1) {
                call.word(EQUALS);
            } else if (trimming.isAbout() && i == trimming.boundArg()) {
                call.word(trimming.bound(stream).getBytes(StandardCharsets.US_ASCII));
            } else {
                call.wordArg(i);
            }
        }
    }

    // ------------------------------------------------------------------ reading

    private static void xlen(Call call) {
        StreamValue stream = call.read(1, StreamValue.class);
        if (!call.failed()) {
            call.out().integer(stream == null ? 0 : stream.size());
        }
    }

    private static void range(Call call, boolean backwards) {
        StreamId start = IdArgs.start(call, backwards ? 3 : 2);
        StreamId end = start == null ? null : IdArgs.end(call, backwards ? 2 : 3);
        if (start == null || end == null) {
            return;
        }
        long count = -1;
        for (int i = 4; i < call.argc(); i += 2) {
            if (!call.args().is(i, "count") || i + 1 == call.argc()) {
                call.fail(Errors.SYNTAX);
                return;
            }
            count = Math.max(0, call.integerArg(i + 1));
            if (call.failed()) {
                return;
            }
        }
        StreamValue stream = call.read(1, StreamValue.class);
        if (call.failed()) {
            return;
        }
        if (stream == null) {
            call.out().array(0);
        } else if (count == 0) {
            call.out().nilArray();
        } else {
            StreamCursor cursor = stream.cursor(start, end, backwards);
            EntryReplies.entries(call.out(), cursor, Math.max(0, count));
        }
    }

    // ------------------------------------------------------------------ removing

    private static void xdel(Call call) {
        StreamValue stream = call.write(1, StreamValue.class);
        if (call.failed()) {
            return;
        }
        if (stream == null) {
            call.out().integer(0);
            return;
        }
        StreamId[] ids = ids(call, 2);
        if (ids == null) {
            return;
        }
        int deleted = 0;
        for (StreamId id : ids) {
            if (stream.delete(id)) {
                deleted++;
            }
        }
        if (deleted > 0) {
            call.modified(1, NotifyClass.STREAM, "xdel");
            call.addChanges(deleted - 1);
        }
        call.out().integer(deleted);
    }

    /** All ids from that argument on; null with the error answered when one is none. */
    static StreamId @Nullable [] ids(Call call, int first) {
        StreamId[] ids = new StreamId[call.argc() - first];
        for (int i = 0; i < ids.length; i++) {
            StreamId id = IdArgs.exact(call, first + i);
            if (id == null) {
                return null;
            }
            ids[i] = id;
        }
        return ids;
    }

    private static void xtrim(Call call) {
        Trimming trimming = Trimming.ofXtrim(call);
        if (trimming == null) {
            return;
        }
        StreamValue stream = call.write(1, StreamValue.class);
        if (call.failed()) {
            return;
        }
        long removed = stream == null ? 0 : trimming.apply(stream);
        if (stream != null && removed > 0) {
            call.modified(1, NotifyClass.STREAM, "xtrim");
            call.addChanges(removed - 1);
            propagate(call, trimming, stream, null);
        }
        call.out().integer(removed);
    }

    // ------------------------------------------------------------------ XSETID

    private static void xsetid(Call call) {
        StreamId id = IdArgs.exact(call, 2);
        if (id == null) {
            return;
        }
        long entriesAdded = -1;
        StreamId maxDeleted = StreamId.MIN;
        for (int i = 3; i < call.argc(); i += 2) {
            boolean more = i + 1 < call.argc();
            if (more && call.args().is(i, "entriesadded")) {
                entriesAdded = call.integerArg(i + 1);
                if (!call.failed() && entriesAdded < 0) {
                    call.fail("ERR entries_added must be positive");
                }
            } else if (more && call.args().is(i, "maxdeletedid")) {
                StreamId told = IdArgs.exact(call, i + 1);
                if (told != null && id.compareTo(told) < 0) {
                    call.fail("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id");
                } else if (told != null) {
                    maxDeleted = told;
                }
            } else {
                call.fail(Errors.SYNTAX);
            }
            if (call.failed()) {
                return;
            }
        }
        StreamValue stream = call.write(1, StreamValue.class);
        if (call.failed()) {
            return;
        }
        if (stream == null) {
            call.fail(Errors.NO_SUCH_KEY);
            return;
        }
        setId(call, stream, id, entriesAdded, maxDeleted);
    }

    private static void setId(Call call, StreamValue stream, StreamId id, long entriesAdded, StreamId maxDeleted) {
        if (stream.size() > 0 && id.compareTo(stream.lastEntryId()) < 0) {
            call.fail("ERR The ID specified in XSETID is smaller than the target stream top item");
            return;
        }
        if (entriesAdded != -1 && stream.size() > entriesAdded) {
            call.fail("ERR The entries_added specified in XSETID is smaller than the target stream length");
            return;
        }
        stream.setLastId(id);
        if (entriesAdded != -1) {
            stream.setEntriesAdded(entriesAdded);
        }
        if (!maxDeleted.isZero()) {
            stream.setMaxDeletedId(maxDeleted);
        }
        call.out().ok();
        call.addChanges(1);
        call.notifyOnly(1, NotifyClass.STREAM, "xsetid");
    }
}
