package dev.vedette.store.command.list;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.KeySpec.ACCESS_DELETE;
import static dev.vedette.store.command.KeySpec.DELETE;
import static dev.vedette.store.command.KeySpec.INSERT;
import static dev.vedette.store.command.KeySpec.PROBE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.UPDATE;
import static dev.vedette.store.command.KeySpec.at;
import static dev.vedette.store.command.KeySpec.counted;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.keyspace.value.ListValue;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists. */
public final class ListCommands {

    private static final String EACH_ELEMENT_ADDED =
            "O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            list("lpush", "Adds elements at the head of a list, and creates the list where there is none.")
                    .since("1.0.0")
                    .complexity(EACH_ELEMENT_ADDED)
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .keys(at(1, INSERT))
                    .runs(call -> push(call, Side.LEFT, false)),
            list("rpush", "Adds elements at the tail of a list, and creates the list where there is none.")
                    .since("1.0.0")
                    .complexity(EACH_ELEMENT_ADDED)
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .keys(at(1, INSERT))
                    .runs(call -> push(call, Side.RIGHT, false)),
            list("lpushx", "Adds elements at the head of a list that exists.")
                    .since("2.2.0")
                    .complexity(EACH_ELEMENT_ADDED)
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .keys(at(1, INSERT))
                    .runs(call -> push(call, Side.LEFT, true)),
            list("rpushx", "Adds elements at the tail of a list that exists.")
                    .since("2.2.0")
                    .complexity(EACH_ELEMENT_ADDED)
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .keys(at(1, INSERT))
                    .runs(call -> push(call, Side.RIGHT, true)),
            list("lpop", "Takes elements from the head of a list.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the number of elements returned")
                    .arity(-2)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .keys(at(1, ACCESS_DELETE))
                    .runs(call -> pop(call, Side.LEFT)),
            list("rpop", "Takes elements from the tail of a list.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the number of elements returned")
                    .arity(-2)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .keys(at(1, ACCESS_DELETE))
                    .runs(call -> pop(call, Side.RIGHT)),
            list("llen", "Counts a list's elements.")
                    .since("1.0.0")
                    .complexity("O(1)")
                    .arity(2)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .keys(at(1, PROBE))
                    .runs(ListCommands::llen),
            list("lindex", "Reads the element at a position, negative from the tail.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the number of elements to traverse to get to the element at index."
                            + " This makes asking for the first or the last element of the list O(1).")
                    .arity(3)
                    .flags(CommandFlag.READONLY)
                    .keys(at(1, READ))
                    .runs(ListCommands::lindex),
            list("linsert", "Puts an element beside the first one that equals a pivot.")
                    .since("2.2.0")
                    .complexity("O(N) where N is the number of elements to traverse before seeing the value pivot."
                            + " This means that inserting somewhere on the left end on the list (head) can be"
                            + " considered O(1) and inserting somewhere on the right end (tail) is O(N).")
                    .arity(5)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
                    .keys(at(1, INSERT))
                    .runs(ListCommands::linsert),
            list("lset", "Replaces the element at a position.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the length of the list. Setting either the first or the last element"
                            + " of the list is O(1).")
                    .arity(4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
                    .keys(at(1, UPDATE))
                    .runs(ListCommands::lset),
            list("lrange", "Reads the elements between two positions, both included.")
                    .since("1.0.0")
                    .complexity("O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest"
                            + " end (HEAD or TAIL) for large lists; and N is the number of elements in the specified"
                            + " range.")
                    .arity(4)
                    .flags(CommandFlag.READONLY)
                    .keys(at(1, READ))
                    .runs(ListCommands::lrange),
            list("ltrim", "Keeps the elements between two positions and drops all others.")
                    .since("1.0.0")
                    .complexity("O(N) where N is the number of elements to be removed by the operation.")
                    .arity(4)
                    .flags(CommandFlag.WRITE)
                    .keys(at(1, DELETE))
                    .runs(ListCommands::ltrim),
            list("lrem", "Drops elements that equal a given one.")
                    .since("1.0.0")
                    .complexity("O(N+M) where N is the length of the list and M is the number of elements removed.")
                    .arity(4)
                    .flags(CommandFlag.WRITE)
                    .keys(at(1, DELETE))
                    .runs(ListCommands::lrem),
            list("lpos", "Finds the positions of elements that equal a given one.")
                    .since("6.0.6")
                    .complexity("O(N) where N is the number of elements in the list, for the average case. When"
                            + " searching for elements near the head or the tail of the list, or when the MAXLEN"
                            + " option is provided, the command may run in constant time.")
                    .arity(-3)
                    .flags(CommandFlag.READONLY)
                    .keys(at(1, READ))
                    .runs(ListCommands::lpos),
            list("lmove", "Moves an element from an end of one list to an end of another, and answers it.")
                    .since("6.2.0")
                    .complexity("O(1)")
                    .arity(5)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
                    .keys(at(1, ACCESS_DELETE), at(2, INSERT))
                    .runs(ListCommands::lmove),
            list("rpoplpush", "Moves the tail element of one list to the head of another, and answers it.")
                    .since("1.2.0")
                    .complexity("O(1)")
                    .arity(3)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
                    .keys(at(1, ACCESS_DELETE), at(2, INSERT))
                    .runs(call -> move(call, Side.RIGHT, Side.LEFT)),
            list("lmpop", "Takes elements from the first of several lists that has any.")
                    .since("7.0.0")
                    .complexity("O(N+M) where N is the number of provided keys and M is the number of elements"
                            + " returned.")
                    .arity(-4)
                    .flags(CommandFlag.WRITE, CommandFlag.MOVABLEKEYS)
                    .keys(counted(1, ACCESS_DELETE))
                    .runs(ListCommands::lmpop));

