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
import java.util.Arrays;
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
    /** And so many bytes of them. */
    private static final int ROOM_BYTES = 32 * 1024;

    /** A dump that lies about its keys shall not cost much memory. */
    private static final long EXPECTED_KEYS_MAX = 8_000_000;

    private final Expired expired;
    private final boolean mayRepeatKeys;
    private final long nowMillis;
    private final boolean lfu;
    private final System.Logger log;
    private final Keyspace keyspace;
    private Database database;

    // Strings that have come and are not yet put in: each name and its text, one behind the other.
    // No text fills it: the database takes a whole array for its own.
    private final byte[] room = new byte[ROOM_BYTES + 1];
    private int roomUsed;
    private final int[] nameLengths = new int[TOGETHER];
    private final int[] textLengths = new int[TOGETHER];
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
    private boolean drops(byte[] array, int offset, int length, RdbMeta about) {
        if (expired == Expired.DROP && about.expireAtMillis() != -1 && about.expireAtMillis() < nowMillis) {
            byte[] name = Arrays.copyOfRange(array, offset, offset + length);
            dropped.add(new LoadedDump.DroppedKey(database.number(), name));
            return true;
        }
        return false;
    }

    /** Something was put at the key when the database had that many. */
    private void expectNew(byte[] array, int offset, int length, long sizeBefore) throws IOException {
        if (!mayRepeatKeys && database.size() == sizeBefore) {
            String text = new String(array, offset, length, StandardCharsets.ISO_8859_1);
            log.log(WARNING, "RDB has duplicated key '" + text + "' in DB " + database.number());
            throw new FatalDumpException("Duplicated key found in RDB file");
        }
    }

    private static long expireAt(RdbMeta about) {
        return about.expireAtMillis() == -1 ? -1 : Math.max(0, about.expireAtMillis());
    }

    private void use(byte[] array, int offset, int length, RdbMeta about) {
        if (lfu && about.frequency() >= 0) {
            database.setAccess(array, offset, length, Access.fromCounter(about.frequency(), nowMillis));
        } else if (!lfu && about.idleSeconds() >= 0) {
            database.setAccess(array, offset, length, Access.fromIdleSeconds(about.idleSeconds(), nowMillis));
        }
    }

    @Override
    public void string(byte[] name, byte[] text, RdbMeta about) throws IOException {
        string(name, 0, name.length, text, 0, text.length, about);
    }

    @Override
    public void string(
            byte[] nameArray,
            int nameOffset,
            int nameLength,
            byte[] textArray,
            int textOffset,
            int textLength,
            RdbMeta about)
            throws IOException {
        if (drops(nameArray, nameOffset, nameLength, about)) {
            return;
        }
        keysLoaded++;
        if (nameLength > ROOM_BYTES - roomUsed || textLength > ROOM_BYTES - roomUsed - nameLength) {
            settle();
            if (nameLength > ROOM_BYTES || textLength > ROOM_BYTES - nameLength) {
                put(nameArray, nameOffset, nameLength, textArray, textOffset, textLength, about);
                return;
            }
        }
        System.arraycopy(nameArray, nameOffset, room, roomUsed, nameLength);
        System.arraycopy(textArray, textOffset, room, roomUsed + nameLength, textLength);
        roomUsed += nameLength + textLength;
        nameLengths[waiting] = nameLength;
        textLengths[waiting] = textLength;
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
        roomUsed = 0;
        int at = 0;
        for (int i = 0; i < count; i++) {
            hashes[i] = KeyHash.of(room, at, nameLengths[i]);
            at += nameLengths[i] + textLengths[i];
        }
        database.warmSlots(hashes, count);
        at = 0;
        for (int i = 0; i < count; i++) {
            put(room, at, nameLengths[i], room, at + nameLengths[i], textLengths[i], abouts[i]);
            at += nameLengths[i] + textLengths[i];
        }
    }

    private void put(
            byte[] nameArray,
            int nameOffset,
            int nameLength,
            byte[] textArray,
            int textOffset,
            int textLength,
            RdbMeta about)
            throws IOException {
        long before = database.size();
        database.setString(nameArray, nameOffset, nameLength, textArray, textOffset, textLength, expireAt(about));
        expectNew(nameArray, nameOffset, nameLength, before);
        use(nameArray, nameOffset, nameLength, about);
    }

    @Override
    protected void built(byte[] name, RdbMeta about, Value value) throws IOException {
        if (drops(name, 0, name.length, about)) {
            return;
        }
        keysLoaded++;
        settle();
        long before = database.size();
        database.put(name, 0, name.length, value, expireAt(about));
        expectNew(name, 0, name.length, before);
        use(name, 0, name.length, about);
    }
}
