package dev.vedette.store.command.string;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.keyspace.Decimals;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.session.Args;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** BITFIELD and BITFIELD_RO: a string as an array of integers of any width, several operations at once. */
final class Bitfield {

    private enum Action {
        GET,
        SET,
        INCRBY
    }

    /** What happens to a number that does not fit. */
    enum Overflow {
        WRAP,
        /** The nearest number that fits. */
        SAT,
        /** Nothing is written, null is answered. */
        FAIL
    }

    private record Operation(Action action, Field field, long bit, long operand, Overflow overflow) {}

    /** Whether the operations are well formed as far as one can tell from their words, and all of them read. */
    static boolean onlyReads(Args args) {
        int i = 2;
        while (i < args.count()) {
            int left = args.count() - i - 1;
            if (args.is(i, "get") && left >= 2) {
                i += 3;
            } else if (args.is(i, "overflow") && left >= 1) {
                i += 2;
            } else {
                return false;
            }
        }
        return true;
    }

    /** An integer's kind: {@code i} or {@code u} and its width in bits. */
    record Field(boolean signed, int width) {

        long read(byte[] array, int offset, int length, long bit) {
            return signed
                    ? Bits.signedField(array, offset, length, bit, width)
                    : Bits.field(array, offset, length, bit, width);
        }

        private long max() {
            return (1L << (signed ? width - 1 : width)) - 1;
        }

        private long min() {
            return signed ? -max() - 1 : 0;
        }

        /** 1 when {@code value + increment} is too large, -1 when it is too small, 0 when it fits. */
        int excess(long value, long increment) {
            return signed ? signedExcess(value, increment) : unsignedExcess(value, increment);
        }

        private int unsignedExcess(long value, long increment) {
            if (Long.compareUnsigned(value, max()) > 0 || increment > 0 && increment > max() - value) {
                return 1;
            }
            return increment < 0 && increment < -value ? -1 : 0;
        }

        private int signedExcess(long value, long increment) {
            // Of a value far below the least the room upwards wraps to a negative number: as in Redis it counts as too
            // large.
            long up = max() - value;
            long down = min() - value;
            boolean narrow = width < 64;
            if (value > max() || narrow && increment > up || value >= 0 && increment > 0 && increment > up) {
                return 1;
            }
            return value < min() || narrow && increment < down || value < 0 && increment < 0 && increment < down
                    ? -1
                    : 0;
        }

        /** What is stored when {@code sum} does not fit. */
        long fitted(long sum, int excess, Overflow overflow) {
            if (overflow == Overflow.SAT) {
                return excess > 0 ? max() : min();
            }
            int unused = 64 - width;
            return signed ? sum << unused >> unused : sum << unused >>> unused;
        }
    }

    private static final String TYPE_ERROR =
            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.";

    private final Call call;
    private final List<Operation> operations = new ArrayList<>();
    private boolean writes;
    private long lastBitWritten;

    private Bitfield(Call call) {
        this.call = call;
    }

    static void run(Call call, boolean readOnly) {
        Bitfield bitfield = new Bitfield(call);
        bitfield.parse();
        if (call.failed()) {
            return;
        }
        if (!bitfield.writes) {
            bitfield.read();
        } else if (readOnly) {
            call.fail("ERR BITFIELD_RO only supports the GET subcommand");
        } else {
            bitfield.write();
        }
    }

    // ------------------------------------------------------------------ parsing

    private void parse() {
        Args args = call.args();
        Overflow overflow = Overflow.WRAP;
        int i = 2;
        while (i < args.count() && !call.failed()) {
            int left = args.count() - i - 1;
            if (args.is(i, "get") && left >= 2) {
                parseOperation(Action.GET, i, overflow);
                i += 3;
            } else if (args.is(i, "set") && left >= 3) {
                parseOperation(Action.SET, i, overflow);
                i += 4;
            } else if (args.is(i, "incrby") && left >= 3) {
                parseOperation(Action.INCRBY, i, overflow);
                i += 4;
            } else if (args.is(i, "overflow") && left >= 1) {
                overflow = overflow(i + 1);
                i += 2;
            } else {
                call.fail(Errors.SYNTAX);
            }
        }
    }

