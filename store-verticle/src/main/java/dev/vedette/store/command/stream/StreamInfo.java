package dev.vedette.store.command.stream;

import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.at;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.Help;
import dev.vedette.store.keyspace.value.StreamConsumer;
import dev.vedette.store.keyspace.value.StreamCursor;
import dev.vedette.store.keyspace.value.StreamGroup;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.keyspace.value.StreamValue;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What there is to know of a stream: XINFO. */
public final class StreamInfo {

    private static final long SHOWN_COUNT = 10;

    /** The declarations. */
    public static final List<Command> FAMILY =
            List.of(Command.command("xinfo", "Holds the commands that tell of streams, their groups and consumers.")
                    .since("5.0.0")
                    .complexity("Depends on subcommand.")
                    .group("stream")
                    .arity(-2)
                    .sub(
                            sub("stream", "Tells of a stream; with FULL, of its groups and entries, too.", -3)
                                    .runs(StreamInfo::stream),
                            sub("groups", "Tells of each consumer group of a stream.", 3)
                                    .runs(StreamInfo::groups),
                            sub("consumers", "Tells of each consumer of a group.", 4)
                                    .tips("nondeterministic_output")
                                    .runs(StreamInfo::consumers),
                            Help.of(
                                            "xinfo",
                                            "5.0.0",
                                            "CONSUMERS <key> <groupname>",
                                            "    Tell of each consumer of a group.",
                                            "GROUPS <key>",
                                            "    Tell of each consumer group.",
                                            "STREAM <key> [FULL [COUNT <count>]",
                                            "    Tell of the stream itself.")
                                    .group("stream")
                                    .acl(AclCategory.STREAM)));

    private StreamInfo() {}

    private static Command sub(String name, String summary, int arity) {
        return StreamCommands.stream(name, summary)
                .arity(arity)
                .flags(CommandFlag.READONLY)
                .keys(at(2, READ));
    }

    private static @Nullable StreamValue present(Call call) {
        StreamValue stream = call.read(2, StreamValue.class);
        if (stream == null && !call.failed()) {
            call.fail(Errors.NO_SUCH_KEY);
        }
        return stream;
    }

    private static void named(Replies out, String name, StreamId id) {
        out.bulk(name);
        EntryReplies.id(out, id);
    }

    private static void named(Replies out, String name, long number) {
        out.bulk(name);
        out.integer(number);
    }

    private static void namedOrNil(Replies out, String name, long number, long unknown) {
        out.bulk(name);
        if (number == unknown) {
            out.nil();
        } else {
            out.integer(number);
        }
    }

    // ------------------------------------------------------------------ STREAM

    private static void stream(Call call) {
        StreamValue stream = present(call);
        if (stream == null) {
            return;
        }
        Args args = call.args();
        int argc = call.argc();
        if (argc == 3) {
            replyShort(call.out(), stream);
            return;
        }
        if (argc != 4 && argc != 6 || !args.is(3, "full") || argc == 6 && !args.is(4, "count")) {
            StreamGroupCommands.failSubcommand(call);
            return;
        }
        long count = argc == 6 ? call.integerArg(5) : SHOWN_COUNT;
        if (!call.failed()) {
            replyFull(call.out(), stream, count < 0 ? SHOWN_COUNT : count);
        }
    }

    private static void replyHead(Replies out, StreamValue stream) {
        named(out, "length", stream.size());
        named(out, "radix-tree-keys", stream.blockCount());
        named(out, "radix-tree-nodes", stream.radixTreeNodes());
        named(out, "last-generated-id", stream.lastId());
        named(out, "max-deleted-entry-id", stream.maxDeletedId());
        named(out, "entries-added", stream.entriesAdded());
        named(out, "recorded-first-entry-id", stream.firstId());
    }

    private static void replyShort(Replies out, StreamValue stream) {
        out.map(10);
        replyHead(out, stream);
        named(out, "groups", stream.groups().size());
        out.bulk("first-entry");
        replyOne(out, stream.cursor(StreamId.MIN, StreamId.MAX, false));
        out.bulk("last-entry");
        replyOne(out, stream.cursor(StreamId.MIN, StreamId.MAX, true));
    }

