package dev.vedette.store.command;

import dev.vedette.store.session.Args;
import dev.vedette.store.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The commands that took longest to tell: a list of bounded length, the newest first (SLOWLOG). */
public final class SlowLog {

    private static final int ARGUMENTS_MAX = 32;
    private static final int ARGUMENT_BYTES_MAX = 128;
    private static final byte[] REDACTED = "(redacted)".getBytes(StandardCharsets.US_ASCII);

    /**
     * One slow command.
     *
     * @param words its arguments, shortened
     */
    public record Slow(
            long id, long timeSeconds, long micros, List<byte[]> words, String clientAddress, String clientName) {

        public Slow {
            words = List.copyOf(words);
        }
    }

    private final ArrayDeque<Slow> entries = new ArrayDeque<>();
    private long nextId;

    /** Notes a command that took that long; the list is then cut to {@code lengthMax} entries. */
    public void add(Session session, Command command, Args args, long micros, long nowMillis, int lengthMax) {
        entries.addFirst(new Slow(
                nextId++,
                nowMillis / 1000,
                micros,
                shortened(command, args),
                session.connection().remoteAddress(),
                session.name));
        while (entries.size() > lengthMax) {
            entries.removeLast();
        }
    }

    private static List<byte[]> shortened(Command command, Args args) {
        int shown = Math.min(args.count(), ARGUMENTS_MAX);
        List<byte[]> words = new ArrayList<>(shown);
        for (int i = 0; i < shown; i++) {
            if (i == ARGUMENTS_MAX - 1 && args.count() > ARGUMENTS_MAX) {
                words.add(more(args.count() - ARGUMENTS_MAX + 1, "arguments"));
            } else {
                words.add(command.hides(args, i) ? REDACTED : shortened(args.bytes(i)));
            }
        }
        return words;
    }

    private static byte[] shortened(byte[] word) {
        if (word.length <= ARGUMENT_BYTES_MAX) {
            return word;
        }
        byte[] end = more(word.length - ARGUMENT_BYTES_MAX, "bytes");
        byte[] shortened = java.util.Arrays.copyOf(word, ARGUMENT_BYTES_MAX + end.length);
        System.arraycopy(end, 0, shortened, ARGUMENT_BYTES_MAX, end.length);
        return shortened;
    }

    private static byte[] more(int count, String what) {
        return ("... (" + count + " more " + what + ")").getBytes(StandardCharsets.US_ASCII);
    }

    /** The newest so many entries. */
    public List<Slow> newest(long count) {
        return entries.stream().limit(count).toList();
    }

    /** How many there are. */
    public int size() {
        return entries.size();
    }

    /** Forgets all; the numbers go on. */
    public void clear() {
        entries.clear();
    }
}
