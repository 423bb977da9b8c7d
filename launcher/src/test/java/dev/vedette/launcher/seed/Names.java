package dev.vedette.launcher.seed;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What the names in a transcript stand for in this run. */
final class Names {

    private final Map<String, String> values;
    private final Set<String> unique;

    Names() {
        this(new HashMap<>(), new HashSet<>());
    }

    private Names(Map<String, String> values, Set<String> unique) {
        this.values = values;
        this.unique = unique;
    }

    /** A copy, to be tried and thrown away. */
    Names copy() {
        return new Names(new HashMap<>(values), new HashSet<>(unique));
    }

    /** Gives a number a name; takes it from what had it before. */
    void number(String name, String value) {
        values.put(name, value);
    }

    /**
     * Gives a name to something that no other name may mean.
     *
     * @return whether none does, and the name does not mean something else already
     */
    boolean only(String name, String value) {
        boolean isNew = !values.containsKey(name);
        return is(name, value) && (!isNew || unique.add(value));
    }

    /**
     * Gives a name to something.
     *
     * @return whether the name does not mean something else already
     */
    boolean is(String name, String value) {
        String before = values.putIfAbsent(name, value);
        return before == null || before.equals(value);
    }

    /** What the name stands for. */
    String value(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("nothing is called " + name);
        }
        return value;
    }

    /** The sum of numbers and names of numbers, each with its sign. */
    long sum(String expression) {
        long sum = 0;
        long sign = 1;
        for (String word : expression.strip().split("\\s+")) {
            switch (word) {
                case "+" -> sign = 1;
                case "-" -> sign = -1;
                default -> sum += sign * Long.parseLong(Character.isDigit(word.charAt(0)) ? word : value(word));
            }
        }
        return sum;
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