    private ListCommands() {}

    static Command list(String name, String summary) {
        return command(name, summary).group("list").acl(AclCategory.LIST);
    }

    // ------------------------------------------------------------------ the ends

    private static void push(Call call, Side side, boolean onlyExisting) {
        ListValue existing = call.write(1, ListValue.class);
        if (call.failed()) {
            return;
        }
        if (existing == null && onlyExisting) {
            call.out().integer(0);
            return;
        }
        ListValue list = existing == null ? newList(call) : existing;
        Args args = call.args();
        int end = args.count();
        for (int i = 2; i < end; i++) {
            side.push(list, args.array(i), args.offset(i), args.length(i));
        }
        if (existing == null) {
            call.put(1, list);
        }
        call.out().integer(list.size());
        call.addChanges(end - 3L);
        call.modified(1, NotifyClass.LIST, side.pushEvent);
    }

    private static ListValue newList(Call call) {
        return new ListValue(call.server.settings.listMaxListpackSize);
    }

    private static void pop(Call call, Side side) {
        if (call.argc() > 3) {
            call.fail(Errors.arity(call.command().fullName()));
            return;
        }
        boolean counted = call.argc() == 3;
        long count = counted ? call.integerArg(2, 0, Long.MAX_VALUE, Errors.MUST_BE_POSITIVE) : 1;
        if (call.failed()) {
            return;
        }
        ListValue list = call.write(1, ListValue.class);
        if (call.failed()) {
            return;
        }
        if (list == null) {
            if (counted) {
                call.out().nilArray();
            } else {
                call.out().nil();
            }
        } else if (count == 0) {
            call.out().array(0);
        } else {
            if (counted) {
                replyPopped(call.out(), list, side, count);
            } else {
                replyEnd(call.out(), list, side);
            }
            removePopped(call, 1, list, side, count);
        }
    }

    /** Answers the element at that end. */
    static void replyEnd(Replies out, ListValue list, Side side) {
        out.bulk(side.array(list), side.offset(list), side.length(list));
    }

    /** Answers the elements that a pop of at most {@code count} takes, in the order in which it takes them. */
    private static void replyPopped(Replies out, ListValue list, Side side, long count) {
        int taken = (int) Math.min(count, list.size());
        out.array(taken);
        ListValue.Cursor cursor = side.from(list);
        for (int i = 0; i < taken && cursor.next(); i++) {
            out.bulk(cursor.array(), cursor.offset(), cursor.length());
        }
    }

