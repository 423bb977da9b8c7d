package dev.vedette.store.command.string;

import static dev.vedette.store.command.AclCategory.STRING;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.DENYOOM;
import static dev.vedette.store.command.CommandFlag.FAST;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.WRITE;
import static dev.vedette.store.command.KeySpec.ACCESS_DELETE;
import static dev.vedette.store.command.KeySpec.ACCESS_UPDATE;
import static dev.vedette.store.command.KeySpec.INSERT;
import static dev.vedette.store.command.KeySpec.OVERWRITE;
import static dev.vedette.store.command.KeySpec.OVERWRITE_INSERT;
import static dev.vedette.store.command.KeySpec.PROBE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.UPDATE;
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
import dev.vedette.store.session.LongDoubles;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Strings: GET, SET, INCR and their kin. */
public final class StringCommands {

    private static final byte[] SET = ascii("SET");
    private static final byte[] PXAT = ascii("PXAT");
    private static final byte[] KEEPTTL = ascii("KEEPTTL");
    private static final byte[] DEL = ascii("DEL");
    private static final byte[] UNLINK = ascii("UNLINK");
    private static final byte[] PERSIST = ascii("PERSIST");
    private static final byte[] PEXPIREAT = ascii("PEXPIREAT");
    private static final byte[] NOTHING = new byte[0];
    /** What a Java array can hold, whatever proto-max-bulk-len says. */
    private static final long LENGTH_MAX = Integer.MAX_VALUE - 64;

