package dev.vedette.store.command.hash;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.KeySpec.ACCESS_UPDATE;
import static dev.vedette.store.command.KeySpec.DELETE;
import static dev.vedette.store.command.KeySpec.INSERT;
import static dev.vedette.store.command.KeySpec.PROBE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.UPDATE;
import static dev.vedette.store.command.KeySpec.at;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.command.key.ScanOptions;
import dev.vedette.store.keyspace.Decimals;
import dev.vedette.store.keyspace.value.HashValue;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.LongDoubles;
import dev.vedette.store.session.Replies;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hashes. Fields chosen at random are in {@link RandomFields}. */
public final class HashCommands {

    private static final byte[] HSET = "HSET".getBytes(StandardCharsets.US_ASCII);

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            hash("hset", "Sets fields of a hash, and creates the hash where there is none.")
                    .since("2.0.0")
                    .complexity("O(1) for each field/value pair added, so O(N) to add N field/value pairs when the"
                            + " command is called with multiple field/value pairs.")
                    .arity(-4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .keys(at(1, UPDATE))
                    .runs(HashCommands::hset),
            hash("hsetnx", "Sets a field that is not there yet.")
                    .since("2.0.0")
                    .arity(4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .keys(at(1, INSERT))
                    .runs(HashCommands::hsetnx),
            hash("hmset", "Sets fields of a hash and answers OK; HSET tells more.")
                    .since("2.0.0")
                    .complexity("O(N) where N is the number of fields being set.")
                    .arity(-4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .keys(at(1, UPDATE))
                    .runs(HashCommands::hmset),
            hash("hget", "Reads a field's value.")
                    .since("2.0.0")
                    .arity(3)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .keys(at(1, READ))
                    .runs(HashCommands::hget),
            hash("hmget", "Reads the values of several fields.")
                    .since("2.0.0")
                    .complexity("O(N) where N is the number of fields being requested.")
                    .arity(-3)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .keys(at(1, READ))
                    .runs(HashCommands::hmget),
            hash("hgetall", "Reads all fields with their values.")
                    .since("2.0.0")
                    .complexity("O(N) where N is the size of the hash.")
                    .arity(2)
                    .flags(CommandFlag.READONLY)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output_order")
                    .runs(HashCommands::hgetall),
            hash("hkeys", "Reads the names of all fields.")
                    .since("2.0.0")
                    .complexity("O(N) where N is the size of the hash.")
                    .arity(2)
                    .flags(CommandFlag.READONLY)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output_order")
                    .runs(HashCommands::hkeys),
            hash("hvals", "Reads the values of all fields.")
                    .since("2.0.0")
                    .complexity("O(N) where N is the size of the hash.")
                    .arity(2)
                    .flags(CommandFlag.READONLY)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output_order")
                    .runs(HashCommands::hvals),
            hash("hdel", "Drops fields, and the hash with its last one.")
                    .since("2.0.0")
                    .complexity("O(N) where N is the number of fields to be removed.")
                    .arity(-3)
                    .flags(CommandFlag.WRITE, CommandFlag.FAST)
                    .keys(at(1, DELETE))
                    .runs(HashCommands::hdel),
            hash("hexists", "Tells whether a field is there.")
                    .since("2.0.0")
                    .arity(3)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .keys(at(1, PROBE))
                    .runs(HashCommands::hexists),
            hash("hlen", "Counts a hash's fields.")
                    .since("2.0.0")
                    .arity(2)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .keys(at(1, PROBE))
                    .runs(HashCommands::hlen),
            hash("hstrlen", "Tells how long a field's value is, in bytes.")
                    .since("3.2.0")
                    .arity(3)
                    .flags(CommandFlag.READONLY, CommandFlag.FAST)
                    .keys(at(1, PROBE))
                    .runs(HashCommands::hstrlen),
            hash("hincrby", "Adds to the integer in a field, 0 where there is none.")
                    .since("2.0.0")
                    .arity(4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(HashCommands::hincrby),
            hash("hincrbyfloat", "Adds to the decimal number in a field, 0 where there is none.")
                    .since("2.6.0")
                    .arity(4)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.FAST)
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(HashCommands::hincrbyfloat),
            hash("hrandfield", "Answers fields chosen at random; the hash stays as it is.")
                    .since("6.2.0")
                    .complexity("O(N) where N is the number of fields returned")
                    .arity(-2)
                    .flags(CommandFlag.READONLY)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output")
                    .runs(RandomFields::hrandfield),
            hash("hscan", "Walks through the fields of a hash in steps.")
                    .since("2.8.0")
                    .complexity("O(1) for every call. O(N) for a complete iteration, including enough command calls for"
                            + " the cursor to return back to 0. N is the number of elements inside the collection..")
                    .arity(-3)
                    .flags(CommandFlag.READONLY)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output")
                    .runs(HashCommands::hscan));

    private HashCommands() {}

    private static Command hash(String name, String summary) {
        return command(name, summary).group("hash").acl(AclCategory.HASH);
    }

    // ------------------------------------------------------------------ setting

    private static void hset(Call call) {
        long added = setPairs(call);
        if (!call.failed()) {
            call.out().integer(added);
            changed(call, (call.argc() - 2) / 2, "hset");
        }
    }

    private static void hmset(Call call) {
        setPairs(call);
        if (!call.failed()) {
            call.out().ok();
            changed(call, (call.argc() - 2) / 2, "hset");
        }
    }

    /** Sets the pairs from argument 2 on; answers how many fields are new. */
    private static long setPairs(Call call) {
        Args args = call.args();
        int end = args.count();
        if (end % 2 == 1) {
            call.fail(Errors.arity(call.command().fullName()));
            return 0;
        }
        HashValue existing = call.write(1, HashValue.class);
        if (call.failed()) {
            return 0;
        }
        HashValue hash = existing == null ? new HashValue() : existing;
        admit(call, hash, 2, end);
        long before = hash.size();
        for (int i = 2; i < end; i += 2) {
            set(call, hash, i, args.array(i + 1), args.offset(i + 1), args.length(i + 1));
        }
        putIfNew(call, existing, hash);
        return hash.size() - before;
    }

    private static void hsetnx(Call call) {
        HashValue existing = call.write(1, HashValue.class);
        if (call.failed()) {
            return;
        }
        Args args = call.args();
        if (existing != null && existing.contains(args.array(2), args.offset(2), args.length(2))) {
            call.out().integer(0);
            return;
        }
        HashValue hash = existing == null ? new HashValue() : existing;
        admit(call, hash, 2, 4);
        set(call, hash, 2, args.array(3), args.offset(3), args.length(3));
        putIfNew(call, existing, hash);
        call.out().integer(1);
        changed(call, 1, "hset");
    }

    /** Gives up the packed form, if need be, before the texts of those arguments come. */
    private static void admit(Call call, HashValue hash, int from, int end) {
        int max = call.server.settings.hashMaxListpackValue;
        for (int i = from; i < end; i++) {
            hash.admit(call.args().length(i), max);
        }
    }

    /** Sets the field at that argument. */
    private static void set(Call call, HashValue hash, int fieldArg, byte[] value, int offset, int length) {
        Args args = call.args();
        hash.set(
                args.array(fieldArg),
                args.offset(fieldArg),
                args.length(fieldArg),
                value,
                offset,
                length,
                call.server.settings.hashMaxListpackEntries);
    }

    private static void putIfNew(Call call, @Nullable HashValue existing, HashValue hash) {
        if (existing == null) {
            call.put(1, hash);
        }
    }

    private static void changed(Call call, long fields, String event) {
        call.addChanges(fields - 1);
        call.modified(1, NotifyClass.HASH, event);
    }

    // ------------------------------------------------------------------ numbers

    private static void hincrby(Call call) {
        long increment = call.integerArg(3);
        if (call.failed()) {
            return;
        }
        HashValue hash = call.write(1, HashValue.class);
        if (call.failed()) {
            return;
        }
        long value = 0;
        HashValue.Found found = find(call, hash, 2);
        if (found != null) {
            if (!Decimals.isInteger(found.array(), found.offset(), found.length())) {
                call.fail("ERR hash value is not an integer");
                return;
            }
            value = Decimals.parse(found.array(), found.offset(), found.length());
        }
        long sum = value + increment;
        if (((value ^ sum) & (increment ^ sum)) < 0) {
            call.fail(Errors.OVERFLOW);
            return;
        }
        setNumber(call, hash, Decimals.bytes(sum));
        call.out().integer(sum);
        changed(call, 1, "hincrby");
    }

    private static void hincrbyfloat(Call call) {
        Args args = call.args();
        BigDecimal increment = LongDoubles.parse(args.array(3), args.offset(3), args.length(3));
        if (increment == null) {
            boolean infinite = LongDoubles.isInfinity(args.array(3), args.offset(3), args.length(3));
            call.fail(infinite ? "ERR value is NaN or Infinity" : Errors.NOT_A_FLOAT);
            return;
        }
        HashValue hash = call.write(1, HashValue.class);
        if (call.failed()) {
            return;
        }
        BigDecimal sum = increment;
        HashValue.Found found = find(call, hash, 2);
        if (found != null) {
            BigDecimal value = LongDoubles.parse(found.array(), found.offset(), found.length());
            if (value == null && !LongDoubles.isInfinity(found.array(), found.offset(), found.length())) {
                call.fail("ERR hash value is not a float");
                return;
            }
            sum = value == null ? null : LongDoubles.add(value, increment);
        }
        if (sum == null) {
            call.fail("ERR increment would produce NaN or Infinity");
            return;
        }
        byte[] text = LongDoubles.text(sum);
        setNumber(call, hash, text);
        call.out().bulk(text);
        changed(call, 1, "hincrbyfloat");
        // The result goes to replicas, so that no two computations of it can differ.
        call.propagateWords(4);
        call.word(HSET);
        call.wordArg(1);
        call.wordArg(2);
        call.word(text);
    }

    private static void setNumber(Call call, @Nullable HashValue existing, byte[] text) {
        HashValue hash = existing == null ? new HashValue() : existing;
        int max = call.server.settings.hashMaxListpackValue;
        hash.admit(call.args().length(2), max);
        hash.admit(text.length, max);
        set(call, hash, 2, text, 0, text.length);
        putIfNew(call, existing, hash);
    }

    // ------------------------------------------------------------------ reading

    /** Where the value of the field at that argument stands, or null. */
    private static HashValue.@Nullable Found find(Call call, @Nullable HashValue hash, int fieldArg) {
        HashValue.Found found = new HashValue.Found();
        return find(call, hash, fieldArg, found) ? found : null;
    }

    private static boolean find(Call call, @Nullable HashValue hash, int fieldArg, HashValue.Found found) {
        Args args = call.args();
        return hash != null && hash.get(args.array(fieldArg), args.offset(fieldArg), args.length(fieldArg), found);
    }

    private static void hget(Call call) {
        HashValue hash = call.read(1, HashValue.class);
        if (!call.failed()) {
            reply(call, hash, 2, new HashValue.Found());
        }
    }

    private static void hmget(Call call) {
        HashValue hash = call.read(1, HashValue.class);
        if (call.failed()) {
            return;
        }
        int end = call.argc();
        call.out().array(end - 2);
        HashValue.Found found = new HashValue.Found();
        for (int i = 2; i < end; i++) {
            reply(call, hash, i, found);
        }
    }

    private static void reply(Call call, @Nullable HashValue hash, int fieldArg, HashValue.Found found) {
        if (find(call, hash, fieldArg, found)) {
            call.out().bulk(found.array(), found.offset(), found.length());
        } else {
            call.out().nil();
        }
    }

    private static void hexists(Call call) {
        HashValue hash = call.read(1, HashValue.class);
        if (!call.failed()) {
            Args args = call.args();
            boolean there = hash != null && hash.contains(args.array(2), args.offset(2), args.length(2));
            call.out().integer(there ? 1 : 0);
        }
    }

    private static void hlen(Call call) {
        HashValue hash = call.read(1, HashValue.class);
        if (!call.failed()) {
            call.out().integer(hash == null ? 0 : hash.size());
        }
    }

    private static void hstrlen(Call call) {
        HashValue hash = call.read(1, HashValue.class);
        if (!call.failed()) {
            HashValue.Found found = find(call, hash, 2);
            call.out().integer(found == null ? 0 : found.length());
        }
    }

    private static void hgetall(Call call) {
        HashValue hash = call.read(1, HashValue.class);
        if (call.failed()) {
            return;
        }
        Replies out = call.out();
        out.map(hash == null ? 0 : (int) hash.size());
        if (hash != null) {
            hash.forEach((fields, fieldOffset, fieldLength, values, valueOffset, valueLength) -> {
                out.bulk(fields, fieldOffset, fieldLength);
                out.bulk(values, valueOffset, valueLength);
            });
        }
    }

    private static void hkeys(Call call) {
        Replies out = call.out();
        replyEach(
                call,
                (fields, fieldOffset, fieldLength, values, valueOffset, valueLength) ->
                        out.bulk(fields, fieldOffset, fieldLength));
    }

    private static void hvals(Call call) {
        Replies out = call.out();
        replyEach(
                call,
                (fields, fieldOffset, fieldLength, values, valueOffset, valueLength) ->
                        out.bulk(values, valueOffset, valueLength));
    }

    /** Answers an array with one reply for each pair, which {@code one} writes. */
    private static void replyEach(Call call, HashValue.PairVisitor one) {
        HashValue hash = call.read(1, HashValue.class);
        if (call.failed()) {
            return;
        }
        call.out().array(hash == null ? 0 : (int) hash.size());
        if (hash != null) {
            hash.forEach(one);
        }
    }

    private static void hscan(Call call) {
        long cursor = ScanOptions.cursorArg(call, 2);
        if (call.failed()) {
            return;
        }
        HashValue hash = call.read(1, HashValue.class);
        if (call.failed()) {
            return;
        }
        if (hash == null) {
            ScanOptions.replyEmpty(call);
            return;
        }
        ScanOptions options = ScanOptions.parse(call, 3);
        if (options == null) {
            return;
        }
        Replies out = call.out();
        int mark = ScanOptions.open(call);
        int[] replies = {0};
        long next = hash.scan(
                cursor, options.count(), (fields, fieldOffset, fieldLength, values, valueOffset, valueLength) -> {
                    if (options.matches(fields, fieldOffset, fieldLength)) {
                        out.bulk(fields, fieldOffset, fieldLength);
                        out.bulk(values, valueOffset, valueLength);
                        replies[0] += 2;
                    }
                });
        ScanOptions.close(call, mark, next, replies[0]);
    }

    // ------------------------------------------------------------------ dropping

    private static void hdel(Call call) {
        HashValue hash = call.write(1, HashValue.class);
        if (call.failed()) {
            return;
        }
        long removed = 0;
        if (hash != null) {
            Args args = call.args();
            for (int i = 2; i < args.count(); i++) {
                if (hash.remove(args.array(i), args.offset(i), args.length(i))) {
                    removed++;
                }
            }
            if (removed > 0) {
                changed(call, removed, "hdel");
                call.removeIfEmpty(1, hash);
            }
        }
        call.out().integer(removed);
    }
}
