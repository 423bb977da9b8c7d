package dev.vedette.store.snapshot;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.TRACE;
import static java.lang.System.Logger.Level.WARNING;

import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.keyspace.Access;
import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.ExpiryMode;
import dev.vedette.store.keyspace.KeyHash;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.keyspace.Value;
import dev.vedette.wire.rdb.RdbMeta;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a keyspace of its own from what a dump tells. Belongs to the thread that reads; afterwards the keyspace is handed
 * to the event loop whole.
 */
final class KeyspaceBuilder extends ValueBuilder {

    /** How keys are treated whose time has come. */
    enum Expired {
        /** They are left out, counted and remembered: a master's start. */
        DROP,
        /** They stay until the master removes them: a replica's data. */
        KEEP
    }

    private static final int EMPTY_KEYS_LOGGED = 10;
    private static final int REPLID_LENGTH = 40;
    /** So many strings are put in together. */
    private static final int TOGETHER = 32;

    /** A dump that lies about its keys shall not cost much memory. */
    private static final long EXPECTED_KEYS_MAX = 8_000_000;

    private final Expired expired;
    private final boolean mayRepeatKeys;
    private final long nowMillis;
    private final boolean lfu;
    private final System.Logger log;
    private final Keyspace keyspace;
    private Database database;

    // Strings that have come and are not yet put in.
    private final byte[][] names = new byte[TOGETHER][];
    private final byte[][] texts = new byte[TOGETHER][];
    private final RdbMeta[] abouts = new RdbMeta[TOGETHER];
    private int waiting;
    private final long[] hashes = new long[TOGETHER];

    private final List<LoadedDump.DroppedKey> dropped = new ArrayList<>();
    private final List<byte[]> functions = new ArrayList<>();
    private long keysLoaded;
    private long emptyKeys;
    private long usedMemoryBytes;
    private @Nullable String replid;
    private long offset = -1;
    private int streamDatabase = -1;

    KeyspaceBuilder(ServerConfig config, Expired expired, boolean mayRepeatKeys, long nowMillis, System.Logger log) {
        super(config);
        this.expired = expired;
        this.mayRepeatKeys = mayRepeatKeys;
        this.nowMillis = nowMillis;
        this.lfu = config.getString("maxmemory-policy").endsWith("-lfu");
        this.log = log;
        this.keyspace = new Keyspace(config.getInt("databases"));
        keyspace.setExpiryMode(ExpiryMode.IGNORE);
        keyspace.setNowMillis(nowMillis);
        keyspace.setLfu(lfu);
        this.database = keyspace.database(0);
    }

    Keyspace keyspace() {
        return keyspace;
    }

    /** Keys seen so far. */
    long keys() {
        return keysLoaded + dropped.size() + emptyKeys;
    }

    /** What the dump says of the memory in use where it was made, 0 if nothing. */
    long usedMemoryBytes() {
        return usedMemoryBytes;
    }

    long keysLoaded() {
        return keysLoaded;
    }

    List<LoadedDump.DroppedKey> dropped() {
        return dropped;
    }

    List<byte[]> functions() {
        return functions;
    }

    /** Where in a change stream the dump was taken, if it says so completely. */
    @Nullable
    ReplicationPoint point() {
        String id = replid;
        return id == null || offset == -1 || streamDatabase == -1
                ? null
                : new ReplicationPoint(id, offset, streamDatabase);
    }

    // ------------------------------------------------------------------ what the dump says of itself

    @Override
    public void aux(byte[] name, byte[] text) {
        String value = new String(text, StandardCharsets.ISO_8859_1);
        String field = new String(name, StandardCharsets.ISO_8859_1);
        switch (field) {
            case "redis-ver" -> log.log(INFO, "Loading RDB produced by version " + value);
            case "ctime" -> log.log(INFO, "RDB age " + Math.max(0, nowMillis / 1000 - number(value)) + " seconds");
            case "used-mem" -> {
                usedMemoryBytes = number(value);
                log.log(
                        INFO,
                        String.format(
                                java.util.Locale.ROOT,
                                "RDB memory usage when created %.2f Mb",
                                usedMemoryBytes / (1024.0 * 1024)));
            }
            case "aof-preamble" -> {
                if (number(value) != 0) {
                    log.log(INFO, "RDB has an AOF tail");
                }
            }
            case "aof-base" -> {
                if (number(value) != 0) {
                    log.log(INFO, "RDB is base AOF");
                }
            }
            case "repl-stream-db" -> streamDatabase = (int) number(value);
            case "repl-id" -> replid = value.length() == REPLID_LENGTH ? value : null;
            case "repl-offset" -> offset = number(value);
            case "redis-bits", "lua" -> {}
            default -> {
                if (field.startsWith("%")) {
                    log.log(INFO, "RDB '" + field + "': " + value);
                } else {
                    log.log(TRACE, "Unrecognized RDB AUX field: '" + field + "'");
                }
            }
        }
    }

