package dev.vedette.store.command.stream;

import static dev.vedette.store.command.KeySpec.DELETE;
import static dev.vedette.store.command.KeySpec.INSERT;
import static dev.vedette.store.command.KeySpec.UPDATE;
import static dev.vedette.store.command.KeySpec.at;
import static dev.vedette.store.command.stream.StreamCommands.stream;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Help;
import dev.vedette.store.command.KeySpec;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.keyspace.value.StreamConsumer;
import dev.vedette.store.keyspace.value.StreamGroup;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.keyspace.value.StreamValue;
import dev.vedette.store.session.Args;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Consumer groups of streams: XGROUP. */
public final class StreamGroupCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(Command.command(
                    "xgroup", "Holds the commands that make and change consumer groups of streams.")
            .since("5.0.0")
            .complexity("Depends on subcommand.")
            .group("stream")
            .arity(-2)
            .sub(
                    sub("create", "Creates a consumer group.", -5, INSERT)
                            .flags(CommandFlag.DENYOOM)
                            .runs(StreamGroupCommands::create),
                    sub("setid", "Says up to which id a consumer group has read.", -5, UPDATE)
                            .runs(StreamGroupCommands::setId),
                    sub("destroy", "Removes a consumer group with all that is pending in it.", 4, DELETE)
                            .complexity("O(N) where N is the number of entries in the group's pending entries list"
                                    + " (PEL).")
                            .runs(StreamGroupCommands::destroy),
                    sub("createconsumer", "Creates a consumer of a group.", 5, INSERT)
                            .since("6.2.0")
                            .flags(CommandFlag.DENYOOM)
                            .runs(StreamGroupCommands::createConsumer),
                    sub("delconsumer", "Removes a consumer of a group, with all that is pending for it.", 5, DELETE)
                            .runs(StreamGroupCommands::deleteConsumer),
                    Help.of(
                                    "xgroup",
                                    "5.0.0",
                                    "CREATE <key> <groupname> <id|$> [option]",
                                    "    Create a group that reads from there on. Options:",
                                    "    * MKSTREAM",
                                    "      Create the stream, too, if there is none.",
                                    "    * ENTRIESREAD entries_read",
                                    "      How many entries count as read (for replicas).",
                                    "CREATECONSUMER <key> <groupname> <consumer>",
                                    "    Create a consumer.",
                                    "DELCONSUMER <key> <groupname> <consumer>",
                                    "    Remove a consumer, with its pending entries.",
                                    "DESTROY <key> <groupname>",
                                    "    Remove a group.",
                                    "SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]",
                                    "    Let a group read from elsewhere on.")
                            .group("stream")
                            .acl(dev.vedette.store.command.AclCategory.STREAM)));

    private StreamGroupCommands() {}

    private static Command sub(String name, String summary, int arity, List<String> keyFlags) {
        KeySpec key = at(2, keyFlags);
        return stream(name, summary).arity(arity).flags(CommandFlag.WRITE).keys(key);
    }

    /** Bytes as error replies take them. */
    static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Answers that a container's subcommand does not take such arguments. */
    static void failSubcommand(Call call) {
        String subcommand = call.args().latin(1);
        call.fail("ERR unknown subcommand or wrong number of arguments for '"
                + subcommand.substring(0, Math.min(128, subcommand.length())) + "'. Try "
                + call.args().latin(0).toUpperCase(Locale.ROOT) + " HELP.");
    }

    // ------------------------------------------------------------------ options

    /** What CREATE and SETID may be told. */
    private static final class Options {
        boolean makeStream;
        long entriesRead = StreamGroup.UNKNOWN;
    }

    private static @Nullable Options options(Call call, boolean create) {
        Options options = new Options();
        Args args = call.args();
        int i = 5;
        while (i < args.count()) {
            if (create && args.is(i, "mkstream")) {
                options.makeStream = true;
                i++;
            } else if (i + 1 < args.count() && args.is(i, "entriesread")) {
                options.entriesRead = call.integerArg(i + 1);
                if (!call.failed() && options.entriesRead < StreamGroup.UNKNOWN) {
                    call.fail("ERR value for ENTRIESREAD must be positive or -1");
                }
                i += 2;
            } else {
                failSubcommand(call);
            }
            if (call.failed()) {
                return null;
            }
        }
        return options;
    }

    /** The stream of the key, to be changed; null with the error answered when there is none. */
    private static @Nullable StreamValue present(Call call) {
        StreamValue stream = call.write(2, StreamValue.class);
        if (stream == null && !call.failed()) {
            call.fail("ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may want to use"
                    + " the MKSTREAM option to create an empty stream automatically.");
        }
        return stream;
    }

    /** The group, to be changed; null with the error answered when there is none. */
    private static @Nullable StreamGroup group(Call call, @Nullable StreamValue stream) {
        if (stream == null) {
            return null;
        }
        StreamGroup group = stream.group(call.bytes(3));
        if (group == null) {
            call.fail("NOGROUP No such consumer group '" + call.args().latin(3) + "' for key name '"
                    + call.args().latin(2) + "'");
        }
        return group;
    }

    // ------------------------------------------------------------------ subcommands

    private static void create(Call call) {
        Options options = options(call, true);
        if (options == null) {
            return;
        }
        StreamValue stream = options.makeStream ? call.write(2, StreamValue.class) : present(call);
        if (call.failed()) {
            return;
        }
        if (call.argc() > 8) {
            failSubcommand(call);
            return;
        }
        StreamId last =
                call.args().is(4, "$") ? stream == null ? StreamId.MIN : stream.lastId() : IdArgs.exact(call, 4);
        if (last == null) {
            return;
        }
        if (stream == null) {
            stream = new StreamValue();
            call.put(2, stream);
            call.server.touched(call.db(), call.bytes(2));
        }
        if (stream.createGroup(call.bytes(3), last, options.entriesRead) == null) {
            call.fail("BUSYGROUP Consumer Group name already exists");
            return;
        }
        call.out().ok();
        changed(call, "xgroup-create");
    }

    /** Groups are no part of what WATCH looks at. */
    private static void changed(Call call, String event) {
        call.addChanges(1);
        call.notifyOnly(2, NotifyClass.STREAM, event);
    }

    private static void setId(Call call) {
        Options options = options(call, false);
        if (options == null) {
            return;
        }
        StreamValue stream = present(call);
        StreamGroup group = group(call, stream);
        if (stream == null || group == null) {
            return;
        }
        if (call.argc() != 5 && call.argc() != 7) {
            failSubcommand(call);
            return;
        }
        StreamId last = call.args().is(4, "$") ? stream.lastId() : IdArgs.anywhere(call, 4);
        if (last == null) {
            return;
        }
        group.setLast(last, options.entriesRead);
        call.out().ok();
        changed(call, "xgroup-setid");
    }

    private static void destroy(Call call) {
        StreamValue stream = present(call);
        if (stream == null) {
            return;
        }
        boolean destroyed = stream.destroyGroup(call.bytes(3));
        call.out().integer(destroyed ? 1 : 0);
        if (destroyed) {
            changed(call, "xgroup-destroy");
            call.wake(2);
        }
    }

    private static void createConsumer(Call call) {
        StreamGroup group = group(call, present(call));
        if (group == null) {
            return;
        }
        boolean isNew = group.consumer(call.bytes(4)) == null;
        if (isNew) {
            createConsumer(call, call.bytes(2), group, call.bytes(4));
        }
        call.out().integer(isNew ? 1 : 0);
    }

    /** Creates a consumer that is not there, with the event for that. */
    static StreamConsumer createConsumer(Call call, byte[] key, StreamGroup group, byte[] name) {
        StreamConsumer created = group.createConsumer(name, call.nowMillis());
        if (created == null) {
            throw new IllegalStateException("the consumer is there");
        }
        call.addChanges(1);
        call.server.notifyKeyspaceEvent(
                NotifyClass.STREAM, "xgroup-createconsumer", key, call.db().number());
        return created;
    }

    private static void deleteConsumer(Call call) {
        StreamGroup group = group(call, present(call));
        if (group == null) {
            return;
        }
        StreamConsumer consumer = group.consumer(call.bytes(4));
        long pending = 0;
        if (consumer != null) {
            pending = consumer.pending();
            group.deleteConsumer(consumer);
            changed(call, "xgroup-delconsumer");
        }
        call.out().integer(pending);
    }
}
