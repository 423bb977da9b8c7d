package dev.vedette.store.command.string;

import static dev.vedette.store.command.AclCategory.HYPERLOGLOG;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ADMIN;
import static dev.vedette.store.command.CommandFlag.DENYOOM;
import static dev.vedette.store.command.CommandFlag.FAST;
import static dev.vedette.store.command.CommandFlag.MAY_REPLICATE;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.WRITE;
import static dev.vedette.store.command.KeySpec.ACCESS;
import static dev.vedette.store.command.KeySpec.ACCESS_INSERT;
import static dev.vedette.store.command.KeySpec.INSERT;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.at;
import static dev.vedette.store.command.KeySpec.range;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.command.string.HyperLogLog.CorruptException;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.session.Args;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Strings as cardinality sketches: PFADD, PFCOUNT, PFMERGE. */
public final class HyperLogLogCommands {

    private static final String NOT_A_SKETCH = "WRONGTYPE Key is not a valid HyperLogLog string value.";
    private static final String CORRUPT = "INVALIDOBJ Corrupted HLL object detected";
    private static final String INTERNAL = "N/A";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("pfadd", "Counts elements into a sketch; tells whether its estimate may have changed.")
                    .since("2.8.9")
                    .complexity("O(1) for each element.")
                    .arity(-2)
                    .flags(WRITE, DENYOOM, FAST)
                    .acl(HYPERLOGLOG)
                    .group("hyperloglog")
                    .keys(at(1, INSERT))
                    .runs(HyperLogLogCommands::pfadd),
            command("pfcount", "Estimates how many different elements one sketch, or several together, have seen.")
                    .since("2.8.9")
                    .complexity("O(1) for one key, as the estimate is kept; O(N) for several, with a large constant.")
                    .arity(-2)
                    .flags(READONLY, MAY_REPLICATE)
                    .acl(HYPERLOGLOG)
                    .group("hyperloglog")
                    .keys(range(1, -1, 1, ACCESS))
                    .runs(HyperLogLogCommands::pfcount),
            command("pfmerge", "Merges sketches into one.")
                    .since("2.8.9")
                    .complexity("O(N) with N being the number of sketches, with a large constant.")
                    .arity(-2)
                    .flags(WRITE, DENYOOM)
                    .acl(HYPERLOGLOG)
                    .group("hyperloglog")
                    .keys(at(1, ACCESS_INSERT), range(2, -1, 1, READ))
                    .runs(HyperLogLogCommands::pfmerge),
            command("pfdebug", "Looks into a sketch, for tests.")
                    .since("2.8.9")
                    .complexity(INTERNAL)
                    .arity(3)
                    .flags(WRITE, DENYOOM, ADMIN)
                    .acl(HYPERLOGLOG)
                    .group("hyperloglog")
                    .keys(at(2, ACCESS))
                    .runs(HyperLogLogCommands::pfdebug),
            command("pfselftest", "Checks that sketches estimate well, for tests; takes seconds.")
                    .since("2.8.9")
                    .complexity(INTERNAL)
                    .arity(1)
                    .flags(ADMIN)
                    .acl(HYPERLOGLOG)
                    .group("hyperloglog")
                    .runs(HyperLogLogCommands::pfselftest));

    private HyperLogLogCommands() {}

    // ------------------------------------------------------------------ keys and sketches

    /** The sketch of an entry; null with the error answered when it is none. */
    private static @Nullable HyperLogLog sketch(Call call, Object entry) {
        if (!Entries.isInteger(entry)) {
            byte[] array = Entries.stringArray(entry);
            int offset = Entries.stringOffset(entry);
            int length = Entries.stringLength(entry);
            if (HyperLogLog.isValid(array, offset, length)) {
                return new HyperLogLog(array, offset, length);
            }
        }
        call.fail(NOT_A_SKETCH);
        return null;
    }

    /** The sketch at a key that is about to be changed, in the array in which that may be done. */
    private static HyperLogLog writable(Call call, int arg, Object entry) {
        Object own = call.stringForChange(arg, Entries.stringLength(entry));
        return new HyperLogLog(Entries.stringArray(own), Entries.stringOffset(own), Entries.stringLength(own));
    }

    /** Puts the sketch at the key unless it was changed where it lies; the TTL stays. */
    private static void store(Call call, int arg, HyperLogLog sketch) {
        Object present = call.peek(arg);
        if (sketch.isOwn() || present != null && Entries.value(present) == null) {
            long expireAt = present == null ? -1 : Entries.expireAt(present);
            Args args = call.args();
            call.db().setRawString(args.array(arg), args.offset(arg), args.length(arg), sketch.toBytes(), expireAt);
        }
    }

    private static int sparseBytesMax(Call call) {
        return (int) Math.min(Integer.MAX_VALUE, call.server.config.getLong("hll-sparse-max-bytes"));
    }

    // ------------------------------------------------------------------ commands

    private static void pfadd(Call call) {
        Object entry = call.writeString(1);
        if (call.failed() || entry != null && sketch(call, entry) == null) {
            return;
        }
        HyperLogLog sketch = entry == null ? HyperLogLog.empty() : writable(call, 1, entry);
        int updates = entry == null ? 1 : 0;
        Args args = call.args();
        int sparseBytesMax = sparseBytesMax(call);
        try {
            for (int i = 2; i < args.count(); i++) {
                if (sketch.add(args.array(i), args.offset(i), args.length(i), sparseBytesMax)) {
                    updates++;
                }
            }
        } catch (CorruptException corrupt) {
            call.fail(CORRUPT);
            return;
        }
        if (updates > 0) {
            sketch.invalidateCache();
            store(call, 1, sketch);
            call.modified(1, NotifyClass.STRING, "pfadd");
            call.addChanges(updates - 1L);
        }
        call.out().integer(updates > 0 ? 1 : 0);
    }

    private static void pfcount(Call call) {
        if (call.argc() > 2) {
            byte[] registers = merged(call);
            if (registers != null) {
                call.out().integer(HyperLogLog.cardinality(registers));
            }
            return;
        }
        Object entry = call.readString(1);
        HyperLogLog sketch = entry == null ? null : sketch(call, entry);
        if (call.failed()) {
            return;
        }
        if (entry == null || sketch == null) {
            call.out().integer(0);
        } else if (sketch.isCacheValid()) {
            call.out().integer(sketch.cachedCardinality());
        } else {
            count(call, entry, sketch);
        }
    }

    /** Estimates, answers, and keeps the estimate: a change of the string, which replicas learn of. */
    private static void count(Call call, Object entry, HyperLogLog sketch) {
        try {
            long cardinality = sketch.cardinality();
            HyperLogLog own = writable(call, 1, entry);
            own.cacheCardinality(cardinality);
            store(call, 1, own);
            call.modifiedSilently(1);
            call.out().integer(cardinality);
        } catch (CorruptException corrupt) {
            call.fail(CORRUPT);
        }
    }

    /** The registers of all sketches together; null with the error answered when one is none. */
    private static byte @Nullable [] merged(Call call) {
        byte[] registers = new byte[HyperLogLog.REGISTERS];
        for (int i = 1; i < call.argc(); i++) {
            Object entry = call.readString(i);
            HyperLogLog sketch = entry == null ? null : sketch(call, entry);
            if (call.failed()) {
                return null;
            }
            try {
                if (sketch != null) {
                    sketch.mergeInto(registers);
                }
            } catch (CorruptException corrupt) {
                call.fail(CORRUPT);
                return null;
            }
        }
        return registers;
    }

    private static void pfmerge(Call call) {
        byte[] registers = merged(call);
        if (registers == null) {
            return;
        }
        boolean dense = false;
        for (int i = 1; i < call.argc(); i++) {
            Object source = call.peek(i);
            HyperLogLog sketch = source == null ? null : sketch(call, source);
            dense |= sketch != null && sketch.isDense();
        }
        Object entry = call.lookupForWrite(1);
        HyperLogLog target = entry == null ? HyperLogLog.empty() : writable(call, 1, entry);
        int sparseBytesMax = sparseBytesMax(call);
        try {
            if (dense) {
                target.makeDense();
            }
            for (int register = 0; register < registers.length; register++) {
                if (registers[register] != 0) {
                    target.raise(register, registers[register], sparseBytesMax);
                }
            }
        } catch (CorruptException corrupt) {
            call.fail(CORRUPT);
            return;
        }
        target.invalidateCache();
        store(call, 1, target);
        call.modified(1, NotifyClass.STRING, "pfadd");
        call.out().ok();
    }

    // ------------------------------------------------------------------ for tests

    private static void pfdebug(Call call) {
        Object entry = call.lookupForWrite(2);
        if (entry == null) {
            call.fail("ERR The specified key does not exist");
            return;
        }
        if (!Entries.isString(entry)) {
            call.fail(dev.vedette.store.command.Errors.WRONGTYPE);
            return;
        }
        HyperLogLog sketch = sketch(call, entry);
        if (sketch == null) {
            return;
        }
        try {
            pfdebug(call, sketch);
        } catch (CorruptException corrupt) {
            call.fail(CORRUPT);
        }
    }

    private static void pfdebug(Call call, HyperLogLog sketch) throws CorruptException {
        Args args = call.args();
        if (args.is(1, "getreg")) {
            makeDense(call, sketch);
            byte[] registers = new byte[HyperLogLog.REGISTERS];
            sketch.mergeInto(registers);
            call.out().array(registers.length);
            for (byte register : registers) {
                call.out().integer(register);
            }
        } else if (args.is(1, "decode")) {
            if (sketch.isDense()) {
                call.fail("ERR HLL encoding is not sparse");
            } else {
                call.out().bulk(sketch.runs());
            }
        } else if (args.is(1, "encoding")) {
            call.out().simple(sketch.isDense() ? "dense" : "sparse");
        } else if (args.is(1, "todense")) {
            call.out().integer(makeDense(call, sketch) ? 1 : 0);
        } else {
            call.fail("ERR Unknown PFDEBUG subcommand '" + args.latin(1) + "'");
        }
    }

    private static boolean makeDense(Call call, HyperLogLog sketch) throws CorruptException {
        if (sketch.isDense()) {
            return false;
        }
        sketch.makeDense();
        store(call, 2, sketch);
        call.addChanges(1);
        return true;
    }

    private static void pfselftest(Call call) {
        try {
            String failure = HyperLogLogCheck.run(sparseBytesMax(call));
            if (failure == null) {
                call.out().ok();
            } else {
                call.fail("ERR TESTFAILED " + failure);
            }
        } catch (CorruptException corrupt) {
            call.fail(CORRUPT);
        }
    }
}