    /** Removes what has been answered, and the key with its last element. */
    static void removePopped(Call call, int arg, ListValue list, Side side, long count) {
        long taken = Math.min(count, list.size());
        side.remove(list, taken);
        call.addChanges(taken - 1);
        call.modified(arg, NotifyClass.LIST, side.popEvent);
        call.removeIfEmpty(arg, list);
    }

    // ------------------------------------------------------------------ several keys

    /** What LMPOP and BLMPOP ask for: keys from argument {@code first} for {@code keys}, an end, a number. */
    record Ask(int first, int keys, Side side, long count) {}

    private static void lmpop(Call call) {
        Ask ask = ask(call, 1);
        if (ask == null) {
            return;
        }
        for (int arg = ask.first; arg < ask.first + ask.keys; arg++) {
            if (popWithKey(call, arg, ask.side, ask.count) || call.failed()) {
                return;
            }
        }
        call.out().nilArray();
    }

    /** Reads {@code numkeys key ... LEFT|RIGHT [COUNT n]}; null when that is answered by an error. */
    static @Nullable Ask ask(Call call, int countArg) {
        Args args = call.args();
        long keys = call.integerArg(countArg, 1, Long.MAX_VALUE, "ERR numkeys should be greater than 0");
        if (call.failed()) {
            return null;
        }
        if (keys > args.count() - countArg - 2) {
            call.fail(Errors.SYNTAX);
            return null;
        }
        int first = countArg + 1;
        int sideArg = first + (int) keys;
        Side side = Side.of(call, sideArg);
        long count = -1;
        for (int i = sideArg + 1; i < args.count() && !call.failed(); i++) {
            if (count == -1 && args.is(i, "count") && i + 1 < args.count()) {
                count = call.integerArg(++i, 1, Long.MAX_VALUE, "ERR count should be greater than 0");
            } else {
                call.fail(Errors.SYNTAX);
            }
        }
        return call.failed() ? null : new Ask(first, (int) keys, side, count == -1 ? 1 : count);
    }

    /** Takes elements from the list at that argument; false when there is none or, with the answer, another type. */
    static boolean popWithKey(Call call, int arg, Side side, long count) {
        ListValue list = call.write(arg, ListValue.class);
        if (list == null) {
            return false;
        }
        Args args = call.args();
        long taken = Math.min(count, list.size());
        Replies out = call.out();
        out.array(2);
        out.bulk(args.array(arg), args.offset(arg), args.length(arg));
        replyPopped(out, list, side, taken);
        call.propagateWords(3);
        call.word(side.popCommand());
        call.wordArg(arg);
        call.wordInteger(taken);
        removePopped(call, arg, list, side, taken);
        return true;
    }

    // ------------------------------------------------------------------ reading

    private static void llen(Call call) {
        ListValue list = call.read(1, ListValue.class);
        if (!call.failed()) {
            call.out().integer(list == null ? 0 : list.size());
        }
    }

    private static void lindex(Call call) {
        ListValue list = call.read(1, ListValue.class);
        if (call.failed()) {
            return;
        }
        if (list == null) {
            call.out().nil();
            return;
        }
        long index = fromHead(call.integerArg(2), list.size());
        if (call.failed()) {
            return;
        }
        if (index < 0 || index >= list.size()) {
            call.out().nil();
            return;
        }
        ListValue.Cursor cursor = list.forward(index);
        cursor.next();
        call.out().bulk(cursor.array(), cursor.offset(), cursor.length());
    }

    /** A position that may be counted from the tail (-1 is the last), counted from the head. */
    private static long fromHead(long index, long size) {
        return index < 0 ? size + index : index;
    }