    /** The number that a text begins with, 0 when it begins with none. */
    private static long number(String text) {
        long value = 0;
        int at = text.startsWith("-") ? 1 : 0;
        boolean negative = at == 1;
        while (at < text.length() && Character.isDigit(text.charAt(at))) {
            value = value * 10 + text.charAt(at++) - '0';
        }
        return negative ? -value : value;
    }

    @Override
    public void selectDb(int number) throws IOException {
        settle();
        if (number >= keyspace.databaseCount()) {
            throw new FatalDumpException(
                    "FATAL: Data file was created with a Redis server configured to handle more than "
                            + keyspace.databaseCount() + " databases. Exiting");
        }
        database = keyspace.database(number);
    }

    @Override
    public void resizeDb(long keys, long expires) {
        database.expect(Math.min(keys, EXPECTED_KEYS_MAX));
    }

    @Override
    public void function(byte[] code) {
        functions.add(code);
    }

    @Override
    public void moduleAux(String module) throws IOException {
        throw new FatalDumpException(
                "The RDB file contains AUX module data I can't load: no matching module '" + module + "'");
    }

    @Override
    public void emptyKey(byte[] name) {
        if (emptyKeys++ < EMPTY_KEYS_LOGGED) {
            log.log(WARNING, "rdbLoadObject skipping empty key: " + new String(name, StandardCharsets.ISO_8859_1));
        }
    }

    /** Logs how many keys came; all is read. */
    void logDone() {
        log.log(
                emptyKeys > 0 ? WARNING : INFO,
                "Done loading RDB, keys loaded: " + keysLoaded + ", keys expired: " + dropped.size()
                        + (emptyKeys > 0 ? ", empty keys skipped: " + emptyKeys : "") + ".");
    }

    // ------------------------------------------------------------------ keys

    /** Whether the key's time has come and it is left out. */
    private boolean drops(byte[] name, RdbMeta about) {
        if (expired == Expired.DROP && about.expireAtMillis() != -1 && about.expireAtMillis() < nowMillis) {
            dropped.add(new LoadedDump.DroppedKey(database.number(), name));
            return true;
        }
        return false;
    }

    /** Something was put at the key when the database had that many. */
    private void expectNew(byte[] name, long sizeBefore) throws IOException {
        if (!mayRepeatKeys && database.size() == sizeBefore) {
            String text = new String(name, StandardCharsets.ISO_8859_1);
            log.log(WARNING, "RDB has duplicated key '" + text + "' in DB " + database.number());
            throw new FatalDumpException("Duplicated key found in RDB file");
        }
    }

    private static long expireAt(RdbMeta about) {
        return about.expireAtMillis() == -1 ? -1 : Math.max(0, about.expireAtMillis());
    }

    private void use(byte[] name, RdbMeta about) {
        if (lfu && about.frequency() >= 0) {
            database.setAccess(name, 0, name.length, Access.fromCounter(about.frequency(), nowMillis));
        } else if (!lfu && about.idleSeconds() >= 0) {
            database.setAccess(name, 0, name.length, Access.fromIdleSeconds(about.idleSeconds(), nowMillis));
        }
    }

    @Override
    public void string(byte[] name, byte[] text, RdbMeta about) throws IOException {
        if (drops(name, about)) {
            return;
        }
        keysLoaded++;
        names[waiting] = name;
        texts[waiting] = text;
        abouts[waiting] = about;
        if (++waiting == TOGETHER) {
            settle();
        }
    }

    /**
     * Puts the strings in that have come and wait: many at a time, so that their waits for memory overlap. To be called at
     * the end, too.
     */
    void settle() throws IOException {
        int count = waiting;
        waiting = 0;
        for (int i = 0; i < count; i++) {
            hashes[i] = KeyHash.of(names[i], 0, names[i].length);
        }
        database.warmSlots(hashes, count);
        for (int i = 0; i < count; i++) {
            byte[] name = names[i];
            byte[] text = texts[i];
            long before = database.size();
            database.setString(name, 0, name.length, text, 0, text.length, expireAt(abouts[i]));
            expectNew(name, before);
            use(name, abouts[i]);
        }
    }

    @Override
    protected void built(byte[] name, RdbMeta about, Value value) throws IOException {
        if (drops(name, about)) {
            return;
        }
        keysLoaded++;
        settle();
        long before = database.size();
        database.put(name, 0, name.length, value, expireAt(about));
        expectNew(name, before);
        use(name, about);
    }
}
