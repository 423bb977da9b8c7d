package dev.vedette.sentinel.serve;

import static dev.vedette.sentinel.serve.Command.command;

import dev.vedette.sentinel.acl.AclUser;
import dev.vedette.sentinel.decide.Hello;
import dev.vedette.wire.resp.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** SUBSCRIBE and its kin. The channels are the sentinel's events; PUBLISH takes hellos of other sentinels only. */
final class PubSubFamily {

    private static final String[] FLAGS = {"pubsub", "noscript", "loading", "stale"};

    private final Door door;
    private final Watch watch;

    PubSubFamily(Door door, Watch watch) {
        this.door = door;
        this.watch = watch;
    }

    List<Command> commands() {
        return List.of(
                command("publish", "Takes the hello of another sentinel.")
                        .since("2.0.0")
                        .group("pubsub")
                        .arity(3)
                        .flags("pubsub", "loading", "stale", "fast")
                        .runs(this::publish),
                command("subscribe", "Asks for the events of these types.")
                        .since("2.0.0")
                        .group("pubsub")
                        .arity(-2)
                        .flags(FLAGS)
                        .runs(call -> subscribe(call, "subscribe", call.client().channels(), false)),
                command("psubscribe", "Asks for the events whose type matches these patterns.")
                        .since("2.0.0")
                        .group("pubsub")
                        .arity(-2)
                        .flags(FLAGS)
                        .runs(call ->
                                subscribe(call, "psubscribe", call.client().patterns(), true)),
                command("unsubscribe", "Ends subscriptions to event types.")
                        .since("2.0.0")
                        .group("pubsub")
                        .arity(-1)
                        .flags(FLAGS)
                        .runs(call ->
                                unsubscribe(call, "unsubscribe", call.client().channels())),
                command("punsubscribe", "Ends subscriptions to patterns.")
                        .since("2.0.0")
                        .group("pubsub")
                        .arity(-1)
                        .flags(FLAGS)
                        .runs(call ->
                                unsubscribe(call, "punsubscribe", call.client().patterns())));
    }

    private void publish(Call call) {
        if (!call.word(1).equals(Hello.CHANNEL)) {
            call.answer(Answers.error("Only HELLO messages are accepted by Sentinel instances."));
            return;
        }
        if (refuses(call, call.word(1), false)) {
            return;
        }
        watch.helloPublished(call.word(2));
        call.answer(new Reply.Int(1));
    }

    /** Whether the user may not use a channel; then the call is answered. */
    private boolean refuses(Call call, String channel, boolean pattern) {
        Optional<AclUser> user = door.users().named(call.client().userName());
        if (user.isPresent() && user.get().mayUseChannel(channel, pattern)) {
            return false;
        }
        door.aclLog().add("channel", channel, call.client(), watch.nowMs());
        call.answer(
                new Reply.Error("NOPERM this user has no permissions to access one of the channels used as arguments"));
        return true;
    }

    private void subscribe(Call call, String kind, Set<String> to, boolean pattern) {
        List<String> wanted = call.words().subList(1, call.size());
        for (String channel : wanted) {
            if (refuses(call, channel, pattern)) {
                return;
            }
        }
        List<Reply> answers = new ArrayList<>();
        for (String channel : wanted) {
            to.add(channel);
            answers.add(confirmation(call, kind, Reply.Bulk.of(channel)));
        }
        call.answer(answers);
    }

    private static void unsubscribe(Call call, String kind, Set<String> from) {
        List<String> ended = call.size() > 1 ? call.words().subList(1, call.size()) : List.copyOf(from);
        List<Reply> answers = new ArrayList<>();
        for (String channel : ended) {
            from.remove(channel);
            answers.add(confirmation(call, kind, Reply.Bulk.of(channel)));
        }
        if (ended.isEmpty()) {
            answers.add(confirmation(call, kind, Answers.NULL));
        }
        call.answer(answers);
    }

    private static Reply confirmation(Call call, String kind, Reply channel) {
        return new Reply.Push(List.of(
                Reply.Bulk.of(kind), channel, new Reply.Int(call.client().subscriptions())));
    }
}
