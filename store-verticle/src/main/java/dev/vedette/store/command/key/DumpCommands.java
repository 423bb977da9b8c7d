package dev.vedette.store.command.key;

import static dev.vedette.store.command.AclCategory.DANGEROUS;
import static dev.vedette.store.command.AclCategory.KEYSPACE;
import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ASKING;
import static dev.vedette.store.command.CommandFlag.DENYOOM;
import static dev.vedette.store.command.CommandFlag.READONLY;
import static dev.vedette.store.command.CommandFlag.WRITE;
import static dev.vedette.store.command.KeySpec.OVERWRITE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.at;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Access;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.session.Args;
import dev.vedette.store.snapshot.EntryWriter;
import dev.vedette.store.snapshot.ValueBuilder;
import dev.vedette.wire.rdb.DumpPayload;
import dev.vedette.wire.rdb.RdbFormatException;
import dev.vedette.wire.rdb.RdbMeta;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values as opaque bytes: DUMP, RESTORE. */
public final class DumpCommands {

    private static final byte[] DEL = "DEL".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ABSTTL = "ABSTTL".getBytes(StandardCharsets.US_ASCII);
    private static final String COMPLEXITY = "O(N*M) with N being the number of elements and M their length.";

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("dump", "Answers the value at a key as bytes that RESTORE takes.")
                    .since("2.6.0")
                    .complexity(COMPLEXITY)
                    .arity(2)
                    .flags(READONLY)
                    .acl(KEYSPACE)
                    .keys(at(1, READ))
                    .tips("nondeterministic_output")
                    .runs(DumpCommands::dump),
            command("restore", "Makes a key of the bytes that DUMP gave.")
                    .since("2.6.0")
                    .complexity(COMPLEXITY + " A factor log(N) more for sorted sets.")
                    .arity(-4)
                    .flags(WRITE, DENYOOM)
                    .acl(KEYSPACE, DANGEROUS)
                    .keys(at(1, OVERWRITE))
                    .runs(DumpCommands::restore),
            command("restore-asking", "RESTORE as it is sent between the nodes of a Redis Cluster.")
                    .since("3.0.0")
                    .complexity(COMPLEXITY + " A factor log(N) more for sorted sets.")
                    .group("server")
                    .arity(-4)
                    .flags(WRITE, DENYOOM, ASKING)
                    .acl(KEYSPACE, DANGEROUS)
                    .keys(at(1, OVERWRITE))
                    .runs(DumpCommands::restore));

    private DumpCommands() {}

    private static void dump(Call call) {
        Object entry = call.lookup(1);
        if (entry == null) {
            call.out().nil();
            return;
        }
        boolean compression = call.server.config.getBool("rdbcompression");
        call.out().bulk(DumpPayload.write(compression, out -> EntryWriter.writeValue(out, entry)));
    }

    // ------------------------------------------------------------------ RESTORE

    private static final class Options {
        boolean replace;
        boolean absolute;
        long idleSeconds = -1;
        long frequency = -1;
    }

    /** What a payload holds: a string, or another value. */
    private static final class Restored extends ValueBuilder {
        private byte @Nullable [] string;
        private @Nullable Value value;

        Restored(ServerConfig config) {
            super(config);
        }

        @Override
        public void string(byte[] name, byte[] text, RdbMeta about) {
            string = text;
        }

        @Override
        protected void built(byte[] name, RdbMeta about, Value complete) {
            value = complete;
        }

        boolean isEmpty() {
            return string == null && value == null;
        }

        void putAt(Call call, int keyArg, long expireAt) {
            Args args = call.args();
            byte[] text = string;
            Value other = value;
            if (text != null) {
                call.db()
                        .setString(
                                args.array(keyArg),
                                args.offset(keyArg),
                                args.length(keyArg),
                                text,
                                0,
                                text.length,
                                expireAt);
            } else if (other != null) {
                call.db().put(args.array(keyArg), args.offset(keyArg), args.length(keyArg), other, expireAt);
            }
        }
    }

    private static void restore(Call call) {
        Options options = options(call);
        if (options == null) {
            return;
        }
        if (!options.replace && call.lookupForWrite(1) != null) {
            call.fail("BUSYKEY Target key name already exists.");
            return;
        }
        long ttl = call.integerArg(2);
        if (call.failed()) {
            return;
        }
        if (ttl < 0) {
            call.fail("ERR Invalid TTL value, must be >= 0");
            return;
        }
        Restored restored = read(call);
        if (restored == null) {
            return;
        }
        Args args = call.args();
        boolean replaces = options.replace && call.db().remove(args.array(1), args.offset(1), args.length(1));
        long expireAt = ttl == 0 ? -1 : options.absolute ? ttl : ttl + call.nowMillis();
        if (ttl != 0 && call.isDue(expireAt)) {
            if (replaces) {
                call.modified(1, NotifyClass.GENERIC, "del");
                call.propagateWords(2);
                call.word(DEL);
                call.wordArg(1);
            }
        } else {
            restored.putAt(call, 1, expireAt);
            use(call, options);
            call.modified(1, NotifyClass.GENERIC, "restore");
            if (ttl != 0 && !options.absolute) {
                propagate(call, expireAt);
            }
        }
        call.out().ok();
    }

    /** A replica gets the time as it was meant here. */
    private static void propagate(Call call, long expireAt) {
        call.propagateWords(call.argc() + 1);
        for (int i = 0; i < call.argc(); i++) {
            if (i == 2) {
                call.wordInteger(expireAt);
            } else {
                call.wordArg(i);
            }
        }
        call.word(ABSTTL);
    }

    private static void use(Call call, Options options) {
        boolean lfu = call.server.keyspace.isLfu();
        Args args = call.args();
        if (lfu && options.frequency >= 0) {
            int access = Access.fromCounter((int) options.frequency, call.nowMillis());
            call.db().setAccess(args.array(1), args.offset(1), args.length(1), access);
        } else if (!lfu && options.idleSeconds >= 0) {
            int access = Access.fromIdleSeconds(options.idleSeconds, call.nowMillis());
            call.db().setAccess(args.array(1), args.offset(1), args.length(1), access);
        }
    }

    /** What the payload holds; null with the error answered when it holds nothing good. */
    private static @Nullable Restored read(Call call) {
        Restored restored = new Restored(call.server.config);
        try {
            DumpPayload.read(call.bytes(3), !call.server.persistence.skipChecksumValidation, restored);
            if (!restored.isEmpty()) {
                return restored;
            }
        } catch (RdbFormatException bad) {
            if (bad.kind() == RdbFormatException.Kind.VERSION || bad.kind() == RdbFormatException.Kind.CHECKSUM) {
                call.fail("ERR DUMP payload version or checksum are wrong");
                return null;
            }
            call.server.log.log(System.Logger.Level.DEBUG, bad.getMessage());
        } catch (IOException impossible) {
            throw new AssertionError("an array cannot fail to be read", impossible);
        }
        call.fail("ERR Bad data format");
        return null;
    }

    private static @Nullable Options options(Call call) {
        Options options = new Options();
        Args args = call.args();
        for (int i = 4; i < args.count(); i++) {
            boolean more = i + 1 < args.count();
            if (args.is(i, "replace")) {
                options.replace = true;
            } else if (args.is(i, "absttl")) {
                options.absolute = true;
            } else if (args.is(i, "idletime") && more && options.frequency == -1) {
                options.idleSeconds = amountArg(call, ++i, Long.MAX_VALUE, "ERR Invalid IDLETIME value, must be >= 0");
            } else if (args.is(i, "freq") && more && options.idleSeconds == -1) {
                options.frequency = amountArg(call, ++i, 255, "ERR Invalid FREQ value, must be >= 0 and <= 255");
            } else {
                call.fail(Errors.SYNTAX);
            }
            if (call.failed()) {
                return null;
            }
        }
        return options;
    }

    private static long amountArg(Call call, int arg, long max, String error) {
        long amount = call.integerArg(arg);
        if (!call.failed() && (amount < 0 || amount > max)) {
            call.fail(error);
        }
        return amount;
    }
}