    private static final String SUBSTRING_COMPLEXITY =
            "O(N) with N being the length of the reply. Short parts of a string cost next to nothing.";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("get", "Reads the string at a key.")
                    .arity(2)
                    .flags(READONLY, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, READ))
                    .runs(StringCommands::get),
            command("set", "Stores a string at a key whatever was there, on conditions and for a time if wanted.")
                    .arity(-3)
                    .flags(WRITE, DENYOOM)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, VARIABLE_UPDATE))
                    .keyFlags(args -> SetOptions.reads(args) ? ACCESS_UPDATE : OVERWRITE)
                    .runs(StringCommands::set),
            command("getex", "Reads the string at a key and may set or drop its time to live.")
                    .since("6.2.0")
                    .arity(-2)
                    .flags(WRITE, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(StringCommands::getex),
            command("getdel", "Reads the string at a key and removes the key.")
                    .since("6.2.0")
                    .arity(2)
                    .flags(WRITE, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, ACCESS_DELETE))
                    .runs(StringCommands::getdel),
            command("getset", "Stores a string and answers what was there before.")
                    .arity(3)
                    .flags(WRITE, DENYOOM, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(StringCommands::getset),
            command("setnx", "Stores a string unless the key exists.")
                    .arity(3)
                    .flags(WRITE, DENYOOM, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, OVERWRITE_INSERT))
                    .runs(StringCommands::setnx),
            command("setex", "Stores a string for a number of seconds.")
                    .since("2.0.0")
                    .arity(4)
                    .flags(WRITE, DENYOOM)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, OVERWRITE))
                    .runs(call -> setGeneric(call, 3, SetOptions.timed(SetOptions.EX, 2))),
            command("psetex", "Stores a string for a number of milliseconds.")
                    .since("2.6.0")
                    .arity(4)
                    .flags(WRITE, DENYOOM)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, OVERWRITE))
                    .runs(call -> setGeneric(call, 3, SetOptions.timed(SetOptions.PX, 2))),
            command("mget", "Reads the strings at several keys.")
                    .complexity("O(N) with N being the number of keys.")
                    .arity(-2)
                    .flags(READONLY, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(range(1, -1, 1, READ))
                    .tips("request_policy:multi_shard")
                    .runs(StringCommands::mget),
            command("mset", "Stores several strings at once.")
                    .since("1.0.1")
                    .complexity("O(N) with N being the number of keys.")
                    .arity(-3)
                    .flags(WRITE, DENYOOM)
                    .acl(STRING)
                    .group("string")
                    .keys(range(1, -1, 2, OVERWRITE))
                    .tips("request_policy:multi_shard", "response_policy:all_succeeded")
                    .runs(StringCommands::mset),
            command("msetnx", "Stores several strings at once unless any of the keys exists.")
                    .since("1.0.1")
                    .complexity("O(N) with N being the number of keys.")
                    .arity(-3)
                    .flags(WRITE, DENYOOM)
                    .acl(STRING)
                    .group("string")
                    .keys(range(1, -1, 2, OVERWRITE_INSERT))
                    .tips("request_policy:multi_shard", "response_policy:agg_min")
                    .runs(StringCommands::msetnx),
            command("append", "Adds to the end of a string; answers its new length.")
                    .since("2.0.0")
                    .complexity("O(1) spread over many calls, as room is left for more.")
                    .arity(3)
                    .flags(WRITE, DENYOOM, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, INSERT))
                    .runs(StringCommands::append),
            command("strlen", "Counts the bytes of a string.")
                    .since("2.2.0")
                    .arity(2)
                    .flags(READONLY, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, PROBE))
                    .runs(StringCommands::strlen),
            command("getrange", "Reads a part of a string.")
                    .since("2.4.0")
                    .complexity(SUBSTRING_COMPLEXITY)
                    .arity(4)
                    .flags(READONLY)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, READ))
                    .runs(StringCommands::getrange),
            command("substr", "Reads a part of a string: the old name of GETRANGE.")
                    .complexity(SUBSTRING_COMPLEXITY)
                    .arity(4)
                    .flags(READONLY)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, READ))
                    .runs(StringCommands::getrange),
            command("setrange", "Writes over a part of a string, which grows as needed.")
                    .since("2.2.0")
                    .complexity("O(M) with M being the length of what is written, and of the gap before it.")
                    .arity(4)
                    .flags(WRITE, DENYOOM)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, UPDATE))
                    .runs(StringCommands::setrange),
            command("incr", "Adds one to the integer at a key.")
                    .arity(2)
                    .flags(WRITE, DENYOOM, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(call -> add(call, 1)),
            command("decr", "Takes one from the integer at a key.")
                    .arity(2)
                    .flags(WRITE, DENYOOM, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(call -> add(call, -1)),
            command("incrby", "Adds an integer to the one at a key.")
                    .arity(3)
                    .flags(WRITE, DENYOOM, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(StringCommands::incrby),
            command("decrby", "Takes an integer from the one at a key.")
                    .arity(3)
                    .flags(WRITE, DENYOOM, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(StringCommands::decrby),
            command("incrbyfloat", "Adds a floating-point number to the one at a key.")
                    .since("2.6.0")
                    .arity(3)
                    .flags(WRITE, DENYOOM, FAST)
                    .acl(STRING)
                    .group("string")
                    .keys(at(1, ACCESS_UPDATE))
                    .runs(StringCommands::incrbyfloat),
            command("lcs", "Finds the longest common subsequence of two strings.")
                    .since("7.0.0")
                    .complexity("O(N*M) with N and M being the lengths of the two strings.")
                    .arity(-3)
                    .flags(READONLY)
                    .acl(STRING)
                    .group("string")
                    .keys(range(1, 1, 1, READ))
                    .runs(LongestCommonSubsequence::run));

    private StringCommands() {}

    private static byte[] ascii(String word) {
        return word.getBytes(StandardCharsets.US_ASCII);
    }

    // ------------------------------------------------------------------ reading

    private static void get(Call call) {
        replyOrNil(call);
    }

    /** Answers the string at argument 1, or nil, or WRONGTYPE; the entry that it answered, or null. */
    private static @Nullable Object replyOrNil(Call call) {
        Object entry = call.readString(1);
        if (entry != null) {
            call.replyString(entry);
        } else if (!call.failed()) {
            call.out().nil();
        }
        return entry;
    }

    private static void mget(Call call) {
        call.out().array(call.argc() - 1);
        for (int i = 1; i < call.argc(); i++) {
            call.warmKeys(i, 1);
            Object entry = call.lookup(i);
            if (entry != null && Entries.isString(entry)) {
                call.replyString(entry);
            } else {
                call.out().nil();
            }
        }
    }

    private static void strlen(Call call) {
        Object entry = call.readString(1);
        if (!call.failed()) {
            call.out().integer(entry == null ? 0 : Entries.stringLength(entry));
        }
    }

    private static void getrange(Call call) {
        long start = call.integerArg(2);
        if (call.failed()) {
            return;
        }
        long end = call.integerArg(3);
        if (call.failed()) {
            return;
        }
        Object entry = call.readString(1);
        if (call.failed()) {
            return;
        }
        int length = entry == null ? 0 : Entries.stringLength(entry);
        boolean backwards = start < 0 && end < 0 && start > end;
        long from = Math.max(0, start < 0 ? length + start : start);
        long to = Math.min(length - 1L, Math.max(0, end < 0 ? length + end : end));
        if (entry == null || backwards || from > to) {
            call.out().bulk(NOTHING);
        } else if (Entries.isInteger(entry)) {
            call.out().bulk(Decimals.bytes(Entries.integer(entry)), (int) from, (int) (to - from + 1));
        } else {
            call.out().bulkOf(entry, (int) from, (int) (to - from + 1));
        }
    }

    // ------------------------------------------------------------------ writing whole strings

    private static void store(Call call, int keyArg, int valueArg, long expireAt) {
        Args args = call.args();
        call.db()
                .setString(
                        args.array(keyArg),
                        args.offset(keyArg),
                        args.length(keyArg),
                        args.array(valueArg),
                        args.offset(valueArg),
                        args.length(valueArg),
                        expireAt);
        call.modified(keyArg, NotifyClass.STRING, "set");
    }

    private static void set(Call call) {
        if (call.argc() == 3) {
            store(call, 1, 2, -1);
            call.out().ok();
            return;
        }
        long options = SetOptions.ofSet(call, 3);
        if (!call.failed()) {
            setGeneric(call, 2, options);
        }
    }

    private static void setGeneric(Call call, int valueArg, long options) {
        long expireAt = -1;
        if (SetOptions.hasTime(options)) {
            expireAt = SetOptions.expireAt(call, options);
            if (call.failed()) {
                return;
            }
        }
        boolean answersOld = SetOptions.has(options, SetOptions.GET);
        if (answersOld) {
            replyOrNil(call);
            if (call.failed()) {
                return;
            }
        }
        if (SetOptions.has(options, SetOptions.NX | SetOptions.XX | SetOptions.KEEPTTL)) {
            Object present = call.lookupForWrite(1);
            if (SetOptions.has(options, present == null ? SetOptions.XX : SetOptions.NX)) {
                if (!answersOld) {
                    call.out().nil();
                }
                return;
            }
            if (SetOptions.has(options, SetOptions.KEEPTTL) && present != null) {
                expireAt = Entries.expireAt(present);
            }
        }
        store(call, 1, valueArg, expireAt);
        if (SetOptions.hasTime(options)) {
            call.notifyOnly(1, NotifyClass.GENERIC, "expire");
            propagateSetUntil(call, valueArg, expireAt);
        } else if (answersOld) {
            propagateWithoutGet(call);
        }
        if (!answersOld) {
            call.out().ok();
        }
    }

    private static void propagateSetUntil(Call call, int valueArg, long expireAt) {
        call.propagateWords(5);
        call.word(SET);
        call.wordArg(1);
        call.wordArg(valueArg);
        call.word(PXAT);
        call.wordInteger(expireAt);
    }

    /** A replica need not answer the old value. */
    private static void propagateWithoutGet(Call call) {
        Args args = call.args();
        int kept = args.count();
        for (int i = 3; i < args.count(); i++) {
            if (args.is(i, "get")) {
                kept--;
            }
        }
        call.propagateWords(kept);
        for (int i = 0; i < args.count(); i++) {
            if (i < 3 || !args.is(i, "get")) {
                call.wordArg(i);
            }
        }
    }

    private static void setnx(Call call) {
        if (call.lookupForWrite(1) != null) {
            call.out().integer(0);
            return;
        }
        store(call, 1, 2, -1);
        call.out().integer(1);
    }

    private static void getset(Call call) {
        replyOrNil(call);
        if (call.failed()) {
            return;
        }
        store(call, 1, 2, -1);
        call.propagateWords(3);
        call.word(SET);
        call.wordArg(1);
        call.wordArg(2);
    }

    private static void mset(Call call) {
        if (hasPairs(call)) {
            storePairs(call);
            call.out().ok();
        }
    }

    private static void msetnx(Call call) {
        if (!hasPairs(call)) {
            return;
        }
        for (int i = 1; i < call.argc(); i += 2) {
            if (call.lookupForWrite(i) != null) {
                call.out().integer(0);
                return;
            }
        }
        storePairs(call);
        call.out().integer(1);
    }

    private static boolean hasPairs(Call call) {
        if (call.argc() % 2 == 0) {
            call.fail(Errors.arity(call.command().fullName()));
            return false;
        }
        return true;
    }

    private static void storePairs(Call call) {
        for (int i = 1; i < call.argc(); i += 2) {
            call.warmKeys(i, 2);
            store(call, i, i + 1, -1);
        }
    }

    // ------------------------------------------------------------------ reading and changing the key

    private static void getex(Call call) {
        long options = SetOptions.ofGetex(call, 2);
        if (call.failed()) {
            return;
        }
        Object entry = call.readString(1);
        if (call.failed()) {
            return;
        }
        if (entry == null) {
            call.out().nil();
            return;
        }
        long expireAt = -1;
        if (SetOptions.hasTime(options)) {
            expireAt = SetOptions.expireAt(call, options);
            if (call.failed()) {
                return;
            }
        }
        call.replyString(entry);
        if (SetOptions.has(options, SetOptions.EXAT | SetOptions.PXAT) && call.isDue(expireAt)) {
            remove(call, call.server.settings.lazyfreeLazyExpire);
        } else if (SetOptions.hasTime(options)) {
            call.setExpireAt(1, expireAt);
            call.modified(1, NotifyClass.GENERIC, "expire");
            call.propagateWords(3);
            call.word(PEXPIREAT);
            call.wordArg(1);
            call.wordInteger(expireAt);
        } else if (SetOptions.has(options, SetOptions.PERSIST) && Entries.expireAt(entry) >= 0) {
            call.setExpireAt(1, -1);
            call.modified(1, NotifyClass.GENERIC, "persist");
            call.propagateWords(2);
            call.word(PERSIST);
            call.wordArg(1);
        }
    }

    private static void getdel(Call call) {
        if (replyOrNil(call) != null) {
            remove(call, call.server.settings.lazyfreeLazyUserDel);
        }
    }

    private static void remove(Call call, boolean lazily) {
        call.remove(1);
        call.modified(1, NotifyClass.GENERIC, "del");
        call.propagateWords(2);
        call.word(lazily ? UNLINK : DEL);
        call.wordArg(1);
    }

    // ------------------------------------------------------------------ changing a string in place

    /** Whether a string may become that long. */
    static boolean holds(Call call, long length) {
        return length <= (call.fromMaster() ? LENGTH_MAX : Math.min(LENGTH_MAX, call.server.settings.protoMaxBulkLen));
    }

    private static boolean fits(Call call, long length, int more) {
        if (length > LENGTH_MAX || !holds(call, length + more)) {
            call.fail(Errors.STRING_TOO_LONG);
            return false;
        }
        return true;
    }

    private static void append(Call call) {
        Args args = call.args();
        Object present = call.writeString(1);
        if (call.failed()) {
            return;
        }
        int more = args.length(2);
        if (present == null) {
            call.db().setString(args.array(1), args.offset(1), args.length(1), args.array(2), args.offset(2), more, -1);
            call.modified(1, NotifyClass.STRING, "append");
            call.out().integer(more);
            return;
        }
        int length = Entries.stringLength(present);
        if (fits(call, length, more)) {
            writeAt(call, length, 2);
            call.modified(1, NotifyClass.STRING, "append");
            call.out().integer(length + more);
        }
    }

    private static void writeAt(Call call, int at, int valueArg) {
        Args args = call.args();
        int count = args.length(valueArg);
        Object entry = call.stringForChange(1, at + count);
        System.arraycopy(
                args.array(valueArg),
                args.offset(valueArg),
                Entries.stringArray(entry),
                Entries.stringOffset(entry) + at,
                count);
        Entries.changed(entry);
    }

    private static void setrange(Call call) {
        long at = call.integerArg(2);
        if (call.failed()) {
            return;
        }
        if (at < 0) {
            call.fail("ERR offset is out of range");
            return;
        }
        Object present = call.writeString(1);
        if (call.failed()) {
            return;
        }
        int length = present == null ? 0 : Entries.stringLength(present);
        int count = call.args().length(3);
        if (count == 0) {
            call.out().integer(length);
            return;
        }
        if (fits(call, at, count)) {
            writeAt(call, (int) at, 3);
            call.modified(1, NotifyClass.STRING, "setrange");
            call.out().integer(Math.max(length, at + count));
        }
    }

    // ------------------------------------------------------------------ counting

    private static void incrby(Call call) {
        long increment = call.integerArg(2);
        if (!call.failed()) {
            add(call, increment);
        }
    }

    private static void decrby(Call call) {
        long decrement = call.integerArg(2);
        if (call.failed()) {
            return;
        }
        if (decrement == Long.MIN_VALUE) {
            call.fail("ERR decrement would overflow");
            return;
        }
        add(call, -decrement);
    }

    private static void add(Call call, long increment) {
        Object entry = call.writeString(1);
        if (call.failed()) {
            return;
        }
        if (entry != null && !isInteger(entry)) {
            call.fail(Errors.NOT_AN_INTEGER);
            return;
        }
        long before = entry == null ? 0 : integer(entry);
        long sum = before + increment;
        if (((before ^ sum) & (increment ^ sum)) < 0) {
            call.fail(Errors.OVERFLOW);
            return;
        }
        if (entry == null || !call.db().replaceInteger(entry, sum)) {
            Args args = call.args();
            long expireAt = entry == null ? -1 : Entries.expireAt(entry);
            call.db().setInteger(args.array(1), args.offset(1), args.length(1), sum, expireAt);
        }
        call.modified(1, NotifyClass.STRING, "incrby");
        call.out().integer(sum);
    }

    /** Whether the text of a string is an integer: what was appended to may be one without being kept as one. */
    private static boolean isInteger(Object entry) {
        return Entries.isInteger(entry)
                || Decimals.isInteger(
                        Entries.stringArray(entry), Entries.stringOffset(entry), Entries.stringLength(entry));
    }

    private static long integer(Object entry) {
        return Entries.isInteger(entry)
                ? Entries.integer(entry)
                : Decimals.parse(Entries.stringArray(entry), Entries.stringOffset(entry), Entries.stringLength(entry));
    }

    private static void incrbyfloat(Call call) {
        Object entry = call.writeString(1);
        if (call.failed()) {
            return;
        }
        byte[] present = entry == null ? new byte[] {'0'} : Entries.stringBytes(entry);
        byte[] increment = call.bytes(2);
        BigDecimal a = LongDoubles.parse(present, 0, present.length);
        BigDecimal b = LongDoubles.parse(increment, 0, increment.length);
        if (a == null && !LongDoubles.isInfinity(present, 0, present.length)
                || b == null && !LongDoubles.isInfinity(increment, 0, increment.length)) {
            call.fail(Errors.NOT_A_FLOAT);
            return;
        }
        BigDecimal sum = a == null || b == null ? null : LongDoubles.add(a, b);
        if (sum == null) {
            call.fail("ERR increment would produce NaN or Infinity");
            return;
        }
        byte[] text = LongDoubles.text(sum);
        Args args = call.args();
        long expireAt = entry == null ? -1 : Entries.expireAt(entry);
        call.db().setString(args.array(1), args.offset(1), args.length(1), text, 0, text.length, expireAt);
        call.modified(1, NotifyClass.STRING, "incrbyfloat");
        call.out().bulk(text);
        call.propagateWords(4);
        call.word(SET);
        call.wordArg(1);
        call.word(text);
        call.word(KEEPTTL);
    }
}