    private static void replyOne(Replies out, StreamCursor cursor) {
        if (cursor.next()) {
            EntryReplies.entry(out, cursor);
        } else {
            out.nil();
        }
    }

    private static void replyFull(Replies out, StreamValue stream, long count) {
        out.map(9);
        replyHead(out, stream);
        out.bulk("entries");
        EntryReplies.entries(out, stream.cursor(StreamId.MIN, StreamId.MAX, false), count);
        out.bulk("groups");
        out.array(stream.groups().size());
        for (StreamGroup group : stream.groups()) {
            replyGroup(out, stream, group, count);
        }
    }

    private static void replyGroup(Replies out, StreamValue stream, StreamGroup group, long count) {
        out.map(7);
        out.bulk("name");
        out.bulk(group.name());
        replyProgress(out, stream, group);
        named(out, "pel-count", group.pending());
        out.bulk("pending");
        int mark = out.open();
        int shown = 0;
        for (long place = group.firstPending();
                place >= 0 && (count == 0 || shown < count);
                place = group.nextPending(place)) {
            out.array(4);
            EntryReplies.id(out, group.pendingId(place));
            out.bulk(Objects.requireNonNull(group.owner(place)).name());
            out.integer(group.deliveredAtMillis(place));
            out.integer(group.deliveries(place));
            shown++;
        }
        out.closeArray(mark, shown);
        out.bulk("consumers");
        out.array(group.consumers().size());
        for (StreamConsumer consumer : group.consumers()) {
            replyConsumer(out, group, consumer, count);
        }
    }

    private static void replyProgress(Replies out, StreamValue stream, StreamGroup group) {
        named(out, "last-delivered-id", group.lastId());
        namedOrNil(out, "entries-read", group.entriesRead(), StreamGroup.UNKNOWN);
        namedOrNil(out, "lag", stream.lag(group), StreamValue.UNKNOWN_LAG);
    }

    private static void replyConsumer(Replies out, StreamGroup group, StreamConsumer consumer, long count) {
        out.map(4);
        out.bulk("name");
        out.bulk(consumer.name());
        named(out, "seen-time", consumer.seenAtMillis());
        named(out, "pel-count", consumer.pending());
        out.bulk("pending");
        int mark = out.open();
        int shown = 0;
        for (long place = group.pendingFrom(consumer, StreamId.MIN);
                place >= 0 && (count == 0 || shown < count);
                place = group.nextPending(consumer, place)) {
            out.array(3);
            EntryReplies.id(out, group.pendingId(place));
            out.integer(group.deliveredAtMillis(place));
            out.integer(group.deliveries(place));
            shown++;
        }
        out.closeArray(mark, shown);
    }

    // ------------------------------------------------------------------ GROUPS, CONSUMERS

    private static void groups(Call call) {
        StreamValue stream = present(call);
        if (stream == null) {
            return;
        }
        Replies out = call.out();
        out.array(stream.groups().size());
        for (StreamGroup group : stream.groups()) {
            out.map(6);
            out.bulk("name");
            out.bulk(group.name());
            named(out, "consumers", group.consumers().size());
            named(out, "pending", group.pending());
            replyProgress(out, stream, group);
        }
    }

    private static void consumers(Call call) {
        StreamValue stream = present(call);
        if (stream == null) {
            return;
        }
        StreamGroup group = stream.group(call.bytes(3));
        if (group == null) {
            call.fail("NOGROUP No such consumer group '" + call.args().latin(3) + "' for key name '"
                    + call.args().latin(2) + "'");
            return;
        }
        Replies out = call.out();
        out.array(group.consumers().size());
        for (StreamConsumer consumer : group.consumers()) {
            out.map(3);
            out.bulk("name");
            out.bulk(consumer.name());
            named(out, "pending", consumer.pending());
            named(out, "idle", Math.max(0, call.nowMillis() - consumer.seenAtMillis()));
        }
    }
}
