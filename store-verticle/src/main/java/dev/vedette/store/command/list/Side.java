package dev.vedette.store.command.list;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.keyspace.value.ListValue;
import java.nio.charset.StandardCharsets;

/** The two ends of a list: what it means to push and pop there, and what that is called. */
enum Side {
    /** The head. */
    LEFT("lpush", "lpop") {
        @Override
        void push(ListValue list, byte[] array, int offset, int length) {
            list.pushFirst(array, offset, length);
        }

        @Override
        byte[] array(ListValue list) {
            return list.firstArray();
        }

        @Override
        int offset(ListValue list) {
            return list.firstOffset();
        }

        @Override
        int length(ListValue list) {
            return list.firstLength();
        }

        @Override
        void remove(ListValue list, long count) {
            list.removeFirst(count);
        }

        @Override
        ListValue.Cursor from(ListValue list) {
            return list.forward(0);
        }
    },

    /** The tail. */
    RIGHT("rpush", "rpop") {
        @Override
        void push(ListValue list, byte[] array, int offset, int length) {
            list.pushLast(array, offset, length);
        }

        @Override
        byte[] array(ListValue list) {
            return list.lastArray();
        }

        @Override
        int offset(ListValue list) {
            return list.lastOffset();
        }

        @Override
        int length(ListValue list) {
            return list.lastLength();
        }

        @Override
        void remove(ListValue list, long count) {
            list.removeLast(count);
        }

        @Override
        ListValue.Cursor from(ListValue list) {
            return list.backward(list.size() - 1);
        }
    };

    /** The keyspace events of a push and of a pop. */
    final String pushEvent;

    final String popEvent;

    private static final byte[] LPOP = ascii("LPOP");
    private static final byte[] RPOP = ascii("RPOP");
    private static final byte[] LEFT_WORD = ascii("left");
    private static final byte[] RIGHT_WORD = ascii("right");

    Side(String pushEvent, String popEvent) {
        this.pushEvent = pushEvent;
        this.popEvent = popEvent;
    }

    /** The side that an argument names; answers a syntax error, and LEFT, when it names none. */
    static Side of(Call call, int arg) {
        if (call.args().is(arg, "right")) {
            return RIGHT;
        }
        if (!call.args().is(arg, "left")) {
            call.fail(Errors.SYNTAX);
        }
        return LEFT;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The command by which a pop goes into the change stream. */
    byte[] popCommand() {
        return this == LEFT ? LPOP : RPOP;
    }

    /** The side as LMOVE names it in the change stream. */
    byte[] word() {
        return this == LEFT ? LEFT_WORD : RIGHT_WORD;
    }

    abstract void push(ListValue list, byte[] array, int offset, int length);

    /** The array that holds the element at this end, from {@link #offset} for {@link #length} bytes. */
    abstract byte[] array(ListValue list);

    /** See {@link #array}. */
    abstract int offset(ListValue list);

    /** See {@link #array}. */
    abstract int length(ListValue list);

    abstract void remove(ListValue list, long count);

    /** A cursor that sees all elements, beginning at this end. */
    abstract ListValue.Cursor from(ListValue list);
}
