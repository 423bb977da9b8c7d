package dev.vedette.wire.resp;

import io.vertx.core.buffer.Buffer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Puts commands and replies into bytes. */
public final class RespEncoder {

    private static final int DOUBLE_DIGITS = 17;

    private RespEncoder() {}

    /** A command, its arguments as UTF-8. */
    public static Buffer command(String... arguments) {
        return command(List.of(arguments));
    }

    /** A command, its arguments as UTF-8. */
    public static Buffer command(List<String> arguments) {
        Buffer out = Buffer.buffer(16 + 16 * arguments.size());
        head(out, '*', arguments.size());
        for (String argument : arguments) {
            bulk(out, argument.getBytes(StandardCharsets.UTF_8));
        }
        return out;
    }

    /** A command of any bytes. */
    public static Buffer command(byte[]... arguments) {
        Buffer out = Buffer.buffer(16 + 16 * arguments.length);
        head(out, '*', arguments.length);
        for (byte[] argument : arguments) {
            bulk(out, argument);
        }
        return out;
    }

    /** A command of any bytes, as an array. */
    public static byte[] commandBytes(byte[]... arguments) {
        return command(arguments).getBytes();
    }

    /** A reply as the wire has it; RESP2 gets what Redis gives in place of a type that RESP2 does not know. */
    public static Buffer reply(Reply reply, boolean resp3) {
        Buffer out = Buffer.buffer();
        append(out, reply, resp3);
        return out;
    }

    /** Appends {@link #reply}. */
    public static void append(Buffer out, Reply reply, boolean resp3) {
        switch (reply) {
            case Reply.Simple(String value) -> line(out, '+', value);
            case Reply.Error(String value) -> line(out, '-', value);
            case Reply.Int(long value) -> head(out, ':', value);
            case Reply.Bulk(byte[] bytes) -> bulk(out, bytes);
            case Reply.Null(boolean ofArray) -> out.appendString(resp3 ? "_\r\n" : ofArray ? "*-1\r\n" : "$-1\r\n");
            case Reply.Array(List<Reply> values) -> aggregate(out, '*', values, resp3);
            case Reply.Set(List<Reply> values) -> aggregate(out, resp3 ? '~' : '*', values, resp3);
            case Reply.Push(List<Reply> values) -> aggregate(out, resp3 ? '>' : '*', values, resp3);
            case Reply.Map(List<Reply> keysAndValues) -> {
                if (resp3) {
                    head(out, '%', keysAndValues.size() / 2);
                    keysAndValues.forEach(part -> append(out, part, true));
                } else {
                    aggregate(out, '*', keysAndValues, false);
                }
            }
            case Reply.Double(double value) -> lineOrBulk(out, ',', doubleText(value), resp3);
            case Reply.BigNumber(String value) -> lineOrBulk(out, '(', value, resp3);
            case Reply.Bool(boolean value) ->
                out.appendString(resp3 ? value ? "#t\r\n" : "#f\r\n" : value ? ":1\r\n" : ":0\r\n");
            case Reply.Verbatim(String format, String value) -> {
                byte[] text = (resp3 ? format + ":" + value : value).getBytes(StandardCharsets.UTF_8);
                head(out, resp3 ? '=' : '$', text.length);
                out.appendBytes(text).appendString("\r\n");
            }
        }
    }

    /** A double as Redis 7.0 prints it: 17 significant digits (%.17g), inf, -inf, nan. */
    public static String doubleText(double value) {
        if (Double.isNaN(value)) {
            return "nan";
        } else if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        } else if (value == 0) {
            return 1 / value < 0 ? "-0" : "0";
        }
        BigDecimal exact =
                new BigDecimal(value).round(new MathContext(DOUBLE_DIGITS)).stripTrailingZeros();
        int exponent = exact.precision() - exact.scale() - 1;
        if (exponent >= -4 && exponent < DOUBLE_DIGITS) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        return (value < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+")
                + (Math.abs(exponent) < 10 ? "0" : "")
                + Math.abs(exponent);
    }

    private static void aggregate(Buffer out, char sign, List<Reply> values, boolean resp3) {
        head(out, sign, values.size());
        for (Reply value : values) {
            append(out, value, resp3);
        }
    }

    private static void lineOrBulk(Buffer out, char sign, String text, boolean resp3) {
        if (resp3) {
            line(out, sign, text);
        } else {
            bulk(out, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static void head(Buffer out, char sign, long number) {
        out.appendByte((byte) sign).appendString(Long.toString(number)).appendString("\r\n");
    }

    /** A line cannot hold a line end; Redis puts blanks instead. */
    private static void line(Buffer out, char sign, String text) {
        out.appendByte((byte) sign)
                .appendString(text.replace('\r', ' ').replace('\n', ' '))
                .appendString("\r\n");
    }

    private static void bulk(Buffer out, byte[] bytes) {
        head(out, '$', bytes.length);
        out.appendBytes(bytes).appendString("\r\n");
    }
}
