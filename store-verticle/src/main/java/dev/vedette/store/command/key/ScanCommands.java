package dev.vedette.store.command.key;

import static dev.vedette.store.command.AclCategory.DANGEROUS;
import static dev.vedette.store.command.AclCategory.KEYSPACE;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.TOUCHES_ARBITRARY_KEYS;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Globs;
import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.session.Replies;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walking the keyspace: SCAN, KEYS, RANDOMKEY. */
public final class ScanCommands {

    /** How often a replica, which may not remove expired keys, looks for one that is not. */
    private static final int TRIES_MAX = 100;

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("scan", "Walks the keys of the database step by step.")
                    .since("2.8.0")
                    .complexity("O(1) for each step, O(N) for all with N being the number of keys.")
                    .arity(-2)
                    .flags(READONLY, TOUCHES_ARBITRARY_KEYS)
                    .acl(KEYSPACE)
                    .tips("nondeterministic_output", "request_policy:special")
                    .runs(ScanCommands::scan),
            command("keys", "Lists the keys that match a pattern, all at once.")
                    .complexity("O(N) with N being the number of keys in the database.")
                    .arity(2)
                    .flags(READONLY)
                    .acl(KEYSPACE, DANGEROUS)
                    .tips("request_policy:all_shards", "nondeterministic_output_order")
                    .runs(ScanCommands::keys),
            command("randomkey", "Answers a key chosen at random.")
                    .arity(1)
                    .flags(READONLY, TOUCHES_ARBITRARY_KEYS)
                    .acl(KEYSPACE)
                    .tips("request_policy:all_shards", "nondeterministic_output")
                    .runs(ScanCommands::randomkey));

    private ScanCommands() {}

    private static void scan(Call call) {
        long cursor = ScanOptions.cursorArg(call, 1);
        if (call.failed()) {
            return;
        }
        ScanOptions options = ScanOptions.parse(call, 2, true);
        if (options == null) {
            return;
        }
        Step step = new Step(call, options);
        int mark = ScanOptions.open(call);
        long next = call.db().scan(cursor, options.count(), step::show);
        ScanOptions.close(call, mark, next, step.shown);
        for (byte[] key : step.expired) {
            call.db().peek(key, 0, key.length);
        }
    }

    private static boolean isExpired(Object entry, long nowMillis) {
        long at = Entries.expireAt(entry);
        return at >= 0 && at <= nowMillis;
    }

    private static void writeKey(Replies out, Object entry) {
        out.bulk(Entries.keyArray(entry), Entries.keyOffset(entry), Entries.keyLength(entry));
    }

    /** What one step of SCAN shows, and the expired keys that it came across: the walk must not remove them itself. */
    private static final class Step {
        private final Call call;
        private final ScanOptions options;
        private final List<byte[]> expired = new ArrayList<>();
        private int shown;

        Step(Call call, ScanOptions options) {
            this.call = call;
            this.options = options;
        }

        void show(Object entry) {
            if (!options.matches(Entries.keyArray(entry), Entries.keyOffset(entry), Entries.keyLength(entry))) {
                return;
            }
            if (isExpired(entry, call.nowMillis())) {
                expired.add(Entries.key(entry));
                return;
            }
            String type = options.type();
            if (type == null || Entries.type(entry).word().equalsIgnoreCase(type)) {
                writeKey(call.out(), entry);
                shown++;
            }
        }
    }

    private static void keys(Call call) {
        byte[] glob = call.bytes(1);
        boolean all = glob.length == 1 && glob[0] == '*';
        Replies out = call.out();
        long now = call.nowMillis();
        int mark = out.open();
        int[] shown = {0};
        call.db().forEach(entry -> {
            boolean matches = all
                    || Globs.matches(
                            glob, Entries.keyArray(entry), Entries.keyOffset(entry), Entries.keyLength(entry), false);
            if (matches && !isExpired(entry, now)) {
                writeKey(out, entry);
                shown[0]++;
            }
        });
        out.closeArray(mark, shown[0]);
    }

    private static void randomkey(Call call) {
        Object entry = random(call);
        if (entry == null) {
            call.out().nil();
        } else {
            writeKey(call.out(), entry);
        }
    }

    private static @Nullable Object random(Call call) {
        Database database = call.db();
        for (int tries = 1; ; tries++) {
            Object entry = database.random();
            if (entry == null || !isExpired(entry, call.nowMillis())) {
                return entry;
            }
            if (database.ttlCount() == database.size() && call.server.replication.isReplica() && tries == TRIES_MAX) {
                return entry;
            }
            byte[] key = Entries.key(entry);
            database.peek(key, 0, key.length);
        }
    }
}
