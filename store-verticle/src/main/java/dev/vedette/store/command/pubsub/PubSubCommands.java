package dev.vedette.store.command.pubsub;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.FAST;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.MAY_REPLICATE;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.PUBSUB;
import static dev.vedette.store.command.CommandFlag.SENTINEL;
import static dev.vedette.store.command.CommandFlag.STALE;
import static dev.vedette.store.command.KeySpec.NOT_KEY;
import static dev.vedette.store.command.KeySpec.at;
import static dev.vedette.store.command.KeySpec.range;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Globs;
import dev.vedette.store.command.Help;
import dev.vedette.store.command.PubSub.Kind;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.ByteKey;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import java.util.List;
import java.util.Set;

/** SUBSCRIBE, PUBLISH, PUBSUB and their kin. */
public final class PubSubCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("psubscribe", "Subscribes to all channels whose names match a pattern.")
                    .since("2.0.0")
                    .complexity("O(N) where N is the number of patterns the client is already subscribed to.")
                    .group("pubsub")
                    .arity(-2)
                    .flags(PUBSUB, NOSCRIPT, LOADING, STALE, SENTINEL)
                    .channels(Command.Channels.ALL_PATTERNS)
                    .runs(call -> subscribe(call, Kind.PATTERN)),
            command("publish", "Sends a message to a channel.")
                    .since("2.0.0")
                    .complexity("O(N+M) where N is the number of clients subscribed to the receiving channel and M is"
                            + " the total number of subscribed patterns (by any client).")
                    .group("pubsub")
                    .arity(3)
                    .flags(PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE, SENTINEL)
                    .flagFinder((server, args, declared) -> isHello(args) ? declared & ~MAY_REPLICATE.bit() : declared)
                    .channels(Command.Channels.FIRST)
                    .runs(PubSubCommands::publish),
            command("pubsub", "Tells who is subscribed to what.")
                    .since("2.8.0")
                    .complexity("Depends on subcommand.")
                    .group("pubsub")
                    .arity(-2)
                    .sub(
                            list("channels", "2.8.0", Kind.CHANNEL, "Lists the channels that have subscribers.")
                                    .complexity("O(N) where N is the number of active channels, and assuming constant"
                                            + " time pattern matching (relatively short channels and patterns)"),
                            Help.of(
                                            "pubsub",
                                            "6.2.0",
                                            "CHANNELS [<pattern>]",
                                            "    List channels with subscribers, those that match <pattern> only.",
                                            "NUMPAT",
                                            "    Count the patterns subscribed to.",
                                            "NUMSUB [<channel> ...]",
                                            "    Count the subscribers of channels, those by pattern left out.",
                                            "SHARDCHANNELS [<pattern>]",
                                            "    List shard channels with subscribers.",
                                            "SHARDNUMSUB [<shardchannel> ...]",
                                            "    Count the subscribers of shard channels.")
                                    .group("pubsub"),
                            command("numpat", "Counts the different patterns subscribed to.")
                                    .since("2.8.0")
                                    .complexity("O(1)")
                                    .group("pubsub")
                                    .arity(2)
                                    .flags(PUBSUB, LOADING, STALE)
                                    .runs(PubSubCommands::countPatterns),
                            count("numsub", "2.8.0", Kind.CHANNEL, "Counts the subscribers of channels.")
                                    .complexity("O(N) for the NUMSUB subcommand, where N is the number of requested"
                                            + " channels"),
                            list(
                                            "shardchannels",
                                            "7.0.0",
                                            Kind.SHARD,
                                            "Lists the shard channels that have subscribers.")
                                    .complexity("O(N) where N is the number of active shard channels, and assuming"
                                            + " constant time pattern matching (relatively short shard channels)."),
                            count("shardnumsub", "7.0.0", Kind.SHARD, "Counts the subscribers of shard channels.")
                                    .complexity("O(N) for the SHARDNUMSUB subcommand, where N is the number of"
                                            + " requested shard channels")),
            command("punsubscribe", "Ends subscriptions to patterns.")
                    .since("2.0.0")
                    .complexity("O(N+M) where N is the number of patterns the client is already subscribed and M is"
                            + " the number of total patterns subscribed in the system (by any client).")
                    .group("pubsub")
                    .arity(-1)
                    .flags(PUBSUB, NOSCRIPT, LOADING, STALE, SENTINEL)
                    .runs(call -> unsubscribe(call, Kind.PATTERN)),
            command("spublish", "Sends a message to a shard channel.")
                    .since("7.0.0")
                    .complexity("O(N) where N is the number of clients subscribed to the receiving shard channel.")
                    .group("pubsub")
                    .arity(3)
                    .flags(PUBSUB, LOADING, STALE, FAST, MAY_REPLICATE)
                    .keys(at(1, NOT_KEY))
                    .channels(Command.Channels.FIRST)
                    .runs(PubSubCommands::publishShard),
            command("ssubscribe", "Subscribes to shard channels.")
                    .since("7.0.0")
                    .complexity("O(N) where N is the number of shard channels to subscribe to.")
                    .group("pubsub")
                    .arity(-2)
                    .flags(PUBSUB, NOSCRIPT, LOADING, STALE)
                    .keys(range(1, -1, 1, NOT_KEY))
                    .channels(Command.Channels.ALL)
                    .runs(PubSubCommands::subscribeShard),
            command("subscribe", "Subscribes to channels.")
                    .since("2.0.0")
                    .complexity("O(N) where N is the number of channels to subscribe to.")
                    .group("pubsub")
                    .arity(-2)
                    .flags(PUBSUB, NOSCRIPT, LOADING, STALE, SENTINEL)
                    .channels(Command.Channels.ALL)
                    .runs(call -> subscribe(call, Kind.CHANNEL)),
            command("sunsubscribe", "Ends subscriptions to shard channels.")
                    .since("7.0.0")
                    .complexity("O(N) where N is the number of clients already subscribed to a shard channel.")
                    .group("pubsub")
                    .arity(-1)
                    .flags(PUBSUB, NOSCRIPT, LOADING, STALE)
                    .keys(range(1, -1, 1, NOT_KEY))
                    .runs(call -> unsubscribe(call, Kind.SHARD)),
            command("unsubscribe", "Ends subscriptions to channels.")
                    .since("2.0.0")
                    .complexity("O(N) where N is the number of clients already subscribed to a channel.")
                    .group("pubsub")
                    .arity(-1)
                    .flags(PUBSUB, NOSCRIPT, LOADING, STALE, SENTINEL)
                    .runs(call -> unsubscribe(call, Kind.CHANNEL)));

    private PubSubCommands() {}

    private static Command list(String name, String since, Kind kind, String summary) {
        return command(name, summary)
                .since(since)
                .group("pubsub")
                .arity(-2)
                .flags(PUBSUB, LOADING, STALE)
                .runs(call -> listChannels(call, kind));
    }

    private static Command count(String name, String since, Kind kind, String summary) {
        return command(name, summary)
                .since(since)
                .group("pubsub")
                .arity(-2)
                .flags(PUBSUB, LOADING, STALE)
                .runs(call -> countSubscribers(call, kind));
    }

    private static void subscribe(Call call, Kind kind) {
        for (int i = 1; i < call.argc(); i++) {
            call.server.pubSub.subscribe(call.session(), kind, call.bytes(i));
        }
    }

    private static void subscribeShard(Call call) {
        if (call.inTransaction()) {
            call.fail("ERR SSUBSCRIBE isn't allowed for a DENY BLOCKING client");
            return;
        }
        subscribe(call, Kind.SHARD);
    }

    private static void unsubscribe(Call call, Kind kind) {
        if (call.argc() == 1) {
            call.server.pubSub.unsubscribeAll(call.session(), kind);
        }
        for (int i = 1; i < call.argc(); i++) {
            call.server.pubSub.unsubscribe(call.session(), kind, call.bytes(i));
        }
    }

    /**
     * Whether this is a sentinel's greeting. Sentinels greet every node by themselves, so a master need not pass that on;
     * and it must not, since a master that comes back would move away from the history of the others by the greetings
     * alone. Nor may it wait in a pause: the sentinel's next words may be what ends the pause.
     */
    private static boolean isHello(Args args) {
        return args.count() > 1 && args.is(1, "__sentinel__:hello");
    }

    private static void publish(Call call) {
        if (!isHello(call.args())) {
            call.propagateAlways();
        }
        call.out().integer(call.server.pubSub.publish(call.bytes(1), call.bytes(2)));
    }

    private static void publishShard(Call call) {
        call.propagateAlways();
        call.out().integer(call.server.pubSub.publishShard(call.bytes(1), call.bytes(2)));
    }

    private static void listChannels(Call call, Kind kind) {
        if (call.argc() > 3) {
            call.fail("ERR unknown subcommand or wrong number of arguments for '"
                    + call.args().text(1) + "'. Try PUBSUB HELP.");
            return;
        }
        byte[] pattern = call.argc() == 3 ? call.bytes(2) : null;
        Replies out = call.out();
        int mark = out.open();
        int count = 0;
        for (ByteKey channel : call.server.pubSub.all(kind).keySet()) {
            if (pattern == null || Globs.matches(pattern, channel.bytes(), false)) {
                out.bulk(channel.bytes());
                count++;
            }
        }
        out.closeArray(mark, count);
    }

    private static void countSubscribers(Call call, Kind kind) {
        Replies out = call.out();
        out.array(2L * (call.argc() - 2));
        for (int i = 2; i < call.argc(); i++) {
            byte[] channel = call.bytes(i);
            Set<Session> subscribers = call.server.pubSub.all(kind).get(new ByteKey(channel));
            out.bulk(channel);
            out.integer(subscribers == null ? 0 : subscribers.size());
        }
    }

    private static void countPatterns(Call call) {
        call.out().integer(call.server.pubSub.all(Kind.PATTERN).size());
    }
}
