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

    /**
     * Reads a double as Redis does: decimal, exponent, hexadecimal floats, inf and infinity with a sign, no spaces, no
     * empty text, no NaN.
     *
     * @return the value, or NaN when the text is no number
     */
    public static double parse(byte[] array, int offset, int length) {
        if (length == 0 || length > 400) {
            return Double.NaN;
        }
        String text = new String(array, offset, length, java.nio.charset.StandardCharsets.ISO_8859_1);
        char first = text.charAt(0);
        char last = text.charAt(length - 1);
        String body = first == '+' || first == '-' ? text.substring(1) : text;
        if (body.equalsIgnoreCase("inf") || body.equalsIgnoreCase("infinity")) {
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
}
