package dev.vedette.store.command.list;

import static dev.vedette.store.command.KeySpec.ACCESS_DELETE;
import static dev.vedette.store.command.KeySpec.INSERT;
import static dev.vedette.store.command.KeySpec.at;
import static dev.vedette.store.command.KeySpec.counted;
import static dev.vedette.store.command.KeySpec.range;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.KeyWaits;
import dev.vedette.store.keyspace.ValueType;
import dev.vedette.store.keyspace.value.ListValue;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lists, with clients that wait for an element.
 *
 * <p>Each command tries at once, in the order of its keys; without an element the client waits, and the same code runs
 * again on the key that came to hold one. The change stream sees only what was done, as the command that does not wait.
 */
public final class BlockingListCommands {

    private static final byte[] LMOVE = "LMOVE".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RPOPLPUSH = "RPOPLPUSH".getBytes(StandardCharsets.US_ASCII);

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            ListCommands.list("blpop", "Takes the head element of the first list that has one, or waits for it.")
                    .since("2.0.0")
                    .complexity("O(N) where N is the number of provided keys.")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.NOSCRIPT, CommandFlag.BLOCKING)
                    .keys(range(1, -2, 1, ACCESS_DELETE))
                    .runs(call -> popOrWait(call, Side.LEFT)),
            ListCommands.list("brpop", "Takes the tail element of the first list that has one, or waits for it.")
                    .since("2.0.0")
                    .complexity("O(N) where N is the number of provided keys.")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.NOSCRIPT, CommandFlag.BLOCKING)
                    .keys(range(1, -2, 1, ACCESS_DELETE))
                    .runs(call -> popOrWait(call, Side.RIGHT)),
            ListCommands.list("blmove", "Moves an element between the ends of two lists, or waits for one to move.")
                    .since("6.2.0")
                    .complexity("O(1)")
                    .arity(6)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.NOSCRIPT, CommandFlag.BLOCKING)
                    .keys(at(1, ACCESS_DELETE), at(2, INSERT))
                    .runs(BlockingListCommands::blmove),
            ListCommands.list(
                            "brpoplpush", "Moves a tail element to the head of another list, or waits for one to move.")
                    .since("2.2.0")
                    .complexity("O(1)")
                    .arity(4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.NOSCRIPT, CommandFlag.BLOCKING)
                    .keys(at(1, ACCESS_DELETE), at(2, INSERT))
                    .runs(BlockingListCommands::brpoplpush),
            ListCommands.list("blmpop", "Takes elements from the first list that has any, or waits for them.")
                    .since("7.0.0")
                    .complexity("O(N+M) where N is the number of provided keys and M is the number of elements"
                            + " returned.")
                    .arity(-5)
                    .flags(CommandFlag.WRITE, CommandFlag.BLOCKING, CommandFlag.MOVABLEKEYS)
                    .keys(counted(2, ACCESS_DELETE))
                    .runs(BlockingListCommands::blmpop));

    private BlockingListCommands() {}

    /** Tries the list at one argument: true when it answered. */
    @FunctionalInterface
    private interface Try {
        boolean on(Call call, int arg);
    }

    // ------------------------------------------------------------------ pops

    private static void popOrWait(Call call, Side side) {
        int timeoutArg = call.argc() - 1;
        tryOrWait(call, timeoutArg, 1, timeoutArg, (again, arg) -> popWithKey(again, arg, side));
    }

    private static boolean popWithKey(Call call, int arg, Side side) {
        ListValue list = call.write(arg, ListValue.class);
        if (list == null) {
            return false;
        }
        Args args = call.args();
        Replies out = call.out();
        out.array(2);
        out.bulk(args.array(arg), args.offset(arg), args.length(arg));
        ListCommands.replyEnd(out, list, side);
        call.propagateWords(2);
        call.word(side.popCommand());
        call.wordArg(arg);
        ListCommands.removePopped(call, arg, list, side, 1);
        return true;
    }

    private static void blmpop(Call call) {
        ListCommands.Ask ask = ListCommands.ask(call, 2);
        if (ask != null) {
            tryOrWait(
                    call,
                    1,
                    ask.first(),
                    ask.first() + ask.keys(),
                    (again, arg) -> ListCommands.popWithKey(again, arg, ask.side(), ask.count()));
        }
    }

    /** Tries the keys from argument {@code first} to before {@code end}; when none answers, the client waits for them. */
    private static void tryOrWait(Call call, int timeoutArg, int first, int end, Try attempt) {
        long deadlineMillis = call.deadlineArg(timeoutArg);
        for (int arg = first; arg < end && !call.failed(); arg++) {
            if (attempt.on(call, arg)) {
                return;
            }
        }
        if (call.failed()) {
            return;
        }
        if (!call.mayBlock()) {
            call.out().nilArray();
            return;
        }
        List<byte[]> keys = new ArrayList<>();
        for (int arg = first; arg < end; arg++) {
            keys.add(call.bytes(arg));
        }
        waitFor(call, keys, deadlineMillis, (again, key) -> attempt.on(again, argOf(again.args(), key, first, end)));
    }

    private static int argOf(Args args, byte[] key, int first, int end) {
        for (int arg = first; arg < end; arg++) {
            if (Arrays.equals(args.bytes(arg), key)) {
                return arg;
            }
        }
        throw new IllegalStateException("waits for a key that is no argument");
    }

    // ------------------------------------------------------------------ moves

    private static void blmove(Call call) {
        Side from = Side.of(call, 3);
        if (call.failed()) {
            return;
        }
        Side to = Side.of(call, 4);
        if (!call.failed()) {
            moveOrWait(call, from, to, 5);
        }
    }

    private static void brpoplpush(Call call) {
        moveOrWait(call, Side.RIGHT, Side.LEFT, 3);
    }

    private static void moveOrWait(Call call, Side from, Side to, int timeoutArg) {
        long deadlineMillis = call.deadlineArg(timeoutArg);
        if (call.failed()) {
            return;
        }
        ListValue source = call.write(1, ListValue.class);
        if (call.failed()) {
            return;
        }
        if (source != null) {
            move(call, from, to, false);
        } else if (!call.mayBlock()) {
            call.out().nil();
        } else {
            waitFor(call, List.of(call.bytes(1)), deadlineMillis, (again, key) -> {
                move(again, from, to, true);
                return true;
            });
        }
    }

    private static void move(Call call, Side from, Side to, boolean afterWait) {
        ListCommands.move(call, from, to);
        if (call.failed()) {
            return;
        }
        if (call.command().name().equals("brpoplpush")) {
            call.propagateWords(3);
            call.word(RPOPLPUSH);
            call.wordArg(1);
            call.wordArg(2);
            return;
        }
        call.propagateWords(5);
        call.word(LMOVE);
        call.wordArg(1);
        call.wordArg(2);
        // As Redis does, byte for byte: the sides as they were written, but in lower case after a wait.
        if (afterWait) {
            call.word(from.word());
            call.word(to.word());
        } else {
            call.wordArg(3);
            call.wordArg(4);
        }
    }

    private static void waitFor(Call call, List<byte[]> keys, long deadlineMillis, KeyWaits.Attempt attempt) {
        call.waitForKeys(
                keys,
                ValueType.LIST,
                deadlineMillis,
                attempt,
                session -> session.replies().nilArray());
    }
}