    private Overflow overflow(int arg) {
        for (Overflow overflow : Overflow.values()) {
            if (call.args().is(arg, overflow.name().toLowerCase(java.util.Locale.ROOT))) {
                return overflow;
            }
        }
        call.fail("ERR Invalid OVERFLOW type specified");
        return Overflow.WRAP;
    }

    private void parseOperation(Action action, int arg, Overflow overflow) {
        Field field = fieldArg(arg + 1);
        if (field == null) {
            return;
        }
        long bit = BitCommands.bitArg(call, arg + 2, field.width);
        if (call.failed()) {
            return;
        }
        long operand = 0;
        if (action != Action.GET) {
            writes = true;
            lastBitWritten = Math.max(lastBitWritten, bit + field.width - 1);
            operand = call.integerArg(arg + 3);
        }
        operations.add(new Operation(action, field, bit, operand, overflow));
    }

    private @Nullable Field fieldArg(int arg) {
        Args args = call.args();
        byte[] array = args.array(arg);
        int offset = args.offset(arg);
        int digits = args.length(arg) - 1;
        if (digits > 0 && Decimals.isInteger(array, offset + 1, digits)) {
            boolean signed = array[offset] == 'i';
            long width = Decimals.parse(array, offset + 1, digits);
            if ((signed || array[offset] == 'u') && width >= 1 && width <= (signed ? 64 : 63)) {
                return new Field(signed, (int) width);
            }
        }
        call.fail(TYPE_ERROR);
        return null;
    }

    // ------------------------------------------------------------------ running

    private void read() {
        Object entry = call.readString(1);
        if (call.failed()) {
            return;
        }
        byte[] bytes = entry == null ? new byte[0] : BitCommands.array(entry);
        int offset = entry == null ? 0 : BitCommands.offset(entry);
        int length = entry == null ? 0 : Entries.stringLength(entry);
        call.out().array(operations.size());
        for (Operation operation : operations) {
            call.out().integer(operation.field.read(bytes, offset, length, operation.bit));
        }
    }

    private void write() {
        Object present = call.writeString(1);
        if (call.failed()) {
            return;
        }
        int lengthBefore = present == null ? -1 : Entries.stringLength(present);
        Object entry = call.stringForChange(1, (int) (lastBitWritten >>> 3) + 1);
        byte[] array = Entries.stringArray(entry);
        int offset = Entries.stringOffset(entry);
        int length = Entries.stringLength(entry);
        boolean grown = length != lengthBefore;
        int changes = 0;
        call.out().array(operations.size());
        for (Operation operation : operations) {
            if (apply(operation, array, offset, length, grown)) {
                changes++;
            }
        }
        Entries.changed(entry);
        if (changes > 0) {
            call.modified(1, NotifyClass.STRING, "setbit");
            call.addChanges(changes - 1L);
        }
    }

    /** Runs an operation and answers it; true when the string is not what it was. */
    private boolean apply(Operation operation, byte[] array, int offset, int length, boolean grown) {
        Field field = operation.field;
        long before = field.read(array, offset, length, operation.bit);
        if (operation.action == Action.GET) {
            call.out().integer(before);
            return false;
        }
        boolean increments = operation.action == Action.INCRBY;
        long base = increments ? before : operation.operand;
        long increment = increments ? operation.operand : 0;
        int excess = field.excess(base, increment);
        if (excess != 0 && operation.overflow == Overflow.FAIL) {
            call.out().nil();
            return false;
        }
        long sum = base + increment;
        long after = excess == 0 ? sum : field.fitted(sum, excess, operation.overflow);
        Bits.setField(array, offset, operation.bit, field.width, after);
        call.out().integer(increments ? after : before);
        return grown || after != before;
    }
}
