package dev.vedette.store.command;

import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.KeyHash;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.ValueType;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.ByteKey;
import dev.vedette.store.session.Doubles;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.Session;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of a command: what it reads, what it answers, what it leaves behind.
 *
 * <p>A handler reads arguments, looks keys up, writes exactly one reply into {@link #out}, and reports each change with
 * {@link #modified}. A wrong argument or type is answered by the reading method itself, which then makes {@link
 * #failed()} true; the handler returns:
 *
 * <pre>
 *   HashValue hash = call.read(1, HashValue.class);
 *   if (call.failed()) return;              // WRONGTYPE is written already
 *   if (hash == null) { call.out.integer(0); return; }
 * </pre>
 *
 * <p>What goes into the change stream is the command as it came, once the handler has reported a change; a command whose
 * effect depends on time or chance replaces it by {@link #propagate}. Reused; valid only during the run.
 */
public final class Call {

    private enum Propagation {
        AS_IT_CAME,
        REPLACED,
        NOTHING
    }

    private static final int WARMED_TOGETHER = 16;
    public final ServerState server;
    final Dispatcher dispatcher;

    Session session;
    Args args;
    Command command;
    Replies out;
    private Database database;
    private final long[] warmHashes = new long[WARMED_TOGETHER];
    private int warmedTo;
    private boolean failed;
    private boolean inTransaction;
    private long changes;
    private int wordsToCome;
    private boolean forced;
    private Propagation propagation = Propagation.AS_IT_CAME;
    private byte @Nullable [] encoded;
    private int encodedOffset;
    private int encodedLength;

    Call(ServerState server, Dispatcher dispatcher, Session session, Args args, Command command) {
        this.server = server;
        this.dispatcher = dispatcher;
        this.session = session;
        this.args = args;
        this.command = command;
        this.out = session.replies();
        this.database = server.keyspace.database(session.database);
    }

    void begin(Session session, Args args, Command command, boolean inTransaction) {
        this.session = session;
        this.args = args;
        this.command = command;
        this.out = session.replies();
        this.database = server.keyspace.database(session.database);
        this.failed = false;
        this.inTransaction = inTransaction;
        this.changes = 0;
        this.forced = false;
        this.propagation = Propagation.AS_IT_CAME;
        this.encoded = null;
        this.warmedTo = 0;
    }

    /** The command's own bytes, so that the change stream need not encode it again. */
    void setEncoded(byte[] array, int offset, int length) {
        encoded = array;
        encodedOffset = offset;
        encodedLength = length;
    }

    /** Whether what this call leaves behind goes into the change stream. */
    private boolean propagates() {
        return server.propagates() && (session.caller == null || server.scripting.propagates());
    }

    // ------------------------------------------------------------------ who and what

    /** The client. */
    public Session session() {
        return session;
    }

    /** The arguments, the command's name at 0. */
    public Args args() {
        return args;
    }

    /** Number of arguments, the name included. */
    public int argc() {
        return args.count();
    }

    /** The command that runs. */
    public Command command() {
        return command;
    }

    /** Where the reply goes. */
    public Replies out() {
        return out;
    }

    /** The client's database. */
    public Database db() {
        return database;
    }

    /**
     * Said by a command of many keys before it looks up the key at {@code i}, and again {@code step} arguments on: keys that
     * come next are read ahead together ({@link Database#warm}).
     */
    public void warmKeys(int i, int step) {
        int left = (args.count() - i + step - 1) / step;
        if (i < warmedTo || left < 2 || database.size() < Database.WARM_FROM) {
            return;
        }
        int count = Math.min(left, WARMED_TOGETHER);
        for (int k = 0; k < count; k++) {
            int key = i + k * step;
            warmHashes[k] = KeyHash.of(args.array(key), args.offset(key), args.length(key));
        }
        database.warm(warmHashes, count, null);
        warmedTo = i + count * step;
    }

    /** Another database by number. */
    public Database db(int number) {
        return server.keyspace.database(number);
    }

    /** The client selected another database: the rest of this call works on it. */
    public void selectDatabase(int number) {
        session.database = number;
        database = server.keyspace.database(number);
    }

    /** Wall-clock milliseconds of this batch. */
    public long nowMillis() {
        return server.nowMillis();
    }

    /** Whether this runs within EXEC. */
    public boolean inTransaction() {
        return inTransaction;
    }

    /** Whether a command may make this client wait: not within EXEC, not for a master's stream. */
    public boolean mayBlock() {
        return !inTransaction && session.kind == Session.Kind.NORMAL;
    }

    /** Whether a script runs this. */
    public boolean inScript() {
        return session.caller != null;
    }

    /** Whether the command comes from this node's master and must be obeyed. */
    public boolean fromMaster() {
        return session.kind == Session.Kind.MASTER;
    }

    // ------------------------------------------------------------------ errors and arguments

    /** Whether an error was answered: the handler has nothing more to do. */
    public boolean failed() {
        return failed;
    }

    /** Answers an error. */
    public void fail(String error) {
        out.error(error);
        failed = true;
    }

    /** Argument as an array to keep. */
    public byte[] bytes(int arg) {
        return args.bytes(arg);
    }

    /** Argument as a 64-bit integer; answers Redis's usual error when it is none. */
    public long integerArg(int arg) {
        return integerArg(arg, Errors.NOT_AN_INTEGER);
    }

    /** Argument as a 64-bit integer; answers {@code error} when it is none. */
    public long integerArg(int arg, String error) {
        if (!args.isInteger(arg)) {
            fail(error);
            return 0;
        }
        return args.integer(arg);
    }

    /** Argument as an integer in a range; answers {@code error} when it is none or outside. */
    public long integerArg(int arg, long min, long max, String error) {
        long value = integerArg(arg, error);
        if (!failed && (value < min || value > max)) {
            fail(error);
        }
        return value;
    }

    /** Argument as a 32-bit integer; answers Redis's errors when it is none or beyond that. */
    public int intArg(int arg) {
        long value = integerArg(arg);
        if (!failed && value != (int) value) {
            fail("ERR value is out of range, value must between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE);
        }
        return (int) value;
    }

    /**
     * Argument as a count of elements chosen at random, negative when each may come several times (SRANDMEMBER and its
     * like). Whoever writes that many looks whether they are still wanted ({@link Replies#isMuted}).
     */
    public long randomCountArg(int arg) {
        long value = integerArg(arg);
        if (!failed && value == Long.MIN_VALUE) {
            fail("ERR value is out of range, value must between " + -Long.MAX_VALUE + " and " + Long.MAX_VALUE);
        }
        return value;
    }

    /** Argument as a double; answers {@code error} when it is none or NaN. */
    public double doubleArg(int arg, String error) {
        double value = Doubles.parse(args.array(arg), args.offset(arg), args.length(arg));
        if (Double.isNaN(value)) {
            fail(error);
        }
        return value;
    }

    /** As {@link #doubleArg(int, String)} with the usual error. */
    public double doubleArg(int arg) {
        return doubleArg(arg, Errors.NOT_A_FLOAT);
    }

    /**
     * Argument as a time to wait, in seconds with a fraction.
     *
     * @return wall-clock milliseconds of the end, {@link Long#MAX_VALUE} for 0 (for ever)
     */
    public long deadlineArg(int arg) {
        double seconds = Doubles.parse(args.array(arg), args.offset(arg), args.length(arg));
        if (Double.isNaN(seconds)) {
            fail("ERR timeout is not a float or out of range");
            return 0;
        }
        double millis = Math.ceil(seconds * 1000);
        // What does not fit into 64 bits is a negative number to Redis.
        if (millis < 0 || millis >= 0x1p63) {
            fail("ERR timeout is negative");
            return 0;
        }
        return millis == 0 || millis > Long.MAX_VALUE / 2.0 ? Long.MAX_VALUE : nowMillis() + (long) millis;
    }

    /** Whether the client may read keys that no argument names, as those of SORT's patterns. */
    public boolean mayReadAllKeys() {
        return dispatcher.readsAllKeys(session, command, args);
    }

    // ------------------------------------------------------------------ reading keys

    /** The entry at a key argument for reading (counts as hit or miss), or null. */
    public @Nullable Object lookup(int arg) {
        return counted(arg, database.lookup(args.array(arg), args.offset(arg), args.length(arg)));
    }

    /** As {@link #lookup}, without counting as a use of the key (TTL, TYPE, EXISTS). */
    public @Nullable Object lookupUntouched(int arg) {
        return counted(arg, database.peek(args.array(arg), args.offset(arg), args.length(arg)));
    }

    /** As {@link #lookupUntouched}, without an event for a miss (OBJECT). */
    public @Nullable Object lookupUnnoticed(int arg) {
        Object entry = peek(arg);
        if (entry == null) {
            server.stats.keyspaceMisses++;
        } else {
            server.stats.keyspaceHits++;
        }
        return entry;
    }

    private @Nullable Object counted(int arg, @Nullable Object entry) {
        if (entry == null) {
            server.stats.keyspaceMisses++;
            if ((server.settings.notifyBits & NotifyClass.KEY_MISS.bit()) != 0) {
                server.notifyKeyspaceEvent(NotifyClass.KEY_MISS, "keymiss", args.bytes(arg), database.number());
            }
        } else {
            server.stats.keyspaceHits++;
        }
        return entry;
    }

    /** The entry at a key argument, to be changed, or null. */
    public @Nullable Object lookupForWrite(int arg) {
        return database.lookupForWrite(args.array(arg), args.offset(arg), args.length(arg));
    }

    /** The entry at a key argument without any effect on statistics or LRU, or null. */
    public @Nullable Object peek(int arg) {
        return database.peek(args.array(arg), args.offset(arg), args.length(arg));
    }

    /** The value at a key argument for reading; null when there is none or, with WRONGTYPE answered, another type. */
    public <V extends Value> @Nullable V read(int arg, Class<V> type) {
        return ofType(lookup(arg), type);
    }

    /** The value at a key argument, to be changed; null as for {@link #read}. */
    public <V extends Value> @Nullable V write(int arg, Class<V> type) {
        return ofType(lookupForWrite(arg), type);
    }

    /** As {@link #read} for a key that is no argument of its own. */
    public <V extends Value> @Nullable V read(byte[] key, Class<V> type) {
        return ofType(database.lookup(key, 0, key.length), type);
    }

    /** As {@link #write} for a key that is no argument of its own. */
    public <V extends Value> @Nullable V write(byte[] key, Class<V> type) {
        return ofType(database.lookupForWrite(key, 0, key.length), type);
    }

    /** The entry's value if it is of that type; answers WRONGTYPE otherwise. */
    public <V extends Value> @Nullable V ofType(@Nullable Object entry, Class<V> type) {
        if (entry == null) {
            return null;
        }
        Value value = Entries.value(entry);
        if (type.isInstance(value)) {
            return type.cast(value);
        }
        fail(Errors.WRONGTYPE);
        return null;
    }

    /** The string entry at a key argument for reading; null when there is none or, with WRONGTYPE answered, no string. */
    public @Nullable Object readString(int arg) {
        return string(lookup(arg));
    }

    /** The string entry at a key argument, to be changed; null as for {@link #readString}. */
    public @Nullable Object writeString(int arg) {
        return string(lookupForWrite(arg));
    }

    private @Nullable Object string(@Nullable Object entry) {
        if (entry == null || Entries.isString(entry)) {
            return entry;
        }
        fail(Errors.WRONGTYPE);
        return null;
    }

    /** Answers a string entry's bytes. */
    public void replyString(Object entry) {
        if (Entries.isInteger(entry)) {
            out.bulkInteger(Entries.integer(entry));
        } else {
            out.bulkOf(entry);
        }
    }

    /** See {@link Database#stringForChange}, of the key at that argument. */
    public Object stringForChange(int arg, int minLength) {
        return database.stringForChange(args.array(arg), args.offset(arg), args.length(arg), minLength);
    }

    /** Sets or removes (-1) the time of the key at that argument, which is there. */
    public void setExpireAt(int arg, long expireAt) {
        database.setExpireAt(args.array(arg), args.offset(arg), args.length(arg), expireAt);
    }

    /** Whether a key that gets that time is gone at once: on a master that is not loading, as replicas await the DEL. */
    public boolean isDue(long expireAt) {
        return expireAt <= nowMillis() && !server.persistence.loading && !server.replication.isReplica();
    }

    /** Removes the key at that argument; false when it is not there. An expired one is not there. */
    public boolean remove(int arg) {
        return database.removeLive(args.array(arg), args.offset(arg), args.length(arg));
    }

    /** Puts a new value at a key argument, without TTL. */
    public void put(int arg, Value value) {
        database.put(args.array(arg), args.offset(arg), args.length(arg), value, -1);
    }

    /** Puts a result at a key argument, without TTL, and reports that; an empty result removes the key instead. */
    public void storeOrRemove(int arg, Value result, NotifyClass notifyClass, String event) {
        if (result.size() > 0) {
            put(arg, result);
            modified(arg, notifyClass, event);
        } else if (database.remove(args.array(arg), args.offset(arg), args.length(arg))) {
            modified(arg, NotifyClass.GENERIC, "del");
        }
    }

    // ------------------------------------------------------------------ changes

    /** Reports one change of the key at that argument: for watchers, keyspace events, the save points, the stream. */
    public void modified(int arg, NotifyClass notifyClass, String event) {
        changes++;
        server.touched(database, args, arg);
        if (server.settings.notifyBits != 0) {
            server.notifyKeyspaceEvent(notifyClass, event, args.bytes(arg), database.number());
        }
    }

    /** As {@link #modified(int, NotifyClass, String)}, without an event. */
    public void modifiedSilently(int arg) {
        changes++;
        server.watches.touched(database, args, arg);
    }

    /** As {@link #modified(int, NotifyClass, String)} for a key that is no argument of its own. */
    public void modified(byte[] key, NotifyClass notifyClass, String event) {
        modified(database.number(), key, notifyClass, event);
    }

    /** As {@link #modified(byte[], NotifyClass, String)} in another database. */
    public void modified(int inDatabase, byte[] key, NotifyClass notifyClass, String event) {
        changes++;
        touched(inDatabase, key, notifyClass, event);
    }

    /** As {@link #modified(int, NotifyClass, String)}, for a second key of a change that was counted already. */
    public void touched(int arg, NotifyClass notifyClass, String event) {
        touched(database.number(), args.bytes(arg), notifyClass, event);
    }

    /** As {@link #touched(int, NotifyClass, String)} in another database. */
    public void touched(int inDatabase, byte[] key, NotifyClass notifyClass, String event) {
        server.touched(server.keyspace.database(inDatabase), key);
        server.notifyKeyspaceEvent(notifyClass, event, key, inDatabase);
    }

    /** Only publishes a keyspace event. */
    public void notifyOnly(int arg, NotifyClass notifyClass, String event) {
        if (server.settings.notifyBits != 0) {
            server.notifyKeyspaceEvent(notifyClass, event, args.bytes(arg), database.number());
        }
    }

    /** Removes the key at that argument if its collection is empty now, with the event for that. */
    public void removeIfEmpty(int arg, Value value) {
        if (value.size() == 0) {
            database.remove(args.array(arg), args.offset(arg), args.length(arg));
            notifyOnly(arg, NotifyClass.GENERIC, "del");
        }
    }

    /** As {@link #removeIfEmpty(int, Value)} for a key that is no argument of its own. */
    public void removeIfEmpty(byte[] key, Value value) {
        if (value.size() == 0) {
            database.remove(key, 0, key.length);
            server.notifyKeyspaceEvent(NotifyClass.GENERIC, "del", key, database.number());
        }
    }

    /** Counts more changes than keys were modified (INFO rdb_changes_since_last_save counts elements). */
    public void addChanges(long count) {
        changes += count;
    }

    /** How many changes were reported so far. */
    public long changes() {
        return changes;
    }

    /**
     * Puts this command into the change stream instead of the one that came; may be called several times. Only what has
     * been propagated counts: a handler that never reports a change still propagates it.
     */
    public void propagate(byte[]... words) {
        propagateIn(database.number(), words);
    }

    /** As {@link #propagate} in another database. */
    public void propagateIn(int inDatabase, byte[]... words) {
        propagation = Propagation.REPLACED;
        if (propagates()) {
            server.changes.add(inDatabase, words);
        }
    }

    /**
     * As {@link #propagate}, without garbage: begins a command of that many words, which the calls of {@link #word},
     * {@link #wordArg} and {@link #wordInteger} that follow give one by one.
     */
    public void propagateWords(int count) {
        propagation = Propagation.REPLACED;
        wordsToCome = count;
        if (propagates()) {
            server.changes.begin(count);
        }
    }

    /** The next word of the command begun by {@link #propagateWords}. */
    public void word(byte[] word) {
        if (propagates()) {
            server.changes.word(word, 0, word.length);
        }
        endWord();
    }

    /** As {@link #word}, an argument of the command that came. */
    public void wordArg(int arg) {
        if (propagates()) {
            server.changes.word(args.array(arg), args.offset(arg), args.length(arg));
        }
        endWord();
    }

    /** As {@link #word}, an integer in decimal. */
    public void wordInteger(long number) {
        if (propagates()) {
            server.changes.word(number);
        }
        endWord();
    }

    private void endWord() {
        if (--wordsToCome == 0 && propagates()) {
            server.changes.end(database.number());
        }
    }

    /** Nothing goes into the change stream by itself. */
    public void propagateNothing() {
        propagation = Propagation.NOTHING;
    }

    /** The command goes into the change stream even without a change (PUBLISH). */
    public void propagateAlways() {
        forced = true;
    }

    /** Leaves in the change stream what the run came to. */
    void finish() {
        server.persistence.dirty += changes;
        if (propagation == Propagation.AS_IT_CAME && (changes > 0 || forced) && propagates()) {
            byte[] own = encoded;
            if (own != null) {
                server.changes.addEncoded(database.number(), own, encodedOffset, encodedLength);
            } else {
                server.changes.add(database.number(), args);
            }
        }
    }

    // ------------------------------------------------------------------ waiting

    /**
     * Makes the client wait until one of those keys holds a value of that type and {@code attempt} serves it, or the
     * deadline is over. Only when {@link #mayBlock()}; the handler writes no reply.
     */
    public void waitForKeys(
            List<byte[]> keys,
            ValueType type,
            long deadlineMillis,
            KeyWaits.Attempt attempt,
            KeyWaits.TimeoutReply timeoutReply) {
        waitForKeys(keys, type, deadlineMillis, attempt, timeoutReply, null);
    }

    /** As the other one; when a key does not hold a value of the type any more, the wait ends with {@code lossError}. */
    public void waitForKeys(
            List<byte[]> keys,
            ValueType type,
            long deadlineMillis,
            KeyWaits.Attempt attempt,
            KeyWaits.TimeoutReply timeoutReply,
            @Nullable String lossError) {
        List<ByteKey> awaited = new ArrayList<>();
        for (byte[] key : keys) {
            ByteKey byteKey = new ByteKey(key);
            if (!awaited.contains(byteKey)) {
                awaited.add(byteKey);
            }
        }
        KeyWaits.KeyWait wait = new KeyWaits.KeyWait(
                server.keyWaits,
                session,
                database.number(),
                awaited,
                type,
                deadlineMillis,
                attempt,
                timeoutReply,
                lossError,
                command,
                args.copy());
        server.keyWaits.add(wait);
        dispatcher.startWait(session, wait);
    }

    /** Clients that wait for the key at that argument are to look again: it holds more than before, or less. */
    public void wake(int arg) {
        if (!server.keyWaits.isEmpty()) {
            server.keyWaits.keyAdded(database.number(), args.bytes(arg));
        }
    }

    /** Makes the client wait for something else. */
    public void waitFor(Session.Wait wait) {
        session.waiting = wait;
        dispatcher.startWait(session, wait);
    }

    /** The dispatcher, for commands that run others (EXEC). */
    public Dispatcher dispatcher() {
        return dispatcher;
    }
}