    private static void lrange(Call call) {
        long first = call.integerArg(2);
        long last = call.failed() ? 0 : call.integerArg(3);
        if (call.failed()) {
            return;
        }
        ListValue list = call.read(1, ListValue.class);
        if (call.failed()) {
            return;
        }
        long size = list == null ? 0 : list.size();
        long from = Math.max(0, fromHead(first, size));
        long to = Math.min(size - 1, fromHead(last, size));
        Replies out = call.out();
        if (list == null || from > to) {
            out.array(0);
            return;
        }
        int count = (int) (to - from + 1);
        out.array(count);
        ListValue.Cursor cursor = list.forward(from);
        for (int i = 0; i < count && cursor.next(); i++) {
            out.bulk(cursor.array(), cursor.offset(), cursor.length());
        }
    }

    private static void lpos(Call call) {
        Args args = call.args();
        long rank = 1;
        long count = -1;
        long longest = 0;
        for (int i = 3; i < args.count(); i++) {
            boolean more = i + 1 < args.count();
            if (more && args.is(i, "rank")) {
                rank = call.integerArg(++i);
                if (!call.failed() && rank == 0) {
                    call.fail(
                            "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use"
                                    + " negative to start from the end of the list");
                }
            } else if (more && args.is(i, "count")) {
                count = call.integerArg(++i, 0, Long.MAX_VALUE, "ERR COUNT can't be negative");
            } else if (more && args.is(i, "maxlen")) {
                longest = call.integerArg(++i, 0, Long.MAX_VALUE, "ERR MAXLEN can't be negative");
            } else {
                call.fail(Errors.SYNTAX);
            }
            if (call.failed()) {
                return;
            }
        }
        ListValue list = call.read(1, ListValue.class);
        if (call.failed()) {
            return;
        }
        if (list == null) {
            replyPositions(call, new Positions(), count);
        } else {
            replyPositions(call, positions(call, list, rank, count, longest == 0 ? Long.MAX_VALUE : longest), count);
        }
    }

    /** Positions found, from the head, in the order in which they were found. */
    private static final class Positions {
        private long[] at = new long[1];
        private int count;

        void add(long position) {
            if (count == at.length) {
                at = java.util.Arrays.copyOf(at, count * 2);
            }
            at[count++] = position;
        }
    }

    /**
     * Looks for matches.
     *
     * @param rank the first match to answer, counted from 1, negative from the tail
     * @param count how many at most: 0 for all, -1 for one
     * @param longest how many elements to look at
     */
    private static Positions positions(Call call, ListValue list, long rank, long count, long longest) {
        Args args = call.args();
        byte[] array = args.array(2);
        int offset = args.offset(2);
        int length = args.length(2);
        boolean backward = rank < 0;
        long size = list.size();
        // The least of all integers has no opposite; to Redis it is a rank that every match has reached.
        long left = rank == Long.MIN_VALUE ? 0 : Math.abs(rank) - 1;
        long wanted = count == 0 ? Long.MAX_VALUE : Math.abs(count);
        Positions found = new Positions();
        ListValue.Cursor cursor = (backward ? Side.RIGHT : Side.LEFT).from(list);
        for (long i = 0; i < longest && found.count < wanted && cursor.next(); i++) {
            if (cursor.same(array, offset, length) && left-- <= 0) {
                found.add(backward ? size - 1 - i : i);
            }
        }
        return found;
    }

    private static void replyPositions(Call call, Positions found, long count) {
        Replies out = call.out();
        if (count >= 0) {
            out.array(found.count);
            for (int i = 0; i < found.count; i++) {
                out.integer(found.at[i]);
            }
        } else if (found.count == 0) {
            out.nil();
        } else {
            out.integer(found.at[0]);
        }
    }

    // ------------------------------------------------------------------ changes within

    private static void linsert(Call call) {
        Args args = call.args();
        boolean before = args.is(2, "before");
        if (!before && !args.is(2, "after")) {
            call.fail(Errors.SYNTAX);
            return;
        }
        ListValue list = call.write(1, ListValue.class);
        if (call.failed()) {
            return;
        }
        if (list == null) {
            call.out().integer(0);
        } else if (list.insert(
                before, args.array(3), args.offset(3), args.length(3), args.array(4), args.offset(4), args.length(4))) {
            call.modified(1, NotifyClass.LIST, "linsert");
            call.out().integer(list.size());
        } else {
            call.out().integer(-1);
        }
    }

