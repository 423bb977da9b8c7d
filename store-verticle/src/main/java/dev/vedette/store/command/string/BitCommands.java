package dev.vedette.store.command.string;

import static dev.vedette.store.command.AclCategory.BITMAP;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.DENYOOM;
import static dev.vedette.store.command.CommandFlag.FAST;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.WRITE;
import static dev.vedette.store.command.KeySpec.ACCESS_UPDATE;
import static dev.vedette.store.command.KeySpec.OVERWRITE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.VARIABLE_UPDATE;
import static dev.vedette.store.command.KeySpec.at;
import static dev.vedette.store.command.KeySpec.range;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.keyspace.Decimals;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.session.Args;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Strings as bitmaps: SETBIT, BITCOUNT, BITFIELD and their kin. */
public final class BitCommands {

    private static final String OFFSET_ERROR = "ERR bit offset is not an integer or out of range";
    private static final String BIT_ERROR = "ERR bit is not an integer or out of range";
    private static final String LINEAR = "O(N) with N being the number of bytes looked at.";
    private static final String PER_OPERATION = "O(1) for each operation given.";

    private enum Operator {
        AND,
        OR,
        XOR,
        NOT
    }

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("setbit", "Sets or clears a bit of a string; answers what it was.")
                    .since("2.2.0")
                    .arity(4)
                    .flags(WRITE, DENYOOM)
                    .acl(BITMAP)
                    .group("bitmap")
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(BitCommands::setbit),
            command("getbit", "Reads a bit of a string.")
                    .since("2.2.0")
                    .arity(3)
                    .flags(READONLY, FAST)
                    .acl(BITMAP)
                    .group("bitmap")
                    .keys(at(1, READ))
                    .runs(BitCommands::getbit),
            command("bitcount", "Counts the bits that are set in a string or a part of it.")
                    .since("2.6.0")
                    .complexity(LINEAR)
                    .arity(-2)
                    .flags(READONLY)
                    .acl(BITMAP)
                    .group("bitmap")
                    .keys(at(1, READ))
                    .runs(BitCommands::bitcount),
            command("bitpos", "Finds the first bit that is set, or clear, in a string or a part of it.")
                    .since("2.8.7")
                    .complexity(LINEAR)
                    .arity(-3)
                    .flags(READONLY)
                    .acl(BITMAP)
                    .group("bitmap")
                    .keys(at(1, READ))
                    .runs(BitCommands::bitpos),
            command("bitop", "Combines strings bit by bit and stores the outcome.")
                    .since("2.6.0")
                    .complexity("O(N) with N being the bytes of all strings together.")
                    .arity(-4)
                    .flags(WRITE, DENYOOM)
                    .acl(BITMAP)
                    .group("bitmap")
                    .keys(at(2, OVERWRITE), range(3, -1, 1, READ))
                    .runs(BitCommands::bitop),
            command("bitfield", "Reads, sets and counts integers of any width within a string.")
                    .since("3.2.0")
                    .complexity(PER_OPERATION)
                    .arity(-2)
                    .flags(WRITE, DENYOOM)
                    .acl(BITMAP)
                    .group("bitmap")
                    .keys(at(1, VARIABLE_UPDATE))
                    .keyFlags(args -> Bitfield.onlyReads(args) ? READ : ACCESS_UPDATE)
                    .runs(call -> Bitfield.run(call, false)),
            command("bitfield_ro", "Reads integers of any width within a string.")
                    .since("6.0.0")
                    .complexity(PER_OPERATION)
                    .arity(-2)
                    .flags(READONLY, FAST)
                    .acl(BITMAP)
                    .group("bitmap")
                    .keys(at(1, READ))
                    .runs(call -> Bitfield.run(call, true)));

    private static final byte[] NOTHING = {};

    private BitCommands() {}

    // ------------------------------------------------------------------ arguments and bytes

    /** A bit's position, or {@code #n} for the n-th field of {@code width} bits when that is not 0; answers the error. */
    static long bitArg(Call call, int arg, int width) {
        Args args = call.args();
        byte[] array = args.array(arg);
        int offset = args.offset(arg);
        int length = args.length(arg);
        boolean counted = width > 0 && length > 0 && array[offset] == '#';
        if (counted) {
            offset++;
            length--;
        }
        if (!Decimals.isInteger(array, offset, length)) {
            call.fail(OFFSET_ERROR);
            return 0;
        }
        long number = Decimals.parse(array, offset, length);
        long bit = counted ? number * width : number;
        if (bit < 0 || !StringCommands.holds(call, (bit >>> 3) + 1)) {
            call.fail(OFFSET_ERROR);
        }
        return bit;
    }

    /** The array that holds the string as GET would answer it, from {@link #offset} on. */
    static byte[] array(Object entry) {
        return Entries.isInteger(entry) ? Decimals.bytes(Entries.integer(entry)) : Entries.stringArray(entry);
    }

    static int offset(Object entry) {
        return Entries.isInteger(entry) ? 0 : Entries.stringOffset(entry);
    }

    // ------------------------------------------------------------------ single bits

    private static void setbit(Call call) {
        long bit = bitArg(call, 2, 0);
        if (call.failed()) {
            return;
        }
        long value = call.integerArg(3, 0, 1, BIT_ERROR);
        if (call.failed()) {
            return;
        }
        Object present = call.writeString(1);
        if (call.failed()) {
            return;
        }
        int lengthBefore = present == null ? -1 : Entries.stringLength(present);
        Object entry = call.stringForChange(1, (int) (bit >>> 3) + 1);
        byte[] array = Entries.stringArray(entry);
        int offset = Entries.stringOffset(entry);
        int length = Entries.stringLength(entry);
        boolean before = Bits.get(array, offset, length, bit);
        if (length != lengthBefore || before != (value == 1)) {
            Bits.set(array, offset, bit, value == 1);
            Entries.changed(entry);
            call.modified(1, NotifyClass.STRING, "setbit");
        }
        call.out().integer(before ? 1 : 0);
    }

    private static void getbit(Call call) {
        long bit = bitArg(call, 2, 0);
        if (call.failed()) {
            return;
        }
        Object entry = call.readString(1);
        if (call.failed()) {
            return;
        }
        boolean one = entry != null && Bits.get(array(entry), offset(entry), Entries.stringLength(entry), bit);
        call.out().integer(one ? 1 : 0);
    }

    // ------------------------------------------------------------------ ranges

    private static void bitcount(Call call) {
        Object entry = call.readString(1);
        if (call.failed()) {
            return;
        }
        int argc = call.argc();
        if (entry == null) {
            call.out().integer(0);
            return;
        }
        long bits = 8L * Entries.stringLength(entry);
        if (argc == 2) {
            call.out().integer(Bits.count(array(entry), offset(entry), 0, bits));
            return;
        }
        if (argc != 4 && argc != 5) {
            call.fail(Errors.SYNTAX);
            return;
        }
        long start = call.integerArg(2);
        long last = call.failed() ? 0 : call.integerArg(3);
        if (call.failed()) {
            return;
        }
        if (start < 0 && last < 0 && start > last) {
            call.out().integer(0);
            return;
        }
        int unit = argc == 5 ? unitArg(call, 4) : 8;
        if (!call.failed()) {
            long first = firstBit(start, bits, unit);
            call.out().integer(Bits.count(array(entry), offset(entry), first, endBit(last, bits, unit)));
        }
    }

    /** BIT or BYTE: how many bits a position counts. */
    private static int unitArg(Call call, int arg) {
        if (call.args().is(arg, "bit")) {
            return 1;
        }
        if (!call.args().is(arg, "byte")) {
            call.fail(Errors.SYNTAX);
        }
        return 8;
    }

    private static long firstBit(long start, long bits, int unit) {
        long units = bits / unit;
        long first = Math.max(0, start < 0 ? units + start : start);
        return first >= units ? bits : first * unit;
    }

    /** The bit after the last of the range. */
    private static long endBit(long last, long bits, int unit) {
        long units = bits / unit;
        long at = Math.max(0, last < 0 ? units + last : last);
        return (Math.min(at, units - 1) + 1) * unit;
    }

    private static void bitpos(Call call) {
        long value = call.integerArg(2);
        if (call.failed()) {
            return;
        }
        if (value != 0 && value != 1) {
            call.fail("ERR The bit argument must be 1 or 0.");
            return;
        }
        Object entry = call.readString(1);
        if (call.failed()) {
            return;
        }
        if (entry == null) {
            call.out().integer(value == 1 ? -1 : 0);
            return;
        }
        if (call.argc() > 6) {
            call.fail(Errors.SYNTAX);
            return;
        }
        bitpos(call, entry, value == 1);
    }

    private static void bitpos(Call call, Object entry, boolean one) {
        int argc = call.argc();
        long bits = 8L * Entries.stringLength(entry);
        long start = argc > 3 ? call.integerArg(3) : 0;
        int unit = argc == 6 && !call.failed() ? unitArg(call, 5) : 8;
        boolean endGiven = argc > 4;
        long last = endGiven && !call.failed() ? call.integerArg(4) : -1;
        if (call.failed()) {
            return;
        }
        long first = firstBit(start, bits, unit);
        long end = bits == 0 ? 0 : endBit(last, bits, unit);
        long found = Bits.find(array(entry), offset(entry), first, end, one);
        // Without an end the string goes on for ever in zeros.
        boolean beyond = found < 0 && !one && !endGiven && first < end;
        call.out().integer(beyond ? bits : found);
    }

    // ------------------------------------------------------------------ BITOP

    private static void bitop(Call call) {
        Operator operator = operatorArg(call);
        if (operator == null) {
            call.fail(Errors.SYNTAX);
            return;
        }
        if (operator == Operator.NOT && call.argc() != 4) {
            call.fail("ERR BITOP NOT must be called with a single source key.");
            return;
        }
        int count = call.argc() - 3;
        byte[][] sources = new byte[count][];
        int length = 0;
        for (int i = 0; i < count; i++) {
            Object entry = call.readString(3 + i);
            if (call.failed()) {
                return;
            }
            sources[i] = entry == null ? NOTHING : Entries.stringBytes(entry);
            length = Math.max(length, sources[i].length);
        }
        if (length > 0) {
            Args args = call.args();
            byte[] outcome = combine(operator, sources, length);
            call.db().setRawString(args.array(2), args.offset(2), args.length(2), outcome, -1);
            call.modified(2, NotifyClass.STRING, "set");
        } else if (call.remove(2)) {
            call.modified(2, NotifyClass.GENERIC, "del");
        }
        call.out().integer(length);
    }

    private static @Nullable Operator operatorArg(Call call) {
        for (Operator operator : Operator.values()) {
            if (call.args().is(1, operator.name().toLowerCase(java.util.Locale.ROOT))) {
                return operator;
            }
        }
        return null;
    }

    private static byte[] combine(Operator operator, byte[][] sources, int length) {
        byte[] outcome = new byte[length];
        for (int i = 0; i < sources.length; i++) {
            byte[] source = sources[i];
            if (i == 0) {
                System.arraycopy(source, 0, outcome, 0, source.length);
            } else {
                combine(operator, outcome, source);
            }
        }
        if (operator == Operator.NOT) {
            for (int at = 0; at < length; at++) {
                outcome[at] = (byte) ~outcome[at];
            }
        }
        return outcome;
    }

    private static void combine(Operator operator, byte[] outcome, byte[] source) {
        switch (operator) {
            case AND -> {
                for (int at = 0; at < source.length; at++) {
                    outcome[at] &= source[at];
                }
                java.util.Arrays.fill(outcome, source.length, outcome.length, (byte) 0);
            }
            case OR -> {
                for (int at = 0; at < source.length; at++) {
                    outcome[at] |= source[at];
                }
            }
            case XOR -> {
                for (int at = 0; at < source.length; at++) {
                    outcome[at] ^= source[at];
                }
            }
            case NOT -> throw new IllegalArgumentException("NOT has one source");
        }
    }
}
