package dev.vedette.store.session;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The extended floating-point numbers in which Redis computes INCRBYFLOAT and HINCRBYFLOAT: 64 bits of mantissa, so that
 * 0.1 + 0.2 is 0.3 in the 17 decimals that are shown.
 *
 * <p>A number is held as the {@link BigDecimal} of exactly its value. Each operation rounds to 64 bits, ties to even.
 */
public final class LongDoubles {

    private static final int MANTISSA_BITS = 64;
    private static final int DECIMALS = 17;
    private static final int TEXT_BYTES_MAX = 5 * 1024;
    /** Decimal exponents beyond which a number is infinite or zero. */
    private static final int EXPONENT_MAX = 4932;

    private static final int EXPONENT_MIN = -4951;
    private static final BigDecimal LARGEST = new BigDecimal(
            BigInteger.ONE.shiftLeft(MANTISSA_BITS).subtract(BigInteger.ONE).shiftLeft(16384 - MANTISSA_BITS));

    private LongDoubles() {}

    /**
     * Reads a number as Redis does: what {@link Doubles#parse} takes, in a longer text and a wider range.
     *
     * @return null when the text is no number, infinite or too large or small to be kept
     */
    public static @Nullable BigDecimal parse(byte[] array, int offset, int length) {
        if (length == 0 || length >= TEXT_BYTES_MAX) {
            return null;
        }
        String text = new String(array, offset, length, StandardCharsets.ISO_8859_1);
        if (text.indexOf('x') >= 0 || text.indexOf('X') >= 0) {
            double value = Doubles.parse(array, offset, length);
            return Double.isFinite(value) ? round(new BigDecimal(value)) : null;
        }
        for (int i = 0; i < text.length(); i++) {
            if ("0123456789+-.eE".indexOf(text.charAt(i)) < 0) {
                return null;
            }
        }
        try {
            BigDecimal value = new BigDecimal(text);
            if (value.signum() == 0) {
                return BigDecimal.ZERO;
            }
            long exponent = (long) value.precision() - value.scale();
            if (exponent > EXPONENT_MAX + 1 || exponent < EXPONENT_MIN) {
                return null;
            }
            BigDecimal rounded = round(value);
            return isInfinite(rounded) ? null : rounded;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /** Whether that text is a word for infinity, which {@link #parse} does not take. */
    public static boolean isInfinity(byte[] array, int offset, int length) {
        return length > 0
                && Character.isLetter(array[offset + length - 1])
                && Double.isInfinite(Doubles.parse(array, offset, length));
    }

    /** The sum; null when it is too large. */
    public static @Nullable BigDecimal add(BigDecimal a, BigDecimal b) {
        BigDecimal sum = round(a.add(b));
        return isInfinite(sum) ? null : sum;
    }

    /** The text that is stored and replied: up to 17 decimals, no trailing zeros, no exponent. */
    public static byte[] text(BigDecimal value) {
        BigDecimal shown = value.setScale(DECIMALS, RoundingMode.HALF_EVEN);
        if (shown.signum() == 0) {
            // C shows a tiny negative number as -0.00000000000000000, whose cut-down form Redis turns into 0.
            return new byte[] {'0'};
        }
        return shown.stripTrailingZeros().toPlainString().getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isInfinite(BigDecimal value) {
        return value.abs().compareTo(LARGEST) > 0;
    }

    /** The nearest number with 64 bits of mantissa. */
    private static BigDecimal round(BigDecimal value) {
        if (value.signum() == 0) {
            return BigDecimal.ZERO;
        }
        BigInteger unscaled = value.unscaledValue().abs();
        BigInteger numerator = value.scale() < 0 ? unscaled.multiply(BigInteger.TEN.pow(-value.scale())) : unscaled;
        BigInteger denominator = value.scale() > 0 ? BigInteger.TEN.pow(value.scale()) : BigInteger.ONE;
        int shift = MANTISSA_BITS - numerator.bitLength() + denominator.bitLength();
        BigInteger mantissa = quotient(numerator, denominator, shift);
        if (mantissa.bitLength() > MANTISSA_BITS) {
            // The quotient had a bit more than the difference of the lengths told.
            mantissa = quotient(numerator, denominator, --shift);
        }
        BigDecimal rounded = shift <= 0
                ? new BigDecimal(mantissa.shiftLeft(-shift))
                : new BigDecimal(mantissa.multiply(BigInteger.valueOf(5).pow(shift)), shift);
        return value.signum() < 0 ? rounded.negate() : rounded;
    }

    /** {@code numerator * 2^shift / denominator}, to the nearest, ties to even. */
    private static BigInteger quotient(BigInteger numerator, BigInteger denominator, int shift) {
        BigInteger over = shift > 0 ? numerator.shiftLeft(shift) : numerator;
        BigInteger under = shift < 0 ? denominator.shiftLeft(-shift) : denominator;
        BigInteger[] parts = over.divideAndRemainder(under);
        int half = parts[1].shiftLeft(1).compareTo(under);
        return half > 0 || half == 0 && parts[0].testBit(0) ? parts[0].add(BigInteger.ONE) : parts[0];
    }
}
