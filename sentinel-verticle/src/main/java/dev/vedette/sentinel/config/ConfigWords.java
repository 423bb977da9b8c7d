package dev.vedette.sentinel.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The quoting rules of redis.conf lines: words apart by white space, {@code "..."} with {@code \n \r \t \b \a \xHH}
 * escapes, {@code '...'} with {@code \'} alone. A closing quote must be followed by white space or the line's end.
 *
 * <p>Text is UTF-8; an escape may spell one byte of a longer character.
 */
public final class ConfigWords {

    private ConfigWords() {}

    /** The words of a line, or empty when its quotes do not balance. */
    public static Optional<List<String>> split(String line) {
        byte[] in = line.getBytes(StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>();
        int at = 0;
        while (true) {
            while (at < in.length && isSpace(in[at])) {
                at++;
            }
            if (at >= in.length) {
                return Optional.of(words);
            }
            ByteArrayOutputStream word = new ByteArrayOutputStream();
            at = readWord(in, at, word);
            if (at < 0) {
                return Optional.empty();
            }
            words.add(word.toString(StandardCharsets.UTF_8));
        }
    }

    /** Reads one word from {@code at}; returns where it ended, or -1 when a quote is left open. */
    private static int readWord(byte[] in, int start, ByteArrayOutputStream word) {
        int at = start;
        while (at < in.length && !isSpace(in[at])) {
            switch (in[at]) {
                case '"' -> {
                    return readDoubleQuoted(in, at + 1, word);
                }
                case '\'' -> {
                    return readSingleQuoted(in, at + 1, word);
                }
                default -> word.write(in[at++]);
            }
        }
        return at;
    }

    private static int readDoubleQuoted(byte[] in, int start, ByteArrayOutputStream word) {
        int at = start;
        while (at < in.length) {
            byte b = in[at];
            if (b == '\\' && at + 3 < in.length && in[at + 1] == 'x' && isHex(in[at + 2]) && isHex(in[at + 3])) {
                word.write(Character.digit(in[at + 2], 16) * 16 + Character.digit(in[at + 3], 16));
                at += 4;
            } else if (b == '\\' && at + 1 < in.length) {
                word.write(
                        switch (in[at + 1]) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            case 't' -> '\t';
                            case 'b' -> '\b';
                            case 'a' -> 7;
                            default -> in[at + 1];
                        });
                at += 2;
            } else if (b == '"') {
                return endOfQuotes(in, at + 1);
            } else {
                word.write(b);
                at++;
            }
        }
        return -1;
    }

    private static int readSingleQuoted(byte[] in, int start, ByteArrayOutputStream word) {
        int at = start;
        while (at < in.length) {
            if (in[at] == '\\' && at + 1 < in.length && in[at + 1] == '\'') {
                word.write('\'');
                at += 2;
            } else if (in[at] == '\'') {
                return endOfQuotes(in, at + 1);
            } else {
                word.write(in[at++]);
            }
        }
        return -1;
    }

    private static int endOfQuotes(byte[] in, int at) {
        return at >= in.length || isSpace(in[at]) ? at : -1;
    }

    /** The text in double quotes, with everything but printable ASCII escaped. */
    public static String quote(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            switch (b) {
                case '\\', '"' -> out.append('\\').append((char) b);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\b' -> out.append("\\b");
                case 7 -> out.append("\\a");
                default -> {
                    if (b >= ' ' && b < 127) {
                        out.append((char) b);
                    } else {
                        out.append("\\x")
                                .append(Character.forDigit((b >> 4) & 15, 16))
                                .append(Character.forDigit(b & 15, 16));
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    /**
     * The text as one word of a line: as it is where that reads back the same, quoted where it would not. Redis leaves
     * such values bare and cannot read its own file afterwards.
     */
    public static String word(String text) {
        return split(text).filter(words -> words.equals(List.of(text))).isPresent() ? text : quote(text);
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || (b >= '\t' && b <= '\r') || b == 0;
    }

    private static boolean isHex(byte b) {
        return b >= 0 && Character.digit(b, 16) >= 0;
    }
}
