package dev.vedette.sentinel.acl;

/** Redis's patterns: {@code *}, {@code ?}, {@code [a-z]}, {@code [^x]}, and {@code \} before a literal character. */
public final class GlobPattern {

    private GlobPattern() {}

    /** Whether the whole text matches the pattern, case-sensitive. */
    public static boolean matches(String pattern, String text) {
        return matches(pattern, 0, text, 0);
    }

    private static boolean matches(String pattern, int patternStart, String text, int textStart) {
        int p = patternStart;
        int t = textStart;
        while (p < pattern.length()) {
            char c = pattern.charAt(p);
            if (c == '*') {
                while (p < pattern.length() && pattern.charAt(p) == '*') {
                    p++;
                }
                if (p == pattern.length()) {
                    return true;
                }
                for (int rest = t; rest <= text.length(); rest++) {
                    if (matches(pattern, p, text, rest)) {
                        return true;
                    }
                }
                return false;
            }
            if (t == text.length()) {
                return false;
            }
            if (c == '[') {
                int end = endOfClass(pattern, p);
                if (!inClass(pattern, p + 1, end, text.charAt(t))) {
                    return false;
                }
                p = Math.min(end + 1, pattern.length());
            } else {
                boolean escaped = c == '\\' && p + 1 < pattern.length();
                char literal = escaped ? pattern.charAt(p + 1) : c;
                if ((c != '?' || escaped) && literal != text.charAt(t)) {
                    return false;
                }
                p += escaped ? 2 : 1;
            }
            t++;
        }
        return t == text.length();
    }

    /** Index of the closing bracket, or the pattern's length when it is missing. */
    private static int endOfClass(String pattern, int open) {
        int at = open + 1;
        while (at < pattern.length() && pattern.charAt(at) != ']') {
            at += pattern.charAt(at) == '\\' && at + 1 < pattern.length() ? 2 : 1;
        }
        return Math.min(at, pattern.length());
    }

    private static boolean inClass(String pattern, int start, int end, char c) {
        int at = start;
        boolean negated = at < end && pattern.charAt(at) == '^';
        if (negated) {
            at++;
        }
        boolean found = false;
        while (at < end) {
            char first = pattern.charAt(at);
            if (first == '\\' && at + 1 < end) {
                found |= pattern.charAt(at + 1) == c;
                at += 2;
            } else if (at + 2 < end && pattern.charAt(at + 1) == '-') {
                char last = pattern.charAt(at + 2);
                found |= c >= Math.min(first, last) && c <= Math.max(first, last);
                at += 3;
            } else {
                found |= first == c;
                at++;
            }
        }
        return found != negated;
    }
}
