package dev.vedette.store.command.key;

import static dev.vedette.store.command.AclCategory.KEYSPACE;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.FAST;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.WRITE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.UPDATE;
import static dev.vedette.store.command.KeySpec.at;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.session.Args;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Times to live: EXPIRE, TTL, PERSIST and their kin. */
public final class ExpiryCommands {

    private static final byte[] PEXPIREAT = "PEXPIREAT".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNLINK = "UNLINK".getBytes(StandardCharsets.US_ASCII);
    private static final String NONDETERMINISTIC = "nondeterministic_output";

    private static final int NX = 1;
    private static final int XX = 1 << 1;
    private static final int GT = 1 << 2;
    private static final int LT = 1 << 3;

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            setter("expire", "Lets a key expire after a number of seconds.", "1.0.0")
                    .runs(call -> expire(call, true, true)),
            setter("pexpire", "Lets a key expire after a number of milliseconds.", "2.6.0")
                    .runs(call -> expire(call, false, true)),
            setter("expireat", "Lets a key expire at a time in seconds since 1970.", "1.2.0")
                    .runs(call -> expire(call, true, false)),
            setter("pexpireat", "Lets a key expire at a time in milliseconds since 1970.", "2.6.0")
                    .runs(call -> expire(call, false, false)),
            getter("ttl", "Tells how many seconds a key has left.", "1.0.0")
                    .tips(NONDETERMINISTIC)
                    .runs(call -> reply(call, true, true)),
            getter("pttl", "Tells how many milliseconds a key has left.", "2.6.0")
                    .tips(NONDETERMINISTIC)
                    .runs(call -> reply(call, false, true)),
            getter("expiretime", "Tells when a key expires, in seconds since 1970.", "7.0.0")
                    .runs(call -> reply(call, true, false)),
            getter("pexpiretime", "Tells when a key expires, in milliseconds since 1970.", "7.0.0")
                    .runs(call -> reply(call, false, false)),
            command("persist", "Lets a key stay for ever.")
                    .since("2.2.0")
                    .arity(2)
                    .flags(WRITE, FAST)
                    .acl(KEYSPACE)
                    .keys(at(1, UPDATE))
                    .runs(ExpiryCommands::persist));

    private static Command setter(String name, String summary, String since) {
        return command(name, summary)
                .since(since)
                .arity(-3)
                .flags(WRITE, FAST)
                .acl(KEYSPACE)
                .keys(at(1, UPDATE));
    }

    private static Command getter(String name, String summary, String since) {
        return command(name, summary)
                .since(since)
                .arity(2)
                .flags(READONLY, FAST)
                .acl(KEYSPACE)
                .keys(at(1, READ));
    }

    private ExpiryCommands() {}

    // ------------------------------------------------------------------ setting

    private static void expire(Call call, boolean seconds, boolean relative) {
        int conditions = conditions(call);
        if (call.failed()) {
            return;
        }
        long at = timeArg(call, seconds, relative);
        if (call.failed()) {
            return;
        }
        Object entry = call.lookupForWrite(1);
        if (entry == null || !holds(conditions, Entries.expireAt(entry), at)) {
            call.out().integer(0);
            return;
        }
        if (call.isDue(at)) {
            call.remove(1);
            call.modified(1, NotifyClass.GENERIC, "del");
            call.propagateWords(2);
            call.word(call.server.settings.lazyfreeLazyExpire ? UNLINK : DEL);
            call.wordArg(1);
        } else {
            // A replica may be told a time before 1970; -1 would mean none.
            call.setExpireAt(1, Math.max(0, at));
            call.modified(1, NotifyClass.GENERIC, "expire");
            propagate(call, at);
        }
        call.out().integer(1);
    }

    private static void propagate(Call call, long at) {
        call.propagateWords(call.argc());
        call.word(PEXPIREAT);
        call.wordArg(1);
        call.wordInteger(at);
        for (int i = 3; i < call.argc(); i++) {
            call.wordArg(i);
        }
    }

    private static int conditions(Call call) {
        Args args = call.args();
        int conditions = 0;
        for (int i = 3; i < args.count(); i++) {
            if (args.is(i, "nx")) {
                conditions |= NX;
            } else if (args.is(i, "xx")) {
                conditions |= XX;
            } else if (args.is(i, "gt")) {
                conditions |= GT;
            } else if (args.is(i, "lt")) {
                conditions |= LT;
            } else {
                call.fail("ERR Unsupported option " + args.latin(i));
                return 0;
            }
        }
        if ((conditions & NX) != 0 && conditions != NX) {
            call.fail("ERR NX and XX, GT or LT options at the same time are not compatible");
        } else if ((conditions & (GT | LT)) == (GT | LT)) {
            call.fail("ERR GT and LT options at the same time are not compatible");
        }
        return conditions;
    }

    private static long timeArg(Call call, boolean seconds, boolean relative) {
        long time = call.integerArg(2);
        if (call.failed()) {
            return 0;
        }
        long limit = Long.MAX_VALUE / 1000;
        boolean fits = !seconds || time <= limit && time >= -limit;
        long millis = seconds && fits ? time * 1000 : time;
        long base = relative ? call.nowMillis() : 0;
        if (!fits || millis > Long.MAX_VALUE - base) {
            call.fail("ERR invalid expire time in '" + call.command().fullName() + "' command");
            return 0;
        }
        return millis + base;
    }

    /** Whether the conditions let {@code at} replace the time present; a key without a time never expires. */
    private static boolean holds(int conditions, long present, long at) {
        boolean forEver = present < 0;
        if ((conditions & NX) != 0 && !forEver || (conditions & XX) != 0 && forEver) {
            return false;
        }
        if ((conditions & GT) != 0 && (forEver || at <= present)) {
            return false;
        }
        return (conditions & LT) == 0 || forEver || at < present;
    }

    private static void persist(Call call) {
        Object entry = call.lookupForWrite(1);
        if (entry == null || Entries.expireAt(entry) < 0) {
            call.out().integer(0);
            return;
        }
        call.setExpireAt(1, -1);
        call.modified(1, NotifyClass.GENERIC, "persist");
        call.out().integer(1);
    }

    // ------------------------------------------------------------------ telling

    private static void reply(Call call, boolean seconds, boolean relative) {
        Object entry = call.lookupUntouched(1);
        if (entry == null) {
            call.out().integer(-2);
            return;
        }
        long at = Entries.expireAt(entry);
        if (at < 0) {
            call.out().integer(-1);
            return;
        }
        long millis = Math.max(0, relative ? at - call.nowMillis() : at);
        call.out().integer(seconds ? (millis + 500) / 1000 : millis);
    }
}
