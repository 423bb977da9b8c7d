package dev.vedette.console.show;

import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.RespEncoder;
import java.util.List;
import java.util.Locale;

/**
 * Shows an answer as redis-cli 7.0 shows it on a terminal: strings quoted and escaped, numbers and errors labelled,
 * aggregates numbered and indented. Answers of commands whose result is a text to read (INFO, CLIENT LIST, ...) are
 * shown as they are, again as redis-cli does.
 */
final class CliText {

    private CliText() {}

    /** Text of the answer to a command, without a line end at the end. */
    static String of(List<String> command, Reply reply) {
        if (isText(command) && reply instanceof Reply.Bulk) {
            return String.valueOf(reply.text()).replace("\r\n", "\n").stripTrailing();
        }
        StringBuilder out = new StringBuilder();
        append(out, reply, "");
        return out.substring(0, out.length() - 1);
    }

    /** The bytes in double quotes, with C escapes for what is not printable ASCII. */
    static String quoted(byte[] bytes) {
        StringBuilder out = new StringBuilder("\"");
        for (byte signed : bytes) {
            int b = signed & 0xff;
            switch (b) {
                case '\\', '"' -> out.append('\\').append((char) b);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case 7 -> out.append("\\a");
                case '\b' -> out.append("\\b");
                default -> {
                    if (b >= 0x20 && b < 0x7f) {
                        out.append((char) b);
                    } else {
                        out.append(String.format(Locale.ROOT, "\\x%02x", b));
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    private static void append(StringBuilder out, Reply reply, String indent) {
        switch (reply) {
            case Reply.Error error -> out.append("(error) ").append(error.value());
            case Reply.Simple simple -> out.append(simple.value());
            case Reply.Int whole -> out.append("(integer) ").append(whole.value());
            case Reply.Double real -> out.append("(double) ").append(RespEncoder.doubleText(real.value()));
            // redis-cli 7.0 gives up on a big number; its digits are what one wants to see.
            case Reply.BigNumber big -> out.append("(big number) ").append(big.value());
            case Reply.Bool bool -> out.append(bool.value() ? "(true)" : "(false)");
            case Reply.Null nothing -> out.append("(nil)");
            case Reply.Bulk bulk -> out.append(quoted(bulk.bytes()));
            case Reply.Verbatim text -> out.append(text.value());
            case Reply.Array array -> {
                aggregate(out, reply, ')', "(empty array)", indent);
                return;
            }
            case Reply.Push push -> {
                aggregate(out, reply, ')', "(empty push)", indent);
                return;
            }
            case Reply.Set set -> {
                aggregate(out, reply, '~', "(empty set)", indent);
                return;
            }
            case Reply.Map map -> {
                aggregate(out, reply, '#', "(empty hash)", indent);
                return;
            }
        }
        out.append('\n');
    }

    private static void aggregate(StringBuilder out, Reply many, char mark, String empty, String indent) {
        List<Reply> items = many.elements();
        int perItem = many instanceof Reply.Map ? 2 : 1;
        int count = items.size() / perItem;
        if (count == 0) {
            out.append(empty).append('\n');
            return;
        }
        int width = String.valueOf(count).length();
        String deeper = indent + " ".repeat(width + 2);
        for (int i = 0; i < count; i++) {
            // The parent has already written the indent of the first line.
            String number = String.valueOf(i + 1);
            out.append(i == 0 ? "" : indent)
                    .append(" ".repeat(width - number.length()))
                    .append(number)
                    .append(mark)
                    .append(' ');
            append(out, items.get(i * perItem), deeper);
            if (perItem == 2) {
                Reply value = items.get(i * 2 + 1);
                out.setLength(out.length() - 1);
                out.append(" => ");
                if (hasSeveralLines(value)) {
                    out.append('\n').append(deeper);
                }
                append(out, value, deeper);
            }
        }
    }

    private static boolean hasSeveralLines(Reply reply) {
        List<Reply> items = reply.elements();
        return !items.isEmpty()
                && (items.size() > (reply instanceof Reply.Map ? 2 : 1) || hasSeveralLines(items.getLast()));
    }

    private static boolean isText(List<String> command) {
        String name = command.isEmpty() ? "" : command.get(0).toLowerCase(Locale.ROOT);
        String sub = command.size() < 2 ? "" : command.get(1).toLowerCase(Locale.ROOT);
        return switch (name) {
            case "info", "lolwut" -> true;
            case "client" -> sub.equals("list") || sub.equals("info");
            case "cluster" -> sub.equals("nodes") || sub.equals("info");
            case "memory" -> sub.equals("doctor") || sub.equals("malloc-stats");
            case "latency" -> sub.equals("doctor") || sub.equals("graph");
            case "debug" -> sub.startsWith("htstats") || sub.equals("client-eviction");
            default -> false;
        };
    }
}
