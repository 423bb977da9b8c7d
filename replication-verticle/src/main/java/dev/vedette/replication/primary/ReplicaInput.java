package dev.vedette.replication.primary;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts what a replica sends into commands: RESP arrays of bulk strings, or inline lines; a lone newline is a sign of
 * life and no command. Replicas send a few words once a second, so the limits are small.
 */
final class ReplicaInput {

    /** No honest replica sends more than this before a command is whole. */
    static final int PENDING_BYTES_MAX = 64 * 1024;

    private static final int WORDS_MAX = 1024;

    private byte[] pending = new byte[0];

    /** What a read came to. */
    sealed interface Read {
        /** These commands are whole, none of them empty. */
        record Commands(List<List<String>> commands) implements Read {}

        /** This is no RESP, or it is too long. */
        record Broken(String why) implements Read {}
    }

    private static final class BrokenException extends Exception {
        private static final long serialVersionUID = 1L;

        BrokenException(String why) {
            super(why);
        }
    }

    private int at;

    Read feed(Buffer more) {
        byte[] all = new byte[pending.length + more.length()];
        System.arraycopy(pending, 0, all, 0, pending.length);
        more.getBytes(all, pending.length);
        List<List<String>> commands = new ArrayList<>();
        int done = 0;
        at = 0;
        try {
            while (at < all.length) {
                List<String> words = new ArrayList<>();
                if (!command(all, words)) {
                    break;
                }
                done = at;
                if (!words.isEmpty()) {
                    commands.add(words);
                }
            }
        } catch (BrokenException e) {
            return new Read.Broken(String.valueOf(e.getMessage()));
        }
        pending = java.util.Arrays.copyOfRange(all, done, all.length);
        if (pending.length > PENDING_BYTES_MAX) {
            return new Read.Broken("too big a command");
        }
        return new Read.Commands(commands);
    }

    /** Reads one command from {@link #at} on; false when its end has not come yet. */
    private boolean command(byte[] all, List<String> words) throws BrokenException {
        int lineEnd = lineEnd(all);
        if (lineEnd < 0) {
            return false;
        }
        if (all[at] != '*') {
            String line = text(all, at, lineEnd).strip();
            at = lineEnd + 1;
            if (!line.isEmpty()) {
                words.addAll(List.of(line.split("\\s+")));
            }
            return true;
        }
        int count = number(all, at + 1, lineEnd);
        if (count > WORDS_MAX) {
            throw new BrokenException("invalid multibulk length");
        }
        at = lineEnd + 1;
        for (int i = 0; i < count; i++) {
            lineEnd = lineEnd(all);
            if (lineEnd < 0) {
                return false;
            }
            if (all[at] != '$') {
                throw new BrokenException("expected '$', got '" + (char) all[at] + "'");
            }
            int length = number(all, at + 1, lineEnd);
            if (length < 0 || length > PENDING_BYTES_MAX) {
                throw new BrokenException("invalid bulk length");
            }
            if (lineEnd + 1 + length + 2 > all.length) {
                return false;
            }
            words.add(text(all, lineEnd + 1, lineEnd + 1 + length));
            at = lineEnd + 1 + length + 2;
        }
        return true;
    }

    private int lineEnd(byte[] all) {
        for (int i = at; i < all.length; i++) {
            if (all[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static int number(byte[] all, int from, int to) throws BrokenException {
        try {
            return Integer.parseInt(text(all, from, to).strip());
        } catch (NumberFormatException e) {
            throw new BrokenException("not a length");
        }
    }

    private static String text(byte[] all, int from, int to) {
        return new String(all, from, to - from, StandardCharsets.ISO_8859_1);
    }
}
