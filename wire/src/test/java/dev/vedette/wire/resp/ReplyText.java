package dev.vedette.wire.resp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Replies as redis-cli prints them on a terminal. */
public final class ReplyText {

    private ReplyText() {}

    /** The lines of a reply; with {@code sorted} its elements (pairs of a map) in the order of their text. */
    public static List<String> lines(Reply reply, boolean sorted) {
        return switch (reply) {
            case Reply.Simple(String value) -> List.of(value);
            case Reply.Error(String value) -> List.of("(error) " + value);
            case Reply.Int(long value) -> List.of("(integer) " + value);
            case Reply.Bulk(byte[] bytes) -> List.of(quoted(bytes));
            case Reply.Null none -> List.of("(nil)");
            case Reply.Double(double value) -> List.of("(double) " + RespEncoder.doubleText(value));
            case Reply.Bool(boolean value) -> List.of(value ? "(true)" : "(false)");
            case Reply.BigNumber(String value) -> List.of("(big) " + value);
            case Reply.Verbatim(String format, String value) -> List.of("(" + format + ") " + value);
            case Reply.Array(List<Reply> values) -> list(values, ")", "(empty array)", sorted);
            case Reply.Set(List<Reply> values) -> list(values, "~", "(empty set)", sorted);
            case Reply.Push(List<Reply> values) -> list(values, ">", "(empty push)", sorted);
            case Reply.Map(List<Reply> keysAndValues) -> map(keysAndValues, sorted);
        };
    }

    private static List<String> list(List<Reply> values, String sign, String empty, boolean sorted) {
        if (values.isEmpty()) {
            return List.of(empty);
        }
        List<List<String>> parts = new ArrayList<>();
        for (Reply value : values) {
            parts.add(lines(value, false));
        }
        return numbered(parts, sign + " ", sorted);
    }

    private static List<String> map(List<Reply> keysAndValues, boolean sorted) {
        if (keysAndValues.isEmpty()) {
            return List.of("(empty hash)");
        }
        List<List<String>> pairs = new ArrayList<>();
        for (int i = 0; i < keysAndValues.size(); i += 2) {
            String key = String.join(" ", lines(keysAndValues.get(i), false));
            List<String> value = lines(keysAndValues.get(i + 1), false);
            List<String> pair = new ArrayList<>(List.of(key + " => " + value.getFirst()));
            value.stream().skip(1).map(line -> "    " + line).forEach(pair::add);
            pairs.add(pair);
        }
        return numbered(pairs, "# ", sorted);
    }

    private static List<String> numbered(List<List<String>> parts, String sign, boolean sorted) {
        List<List<String>> ordered = new ArrayList<>(parts);
        if (sorted) {
            ordered.sort((a, b) -> String.join("\n", a).compareTo(String.join("\n", b)));
        }
        List<String> lines = new ArrayList<>();
        int width = Integer.toString(ordered.size()).length();
        for (int i = 0; i < ordered.size(); i++) {
            String number = " ".repeat(width - Integer.toString(i + 1).length()) + (i + 1) + sign;
            boolean first = true;
            for (String line : ordered.get(i)) {
                lines.add((first ? number : " ".repeat(number.length())) + line);
                first = false;
            }
        }
        return Collections.unmodifiableList(lines);
    }

    private static String quoted(byte[] bytes) {
        StringBuilder text = new StringBuilder("\"");
        for (byte b : bytes) {
            int c = b & 0xff;
            switch (c) {
                case '"', '\\' -> text.append('\\').append((char) c);
                case '\n' -> text.append("\\n");
                case '\r' -> text.append("\\r");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c >= 0x20 && c < 0x7f) {
                        text.append((char) c);
                    } else {
                        text.append(String.format("\\x%02x", c));
                    }
                }
            }
        }
        return text.append('"').toString();
    }
}