    private static void lset(Call call) {
        ListValue list = call.write(1, ListValue.class);
        if (call.failed()) {
            return;
        }
        if (list == null) {
            call.fail(Errors.NO_SUCH_KEY);
            return;
        }
        long index = fromHead(call.integerArg(2), list.size());
        if (call.failed()) {
            return;
        }
        if (index < 0 || index >= list.size()) {
            call.fail(Errors.INDEX_OUT_OF_RANGE);
            return;
        }
        Args args = call.args();
        list.set(index, args.array(3), args.offset(3), args.length(3));
        call.out().ok();
        call.modified(1, NotifyClass.LIST, "lset");
    }

    private static void ltrim(Call call) {
        long first = call.integerArg(2);
        long last = call.failed() ? 0 : call.integerArg(3);
        if (call.failed()) {
            return;
        }
        ListValue list = call.write(1, ListValue.class);
        if (call.failed()) {
            return;
        }
        if (list != null) {
            long size = list.size();
            long from = Math.max(0, fromHead(first, size));
            long to = Math.min(size - 1, fromHead(last, size));
            long atHead = from > to ? size : from;
            long atTail = from > to ? 0 : size - 1 - to;
            list.removeFirst(atHead);
            list.removeLast(atTail);
            // The event is published even when nothing is dropped; the change stream hears of drops only.
            call.addChanges(atHead + atTail - 1);
            call.modified(1, NotifyClass.LIST, "ltrim");
            call.removeIfEmpty(1, list);
        }
        call.out().ok();
    }

    private static void lrem(Call call) {
        long count = call.integerArg(2);
        if (call.failed()) {
            return;
        }
        ListValue list = call.write(1, ListValue.class);
        if (call.failed()) {
            return;
        }
        if (list == null) {
            call.out().integer(0);
            return;
        }
        Args args = call.args();
        long max = count == 0 || count == Long.MIN_VALUE ? Long.MAX_VALUE : Math.abs(count);
        long removed = list.removeEqual(args.array(3), args.offset(3), args.length(3), max, count < 0);
        if (removed > 0) {
            call.addChanges(removed - 1);
            call.modified(1, NotifyClass.LIST, "lrem");
            call.removeIfEmpty(1, list);
        }
        call.out().integer(removed);
    }

    // ------------------------------------------------------------------ from list to list

    private static void lmove(Call call) {
        Side from = Side.of(call, 3);
        if (call.failed()) {
            return;
        }
        Side to = Side.of(call, 4);
        if (call.failed()) {
            return;
        }
        move(call, from, to);
    }

    /** Moves one element from the list at argument 1 to the list at argument 2; answers it, or null without a source. */
    static void move(Call call, Side from, Side to) {
        ListValue source = call.write(1, ListValue.class);
        if (call.failed()) {
            return;
        }
        if (source == null) {
            call.out().nil();
            return;
        }
        ListValue destination = call.write(2, ListValue.class);
        if (call.failed()) {
            return;
        }
        replyEnd(call.out(), source, from);
        if (source == destination) {
            rotate(source, from, to);
        } else {
            ListValue target = destination == null ? newList(call) : destination;
            to.push(target, from.array(source), from.offset(source), from.length(source));
            from.remove(source, 1);
            if (destination == null) {
                call.put(2, target);
            }
        }
        call.addChanges(-1);
        call.modified(2, NotifyClass.LIST, to.pushEvent);
        call.modified(1, NotifyClass.LIST, from.popEvent);
        call.removeIfEmpty(1, source);
    }

    private static void rotate(ListValue list, Side from, Side to) {
        if (from != to && list.size() > 1) {
            int offset = from.offset(list);
            byte[] element = java.util.Arrays.copyOfRange(from.array(list), offset, offset + from.length(list));
            from.remove(list, 1);
            to.push(list, element, 0, element.length);
        }
    }
}
