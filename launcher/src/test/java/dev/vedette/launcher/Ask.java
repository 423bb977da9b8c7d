package dev.vedette.launcher;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.util.SafeEncoder;

/** One question to a node on this machine, on a connection of its own. */
public final class Ask {

    private static final int TIMEOUT_MILLIS = 5000;

    private Ask() {}

    private static Object raw(int port, String... words) {
        try (Jedis client = new Jedis("127.0.0.1", port, TIMEOUT_MILLIS)) {
            String[] arguments = List.of(words).subList(1, words.length).toArray(String[]::new);
            return SafeEncoder.encodeObject(client.sendCommand(() -> SafeEncoder.encode(words[0]), arguments));
        }
    }

    /** The answer as text: what stands in it, for a status, a number or a bulk. */
    public static String text(int port, String... words) {
        return String.valueOf(raw(port, words));
    }

    /** An answer that is a list of texts. */
    public static List<String> list(int port, String... words) {
        return ((List<?>) raw(port, words)).stream().map(String::valueOf).toList();
    }

    /** An answer of fields, each followed by its value. */
    public static Map<String, String> fields(int port, String... words) {
        return pairs((List<?>) raw(port, words));
    }

    /** An answer that is a list of such. */
    public static List<Map<String, String>> fieldsOfEach(int port, String... words) {
        return ((List<?>) raw(port, words))
                .stream().map(each -> pairs((List<?>) each)).toList();
    }

    /** A section of INFO. */
    public static Map<String, String> info(int port, String section) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : text(port, "INFO", section).split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
            }
        }
        return fields;
    }

    private static Map<String, String> pairs(List<?> flat) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < flat.size(); i += 2) {
            fields.put(String.valueOf(flat.get(i)), String.valueOf(flat.get(i + 1)));
        }
        return fields;
    }
}
