package dev.vedette.store.command.scripting;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as C's printf writes them with {@code %.<precision>g}. */
final class NumberText {

    private static final int PRECISION = 17;
    private static final MathContext ROUNDING = new MathContext(PRECISION, RoundingMode.HALF_EVEN);
    /** Whole numbers below this are their own digits. */
    private static final double PLAIN_MAX = 1e15;

    private NumberText() {}

    /** With 17 digits, which tell every double from any other. */
    static String of(double number) {
        return of(number, PRECISION);
    }

    /** With so many digits, trailing zeros left out. */
    static String of(double number, int precision) {
        if (Double.isNaN(number)) {
            return Double.doubleToRawLongBits(number) < 0 ? "-nan" : "nan";
        }
        if (Double.isInfinite(number)) {
            return number < 0 ? "-inf" : "inf";
        }
        if (number == 0) {
            return 1 / number < 0 ? "-0" : "0";
        }
        if (number == (long) number && Math.abs(number) < (precision < 15 ? Math.pow(10, precision) : PLAIN_MAX)) {
            return Long.toString((long) number);
        }
        MathContext rounding =
                precision == PRECISION ? ROUNDING : new MathContext(Math.max(1, precision), RoundingMode.HALF_EVEN);
        BigDecimal rounded = new BigDecimal(number).round(rounding).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= -4 && exponent < rounding.getPrecision()) {
            return rounded.toPlainString();
        }
        String digits = rounded.unscaledValue().abs().toString();
        return (number < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }
}
