package dev.vedette.store.change;

import dev.vedette.store.keyspace.Decimals;
import dev.vedette.store.session.Args;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Every write's effect, RESP-encoded once, in order. The byte position is the replication offset, byte for byte what
 * Redis would count ({@code master_repl_offset}).
 *
 * <p>Commands leave their effects in an <em>execution unit</em> ({@link #add}); {@link #endUnit} moves the unit into the
 * stream, with the SELECT that the database needs, and wrapped in MULTI and EXEC when it holds more than one command, so
 * that readers see it whole or not at all. Once a turn the owner takes what has gathered ({@link #take}) and sends it to
 * the readers. While the stream is closed nothing is encoded and the offset stands still, as in a Redis without backlog.
 */
public final class ChangeStream {

    /** Takes what one turn left: the array's first {@code length} bytes, which nobody changes any more. */
    @FunctionalInterface
    public interface Reader {
        void batch(long startOffset, byte[] bytes, int length);
    }

    private static final byte[] MULTI = "*1\r\n$5\r\nMULTI\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] EXEC = "*1\r\n$4\r\nEXEC\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NONE = new byte[0];
    private static final int UNIT_BYTES_MIN = 1024;
    private static final int KEPT_BYTES_MAX = 256 * 1024;

    private boolean open;
    private long offset;
    private int selected = -1;

    private byte[] turn = new byte[4096];
    private int turnLength;
    private final Runnable onFirst;

    private byte[] unit = NONE;
    private int unitLength;
    private int[] ends = new int[8];
    private int[] databases = new int[8];
    private int count;
    private boolean held;

    /** A closed stream; {@code onFirst} is told when a turn's first byte arrives, so that it can arrange for {@link #take}. */
    public ChangeStream(Runnable onFirst) {
        this.onFirst = onFirst;
    }

    /** Whether writes count. */
    public boolean isOpen() {
        return open;
    }

    /** From now on writes count, beginning at that offset. */
    public void open(long atOffset) {
        offset = atOffset;
        open = true;
        selected = -1;
        turnLength = 0;
    }

    /** Writes no longer count; the offset stays. */
    public void close() {
        open = false;
        turnLength = 0;
        unitLength = 0;
        count = 0;
    }

    /** Position in bytes after the last change. */
    public long offset() {
        return offset;
    }

    /** Sets the position: data of another history was loaded. */
    public void setOffset(long offset) {
        if (turnLength != 0) {
            throw new IllegalStateException("changes not yet taken would get a wrong offset");
        }
        this.offset = offset;
    }

    /** The next change shall be preceded by a SELECT whatever was selected before: a reader joins here. */
    public void forgetSelected() {
        selected = -1;
    }

    /** The database that a reader at the end of the stream has selected, or -1 when that is open. */
    public int selected() {
        return selected;
    }

    // ------------------------------------------------------------------ a unit

    /** Adds a command that is RESP already, as a client sent it. */
    public void addEncoded(int database, byte[] resp, int from, int length) {
        if (!open) {
            return;
        }
        ensureUnit(length);
        System.arraycopy(resp, from, unit, unitLength, length);
        unitLength += length;
        endCommand(database);
    }

    /** Adds a command. */
    public void add(int database, Args args) {
        if (!open) {
            return;
        }
        header('*', args.count());
        for (int i = 0; i < args.count(); i++) {
            bulk(args.array(i), args.offset(i), args.length(i));
        }
        endCommand(database);
    }

    /** Adds a command. */
    public void add(int database, byte[]... words) {
        if (!open) {
            return;
        }
        header('*', words.length);
        for (byte[] word : words) {
            bulk(word, 0, word.length);
        }
        endCommand(database);
    }

    /** Begins a command of that many words, to be given by {@link #word} and ended by {@link #end}; the stream is open. */
    public void begin(int words) {
        header('*', words);
    }

    /** The next word of the command begun. */
    public void word(byte[] array, int from, int length) {
        bulk(array, from, length);
    }

    /** The next word of the command begun, an integer in decimal. */
    public void word(long number) {
        header('$', Decimals.length(number));
        ensureUnit(Decimals.LENGTH_MAX + 2);
        unitLength = Decimals.write(number, unit, unitLength);
        unit[unitLength++] = '\r';
        unit[unitLength++] = '\n';
    }

    /** Ends the command begun. */
    public void end(int database) {
        endCommand(database);
    }

    private void header(char type, int number) {
        ensureUnit(3 + Decimals.LENGTH_MAX);
        unit[unitLength++] = (byte) type;
        unitLength = Decimals.write(number, unit, unitLength);
        unit[unitLength++] = '\r';
        unit[unitLength++] = '\n';
    }

    private void bulk(byte[] array, int from, int length) {
        header('$', length);
        ensureUnit(length + 2);
        System.arraycopy(array, from, unit, unitLength, length);
        unitLength += length;
        unit[unitLength++] = '\r';
        unit[unitLength++] = '\n';
    }

    private void ensureUnit(int more) {
        if (unit.length - unitLength < more) {
            int wanted = Math.max(UNIT_BYTES_MIN, Math.addExact(unitLength, more));
            unit = Arrays.copyOf(unit, (int) Math.max(wanted, Math.min(unit.length * 2L, Integer.MAX_VALUE - 16)));
        }
    }

    private void endCommand(int database) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
            databases = Arrays.copyOf(databases, count * 2);
        }
        ends[count] = unitLength;
        databases[count++] = database;
    }

    /** How many commands the unit under way has left. */
    public int unitCommands() {
        return count;
    }

    /**
     * Ends the unit under way.
     *
     * @param atomic whether several commands belong together and get MULTI and EXEC around them
     */
    public void endUnit(boolean atomic) {
        if (count == 0 || held) {
            return;
        }
        boolean wrap = atomic && count > 1;
        for (int i = 0; i < count; i++) {
            int start = i == 0 ? 0 : ends[i - 1];
            if (databases[i] != selected) {
                select(databases[i]);
            }
            if (wrap && i == 0) {
                append(MULTI, 0, MULTI.length);
            }
            if (count == 1 && takeOver(unit, unitLength)) {
                unit = NONE;
            } else {
                append(unit, start, ends[i] - start);
            }
        }
        if (wrap) {
            append(EXEC, 0, EXEC.length);
        }
        count = 0;
        unitLength = 0;
        if (unit.length > KEPT_BYTES_MAX) {
            unit = NONE;
        }
    }

    /** While held, the unit under way goes on whatever else happens: the command that leaves it has paused. */
    public void hold(boolean hold) {
        held = hold;
    }

    private void select(int database) {
        byte[] number = Decimals.bytes(database);
        byte[] command = ("*2\r\n$6\r\nSELECT\r\n$" + number.length + "\r\n" + database + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        append(command, 0, command.length);
        selected = database;
    }

    // ------------------------------------------------------------------ the turn

    /** Appends bytes as they are: a master's own stream on a replica, or a PING to replicas. */
    public void append(byte[] bytes, int from, int length) {
        if (!open || length == 0) {
            return;
        }
        if (turnLength == 0) {
            onFirst.run();
        }
        if (turn.length - turnLength < length) {
            turn = Arrays.copyOf(turn, Math.max(turn.length * 2, Math.addExact(turnLength, length)));
        }
        System.arraycopy(bytes, from, turn, turnLength, length);
        turnLength += length;
        offset += length;
    }

    /**
     * Takes an array's first bytes as they are, when they are many and the first of the turn: the caller must not touch the
     * array again. False when {@link #append} has to copy them.
     */
    public boolean takeOver(byte[] bytes, int length) {
        if (!open || length <= KEPT_BYTES_MAX || turnLength != 0) {
            return false;
        }
        onFirst.run();
        turn = bytes;
        turnLength = length;
        offset += length;
        return true;
    }

    /** Hands what gathered since the last call to the reader. */
    public void take(Reader reader) {
        if (turnLength == 0) {
            return;
        }
        int length = turnLength;
        turnLength = 0;
        byte[] bytes = turn;
        if (bytes.length > KEPT_BYTES_MAX) {
            turn = new byte[4096];
        } else {
            bytes = Arrays.copyOf(turn, length);
        }
        reader.batch(offset - length, bytes, length);
    }
}
