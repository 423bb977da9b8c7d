package dev.vedette.store.config;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The word syntax of redis.conf: words separated by blanks, {@code "..."} with the escapes {@code \n \r \t \b \a \xHH},
 * {@code '...'} with {@code \'} alone, and the quoted form that CONFIG REWRITE and MONITOR write.
 */
public final class ConfigText {

    private static final String HEX = "0123456789abcdef";

    private ConfigText() {}

    /**
     * Splits a line into words.
     *
     * @return the words, or null when a quote is not closed or is followed by something other than a blank
     */
    public static @Nullable List<String> split(String line) {
        List<String> words = new ArrayList<>();
        int length = line.length();
        int at = 0;
        while (true) {
            while (at < length && isBlank(line.charAt(at))) {
                at++;
            }
            if (at >= length) {
                return words;
            }
            StringBuilder word = new StringBuilder();
            at = readWord(line, at, word);
            if (at < 0) {
                return null;
            }
            words.add(word.toString());
        }
    }

    /** Reads one word from {@code at}; returns where it ends, or -1 for unbalanced quotes. */
    private static int readWord(String line, int from, StringBuilder word) {
        int length = line.length();
        int at = from;
        while (at < length) {
            char c = line.charAt(at);
            if (c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == 0) {
                return at;
            }
            if (c == '"' || c == '\'') {
                int end = c == '"' ? readDoubleQuoted(line, at + 1, word) : readSingleQuoted(line, at + 1, word);
                boolean closed = end >= 0 && (end == length || isBlank(line.charAt(end)));
                return closed ? end : -1;
            }
            word.append(c);
            at++;
        }
        return at;
    }

    /** Reads up to and including the closing quote; returns the position after it, or -1 without one. */
    private static int readDoubleQuoted(String line, int from, StringBuilder word) {
        int length = line.length();
        int at = from;
        while (at < length) {
            char c = line.charAt(at);
            if (c == '"') {
                return at + 1;
            }
            if (c != '\\' || at + 1 >= length) {
                word.append(c);
                at++;
                continue;
            }
            char escaped = line.charAt(at + 1);
            if (escaped == 'x' && at + 3 < length && hex(line.charAt(at + 2)) >= 0 && hex(line.charAt(at + 3)) >= 0) {
                word.append((char) (hex(line.charAt(at + 2)) * 16 + hex(line.charAt(at + 3))));
                at += 4;
                continue;
            }
            word.append(
                    switch (escaped) {
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 't' -> '\t';
                        case 'b' -> '\b';
                        case 'a' -> (char) 7;
                        default -> escaped;
                    });
            at += 2;
        }
        return -1;
    }

    private static int readSingleQuoted(String line, int from, StringBuilder word) {
        int length = line.length();
        int at = from;
        while (at < length) {
            char c = line.charAt(at);
            if (c == '\'') {
                return at + 1;
            }
            if (c == '\\' && at + 1 < length && line.charAt(at + 1) == '\'') {
                word.append('\'');
                at += 2;
                continue;
            }
            word.append(c);
            at++;
        }
        return -1;
    }

    /** The word in double quotes, so that {@link #split} gives it back byte for byte. */
    public static String quote(String word) {
        StringBuilder quoted = new StringBuilder(word.length() + 2).append('"');
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            switch (c) {
                case '\\', '"' -> quoted.append('\\').append(c);
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case '\b' -> quoted.append("\\b");
                case 7 -> quoted.append("\\a");
                default -> {
                    if (c >= ' ' && c < 0x7f) {
                        quoted.append(c);
                    } else {
                        quoted.append("\\x").append(HEX.charAt((c >> 4) & 15)).append(HEX.charAt(c & 15));
                    }
                }
            }
        }
        return quoted.append('"').toString();
    }

    /** Cuts blanks, tabs and line ends off both ends of a line. */
    static String trim(String line) {
        int from = 0;
        int to = line.length();
        while (from < to && isTrimmed(line.charAt(from))) {
            from++;
        }
        while (to > from && isTrimmed(line.charAt(to - 1))) {
            to--;
        }
        return line.substring(from, to);
    }

    private static boolean isTrimmed(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    /** What C's isspace takes for a blank. */
    private static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static int hex(char c) {
        return Character.digit(c, 16);
    }

    /**
     * Glob match as CONFIG GET does it, without regard to the case of ASCII letters: {@code *}, {@code ?}, {@code
     * [a-c]}, {@code [^x]}, backslash quotes.
     */
    static boolean globMatches(String pattern, String name) {
        return matches(pattern, 0, name, 0);
    }

    private static boolean matches(String pattern, int patternFrom, String name, int nameFrom) {
        int p = patternFrom;
        int n = nameFrom;
        while (p < pattern.length()) {
            char c = pattern.charAt(p);
            if (c == '*') {
                while (p < pattern.length() && pattern.charAt(p) == '*') {
                    p++;
                }
                if (p == pattern.length()) {
                    return true;
                }
                for (int start = n; start <= name.length(); start++) {
                    if (matches(pattern, p, name, start)) {
                        return true;
                    }
                }
                return false;
            }
            if (n >= name.length()) {
                return false;
            }
            if (c == '[') {
                int end = pattern.indexOf(']', p + 1);
                int classEnd = end < 0 ? pattern.length() : end;
                if (!inClass(pattern, p + 1, classEnd, name.charAt(n))) {
                    return false;
                }
                p = Math.min(classEnd + 1, pattern.length());
            } else {
                if (c == '\\' && p + 1 < pattern.length()) {
                    p++;
                    c = pattern.charAt(p);
                    if (lower(c) != lower(name.charAt(n))) {
                        return false;
                    }
                } else if (c != '?' && lower(c) != lower(name.charAt(n))) {
                    return false;
                }
                p++;
            }
            n++;
        }
        return n == name.length();
    }

    private static boolean inClass(String pattern, int from, int to, char candidate) {
        int at = from;
        boolean negated = at < to && pattern.charAt(at) == '^';
        if (negated) {
            at++;
        }
        char wanted = lower(candidate);
        boolean found = false;
        while (at < to) {
            if (at + 2 < to && pattern.charAt(at + 1) == '-') {
                char low = lower(pattern.charAt(at));
                char high = lower(pattern.charAt(at + 2));
                found |= wanted >= Math.min(low, high) && wanted <= Math.max(low, high);
                at += 3;
            } else {
                found |= lower(pattern.charAt(at)) == wanted;
                at++;
            }
        }
        return found != negated;
    }

    private static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char) (c + 32) : c;
    }

    /** The path that configuration text spells, one byte per char. */
    public static Path path(String bytes) {
        return Path.of(new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
    }

    /** Lower case of ASCII letters only, whatever the locale. */
    static String lower(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != lower(text.charAt(i))) {
                char[] chars = text.toCharArray();
                for (int j = i; j < chars.length; j++) {
                    chars[j] = lower(chars[j]);
                }
                return new String(chars);
            }
        }
        return text;
    }
}
