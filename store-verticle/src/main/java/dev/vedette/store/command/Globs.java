package dev.vedette.store.command;

/** Redis's glob patterns over bytes: {@code *}, {@code ?}, {@code [a-c]}, {@code [^x]}, {@code \x}. */
public final class Globs {

    /** Nesting of stars beyond which a pattern counts as not matching, against patterns made to burn time. */
    private static final int STARS_MAX = 1000;

    private Globs() {}

    /** Whether {@code text} matches the whole {@code pattern}. */
    public static boolean matches(byte[] pattern, byte[] text, boolean ignoreCase) {
        return matches(pattern, text, 0, text.length, ignoreCase);
    }

    /** Whether that part of {@code text} matches the whole {@code pattern}. */
    public static boolean matches(byte[] pattern, byte[] text, int from, int length, boolean ignoreCase) {
        return match(pattern, 0, text, from, from + length, ignoreCase, 0) == MATCH;
    }

    private static final int MISS = 0;
    private static final int MATCH = 1;
    /** No way to match whatever an earlier star takes. */
    private static final int GIVE_UP = 2;

    private static int match(byte[] p, int pFrom, byte[] t, int tFrom, int tEnd, boolean ignoreCase, int stars) {
        if (stars > STARS_MAX) {
            return GIVE_UP;
        }
        int pi = pFrom;
        int ti = tFrom;
        while (pi < p.length) {
            byte c = p[pi];
            switch (c) {
                case '*' -> {
                    while (pi + 1 < p.length && p[pi + 1] == '*') {
                        pi++;
                    }
                    if (pi + 1 == p.length) {
                        return MATCH;
                    }
                    for (int rest = ti; rest <= tEnd; rest++) {
                        int result = match(p, pi + 1, t, rest, tEnd, ignoreCase, stars + 1);
                        if (result != MISS) {
                            return result;
                        }
                    }
                    return GIVE_UP;
                }
                case '?' -> {
                    if (ti == tEnd) {
                        return MISS;
                    }
                    ti++;
                    pi++;
                }
                case '[' -> {
                    if (ti == tEnd) {
                        return MISS;
                    }
                    pi++;
                    boolean not = pi < p.length && p[pi] == '^';
                    if (not) {
                        pi++;
                    }
                    boolean hit = false;
                    while (true) {
                        if (pi + 1 < p.length && p[pi] == '\\') {
                            pi++;
                            hit |= p[pi] == t[ti];
                        } else if (pi >= p.length) {
                            pi--;
                            break;
                        } else if (p[pi] == ']') {
                            break;
                        } else if (pi + 2 < p.length && p[pi + 1] == '-') {
                            int low = fold(p[pi], ignoreCase);
                            int high = fold(p[pi + 2], ignoreCase);
                            int at = fold(t[ti], ignoreCase);
                            hit |= at >= Math.min(low, high) && at <= Math.max(low, high);
                            pi += 2;
                        } else {
                            hit |= fold(p[pi], ignoreCase) == fold(t[ti], ignoreCase);
                        }
                        pi++;
                    }
                    if (hit == not) {
                        return MISS;
                    }
                    ti++;
                    pi++;
                }
                default -> {
                    if (c == '\\' && pi + 1 < p.length) {
                        pi++;
                    }
                    if (ti == tEnd || fold(p[pi], ignoreCase) != fold(t[ti], ignoreCase)) {
                        return MISS;
                    }
                    ti++;
                    pi++;
                }
            }
        }
        return ti == tEnd ? MATCH : MISS;
    }

    private static int fold(byte b, boolean ignoreCase) {
        int c = b & 0xff;
        return ignoreCase && c >= 'A' && c <= 'Z' ? c + 32 : c;
    }
}
