package dev.vedette.console.observe;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The text of INFO, taken apart: sections in order, each with its fields in order. Lines that are no {@code
 * field:value} are left out, as are fields beyond {@link #FIELDS_MAX}. Values are hostile input: they may hold anything
 * but a line end.
 *
 * @param sections section name as sent ({@code Replication}) to its fields
 */
public record InfoText(Map<String, Map<String, String>> sections) {

    /** More fields than any server has; what comes after is dropped. */
    public static final int FIELDS_MAX = 4000;

    /** Longest value kept, in characters. */
    public static final int VALUE_LENGTH_MAX = 2000;

    /** No fields at all. */
    public static final InfoText EMPTY = new InfoText(Map.of());

    /** Takes the text apart; both CRLF and LF end lines. */
    public static InfoText parse(String text) {
        Map<String, Map<String, String>> sections = new LinkedHashMap<>();
        String section = "";
        int fields = 0;
        int at = 0;
        while (at < text.length() && fields < FIELDS_MAX) {
            int end = text.indexOf('\n', at);
            end = end < 0 ? text.length() : end;
            String line = text.substring(at, end > at && text.charAt(end - 1) == '\r' ? end - 1 : end);
            at = end + 1;
            if (line.startsWith("#")) {
                section = line.substring(1).strip();
                continue;
            }
            int colon = line.indexOf(':');
            if (colon > 0) {
                String value = line.substring(colon + 1);
                sections.computeIfAbsent(section, s -> new LinkedHashMap<>())
                        .put(
                                line.substring(0, colon),
                                value.length() > VALUE_LENGTH_MAX ? value.substring(0, VALUE_LENGTH_MAX) : value);
                fields++;
            }
        }
        sections.replaceAll((name, values) -> Collections.unmodifiableMap(values));
        return new InfoText(Collections.unmodifiableMap(sections));
    }

    /** Value of a field in whichever section it stands; empty if there is none. */
    public String text(String field) {
        for (Map<String, String> values : sections.values()) {
            String value = values.get(field);
            if (value != null) {
                return value;
            }
        }
        return "";
    }

    /** Value of a field as a whole number; {@code missing} if it is absent or no number. */
    public long number(String field, long missing) {
        return whole(text(field), missing);
    }

    /** The parts of a value such as {@code ip=1.2.3.4,port=6379,state=online}. */
    public static Map<String, String> parts(String value) {
        Map<String, String> parts = new LinkedHashMap<>();
        for (String part : value.split(",")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return parts;
    }

    static long whole(String text, long missing) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException absentOrOther) {
            return missing;
        }
    }
}
