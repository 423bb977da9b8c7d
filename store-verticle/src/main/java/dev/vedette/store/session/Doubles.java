package dev.vedette.store.session;

import java.math.BigDecimal;

/** Floating-point numbers as Redis reads and writes them. */
public final class Doubles {

    private Doubles() {}

    /**
     * The text of a score as Redis 7.0 replies it: {@code inf}, {@code -inf}, {@code nan}, otherwise what C prints for
     * {@code %.17g}: integers without a fraction, 0.1 as 0.10000000000000001.
     */
    public static String text(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e17) {
            return Long.toString((long) value);
        }
        return general17(value);
    }

    /** C's {@code %.17g}. */
    static String general17(double value) {
        BigDecimal rounded =
                new BigDecimal(value).round(new java.math.MathContext(17, java.math.RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent < -4 || exponent >= 17) {
            String digits = rounded.unscaledValue().abs().toString();
            int end = digits.length();
            while (end > 1 && digits.charAt(end - 1) == '0') {
                end--;
            }
            StringBuilder text = new StringBuilder(value < 0 ? "-" : "").append(digits.charAt(0));
            if (end > 1) {
                text.append('.').append(digits, 1, end);
            }
            text.append('e').append(exponent < 0 ? '-' : '+');
            int size = Math.abs(exponent);
            return text.append(size < 10 ? "0" : "").append(size).toString();
        }
        return rounded.stripTrailingZeros().toPlainString();
    }

    /** Integers of so many decimal digits, and powers of ten up to it, are exact as doubles. */
    private static final int EXACT_DIGITS = 15;

    private static final double[] EXACT_POWERS = {
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15
    };

    /**
     * Reads a double as Redis does: decimal, exponent, hexadecimal floats, inf and infinity with a sign, no spaces, no
     * empty text, no NaN; nothing that overflows or is lost in underflow. Short decimals make no garbage.
     *
     * @return the value, or NaN when the text is no number
     */
    public static double parse(byte[] array, int offset, int length) {
        double simple = parseSimple(array, offset, length);
        if (!Double.isNaN(simple)) {
            return simple;
        }
        if (length == 0 || length > 400) {
            return Double.NaN;
        }
        String text = new String(array, offset, length, java.nio.charset.StandardCharsets.ISO_8859_1);
        double value = parse(text);
        if (Double.isInfinite(value) && !isInfinity(text) || value == 0 && !isZero(text)) {
            return Double.NaN;
        }
        return value;
    }

    /**
     * Reads the bound of a range of scores as Redis does: as {@link #parse}, but overflow is infinity, underflow zero,
     * spaces may come first, and no text at all is zero.
     *
     * @return the value, or NaN when the text is no number
     */
    public static double parseBound(byte[] array, int offset, int length) {
        int from = offset;
        int left = length;
        while (left > 0 && (array[from] == ' ' || array[from] >= '\t' && array[from] <= '\r')) {
            from++;
            left--;
        }
        if (length == 0) {
            return 0;
        }
        double simple = parseSimple(array, from, left);
        if (!Double.isNaN(simple) || left == 0 || left > 400) {
            return simple;
        }
        return parse(new String(array, from, left, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    /** Digits with at most one point, few enough that the digits and the power of ten are exact; NaN for others. */
    private static double parseSimple(byte[] array, int offset, int length) {
        int at = offset;
        int end = offset + length;
        boolean negative = at < end && array[at] == '-';
        if (negative) {
            at++;
        }
        long digits = 0;
        int count = 0;
        int point = -1;
        for (; at < end; at++) {
            int digit = array[at] - '0';
            if (digit >= 0 && digit <= 9) {
                digits = digits * 10 + digit;
                count++;
            } else if (array[at] == '.' && point < 0) {
                point = at;
            } else {
                return Double.NaN;
            }
        }
        if (count == 0 || count > EXACT_DIGITS) {
            return Double.NaN;
        }
        // One division of two exact numbers is rounded once, as strtod rounds.
        double value = point < 0 ? digits : digits / EXACT_POWERS[end - point - 1];
        return negative ? -value : value;
    }

    /** Reads a double; NaN when the text is no number. */
    private static double parse(String text) {
        char first = text.charAt(0);
        char last = text.charAt(text.length() - 1);
        String body = first == '+' || first == '-' ? text.substring(1) : text;
        if (isInfinity(text)) {
            return first == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
        }
        // Java takes a trailing type letter and outer spaces, C does not.
        if (first <= ' ' || last <= ' ' || !isHex(body) && "fFdD".indexOf(last) >= 0) {
            return Double.NaN;
        }
        if (body.isEmpty() || !(body.charAt(0) == '.' || Character.digit(body.charAt(0), 10) >= 0)) {
            return Double.NaN;
        }
        try {
            if (isHex(body) && body.indexOf('p') < 0 && body.indexOf('P') < 0) {
                return Double.parseDouble(text + "p0");
            }
            return Double.parseDouble(text);
        } catch (NumberFormatException notANumber) {
            return Double.NaN;
        }
    }

    private static boolean isHex(String body) {
        return body.startsWith("0x") || body.startsWith("0X");
    }

    private static boolean isInfinity(String text) {
        char first = text.charAt(0);
        String body = first == '+' || first == '-' ? text.substring(1) : text;
        return body.equalsIgnoreCase("inf") || body.equalsIgnoreCase("infinity");
    }

    /** Whether a number's digits before the exponent are all zero. */
    private static boolean isZero(String number) {
        boolean hex = number.indexOf('x') >= 0 || number.indexOf('X') >= 0;
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if (hex ? c == 'p' || c == 'P' : c == 'e' || c == 'E') {
                return true;
            }
            if (Character.digit(c, hex ? 16 : 10) > 0) {
                return false;
            }
        }
        return true;
    }
}
