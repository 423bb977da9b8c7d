package dev.vedette.launcher.seed;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A line as it is expected, with names for what differs from run to run. */
final class ExpectedLine {

    private static final String NAME = "[a-zA-Z]\\w*";
    private static final String TERM = "(?:" + NAME + "|\\d+)";
    private static final Pattern PLACE = Pattern.compile("<(?:"
            + "(?<id>" + NAME + "):id"
            + "|(?<number>" + NAME + "):number(?: >= (?<least>" + TERM + "(?: [+-] " + TERM + ")*))?"
            + "|(?<choice>" + NAME + "):(?<choices>\\w+(?:\\|\\w+)+)(?: but (?<but>" + NAME + "))?"
            + "|(?<low>\\d+)\\.\\.(?<high>\\d+)"
            + "|(?<same>" + NAME + ")"
            + "|(?<sum>" + TERM + "(?: [+-] " + TERM + ")+)"
            + ")>");

    /** What must hold for the text at one place. */
    private interface Condition {
        boolean holds(String text, Names names);
    }

    private final String text;
    private final Pattern shape;
    private final List<Condition> conditions = new ArrayList<>();

    ExpectedLine(String text) {
        this.text = text;
        StringBuilder regex = new StringBuilder();
        Matcher place = PLACE.matcher(text);
        int end = 0;
        while (place.find()) {
            regex.append(Pattern.quote(text.substring(end, place.start())));
            regex.append('(').append(shape(place)).append(')');
            conditions.add(condition(place));
            end = place.end();
        }
        regex.append(Pattern.quote(text.substring(end)));
        shape = Pattern.compile(regex.toString());
    }

    private static String shape(Matcher place) {
        if (place.group("id") != null) {
            return "[0-9a-f]{40}";
        }
        if (place.group("choices") != null) {
            return place.group("choices");
        }
        return place.group("same") != null ? "\\w+" : "-?\\d+";
    }

    private static Condition condition(Matcher place) {
        String id = place.group("id");
        String number = place.group("number");
        String choice = place.group("choice");
        String low = place.group("low");
        String same = place.group("same");
        String sum = place.group("sum");
        if (id != null) {
            return (text, names) -> names.only(id, text);
        }
        if (choice != null) {
            String but = place.group("but");
            return (text, names) -> names.is(choice, text) && (but == null || !text.equals(names.value(but)));
        }
        if (number != null) {
            String least = place.group("least");
            return (text, names) -> {
                boolean enough = least == null || Long.parseLong(text) >= names.sum(least);
                names.number(number, text);
                return enough;
            };
        }
        if (low != null) {
            long from = Long.parseLong(low);
            long to = Long.parseLong(place.group("high"));
            return (text, names) -> Long.parseLong(text) >= from && Long.parseLong(text) <= to;
        }
        return same != null
                ? (text, names) -> text.equals(names.value(same))
                : (text, names) -> Long.parseLong(text) == names.sum(sum);
    }

    /** Whether a line is so; names that come up for the first time get their meaning from it. */
    boolean fits(String line, Names names) {
        Matcher matcher = shape.matcher(line);
        if (!matcher.matches()) {
            return false;
        }
        for (int i = 0; i < conditions.size(); i++) {
            if (!conditions.get(i).holds(matcher.group(i + 1), names)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return text;
    }
}
