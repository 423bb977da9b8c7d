package dev.vedette.store.connection;

import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.KeyHash;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.ValueType;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.session.Args;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The next commands of a pipeline, parsed before the first of them runs.
 *
 * <p>A lookup in a large keyspace mostly waits for memory: for the slot, then for the entry, then for a large
 * collection's element. Knowing the next commands, their keys are read one after the other without using what comes, so
 * that the processor waits for many of them at once; when the commands run, one by one and in order, they find what they
 * need in its cache. Nothing else changes: a command that ends the run (it blocks, hands the connection over, closes it)
 * leaves the ones behind it as unread bytes.
 *
 * <p>Used for one read of one connection at a time, on the event loop.
 */
final class Lookahead {

    /** More would push each other out of the cache before they run. */
    static final int COMMANDS_MAX = 32;

    private static final Value NOTHING = new SetValue();

    private final Args[] parsed = new Args[COMMANDS_MAX];
    /** The parsed ones, but for a command that came in pieces, which has arguments of its own. */
    private final Args[] commands = new Args[COMMANDS_MAX];

    private final int[] starts = new int[COMMANDS_MAX];
    private final int[] ends = new int[COMMANDS_MAX];
    private final boolean[] canonical = new boolean[COMMANDS_MAX];
    private final long[] hashes = new long[COMMANDS_MAX];
    private final @Nullable Value[] found = new Value[COMMANDS_MAX];
    private final Value[] collections = new Value[COMMANDS_MAX];
    private int count;
    private int at = -1;
    /** Nobody asks for this; it keeps the reading from being optimized away. */
    private int unusedSum;

    Lookahead() {
        for (int i = 0; i < COMMANDS_MAX; i++) {
            parsed[i] = new Args();
            commands[i] = parsed[i];
            collections[i] = NOTHING;
        }
    }

    /** Goes on to the next command that is there. */
    boolean next() {
        if (at + 1 >= count) {
            return false;
        }
        at++;
        return true;
    }

    /**
     * Parses what comes next, up to {@link #COMMANDS_MAX} commands.
     *
     * @return what the first is: if it is no command, there is none here, and the parser tells more
     */
    RequestParser.Found fill(RequestParser parser, byte[] bytes, int from, int end) {
        count = 0;
        at = -1;
        RequestParser.Found first = parser.parse(bytes, from, end, parsed[0]);
        if (first != RequestParser.Found.COMMAND) {
            return first;
        }
        add(parser, from);
        while (count < COMMANDS_MAX && parser.next() < end) {
            int start = parser.next();
            if (parser.parse(bytes, start, end, parsed[count]) != RequestParser.Found.COMMAND) {
                // It is parsed again when its turn comes: the commands before may change what it means.
                parser.reset();
                break;
            }
            add(parser, start);
        }
        return first;
    }

    private void add(RequestParser parser, int start) {
        commands[count] = parser.args();
        starts[count] = start;
        ends[count] = parser.next();
        canonical[count] = parser.isCanonical();
        count++;
    }

    /** Brings what the commands will look for into the processor's cache. */
    void warm(Database database) {
        if (count < 2) {
            return;
        }
        int sum = 0;
        for (int i = 0; i < count; i++) {
            Args args = commands[i];
            hashes[i] = args.count() > 1 ? KeyHash.of(args.array(1), args.offset(1), args.length(1)) : 0;
        }
        database.warm(hashes, count, found);
        int large = 0;
        for (int i = 0; i < count; i++) {
            Value value = found[i];
            if (value != null && commands[i].count() > 2 && value.size() >= Database.WARM_FROM) {
                collections[large] = value;
                hashes[large++] = elementHash(value, commands[i]);
            }
        }
        for (int i = 0; i < large; i++) {
            sum += collections[i].warmSlot(hashes[i]);
        }
        for (int i = 0; i < large; i++) {
            sum += collections[i].warmElement(hashes[i]);
        }
        Arrays.fill(found, 0, count, null);
        Arrays.fill(collections, 0, large, NOTHING);
        unusedSum += sum;
    }

    /** The hash of what most commands on such a value look for in it first. */
    private static long elementHash(Value value, Args args) {
        int element = value.type() == ValueType.ZSET && args.count() > 3 ? 3 : 2;
        return KeyHash.of(args.array(element), args.offset(element), args.length(element));
    }

    /** The arguments of the present command. */
    Args args() {
        return commands[at];
    }

    /** Where the present command begins. */
    int start() {
        return starts[at];
    }

    /** Where the present command ends. */
    int end() {
        return ends[at];
    }

    /** Whether the present command is exactly what an encoder would write. */
    boolean isCanonical() {
        return canonical[at];
    }

    /** Whether the present command's bytes are gone because it came in pieces. */
    boolean cameInPieces() {
        return commands[at] != parsed[at];
    }

    /** Forgets the commands, and all arrays that they stood in but {@code shared}, which is there anyway. */
    void clear(byte[] shared) {
        for (int i = 0; i < count; i++) {
            if (commands[i] != parsed[i]) {
                commands[i] = parsed[i];
            } else if (parsed[i].array(0) != shared) {
                parsed[i].forget();
            }
        }
        count = 0;
        at = -1;
    }
}
