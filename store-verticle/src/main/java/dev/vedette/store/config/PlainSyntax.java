package dev.vedette.store.config;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The kinds of value that most directives have: yes/no, text, one of a few words, a number. */
sealed interface PlainSyntax extends Syntax {

    /** {@code yes} or {@code no}; the value is a Boolean. */
    record YesNo(@Nullable String refusalOfYes) implements PlainSyntax {
        @Override
        public ParsedValue read(List<String> words, Object current) {
            boolean yes = words.getFirst().equalsIgnoreCase("yes");
            if (!yes && !words.getFirst().equalsIgnoreCase("no")) {
                return ParsedValue.refused("argument must be 'yes' or 'no'");
            }
            return yes && refusalOfYes != null ? ParsedValue.refused(refusalOfYes) : ParsedValue.accepted(yes);
        }

        @Override
        public String show(Object value) {
            return (Boolean) value ? "yes" : "no";
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            return List.of(new RewriteLine(name + " " + show(value), !value.equals(defaultValue)));
        }
    }

    /**
     * Any text.
     *
     * @param emptyIsAbsent true when the empty text means "not set", which a file says by leaving the line out
     * @param check gives the reason of a refusal, or null
     */
    record Text(boolean emptyIsAbsent, Function<String, @Nullable String> check) implements PlainSyntax {
        @Override
        public ParsedValue read(List<String> words, Object current) {
            String refusal = check.apply(words.getFirst());
            return refusal != null ? ParsedValue.refused(refusal) : ParsedValue.accepted(words.getFirst());
        }

        @Override
        public String show(Object value) {
            return (String) value;
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            if (emptyIsAbsent && ((String) value).isEmpty()) {
                return List.of();
            }
            return List.of(new RewriteLine(name + " " + ConfigText.quote((String) value), !value.equals(defaultValue)));
        }
    }

    /**
     * One of a few words, in any case; the value is the word's spelling in {@code choices}.
     *
     * @param choices as an error lists them
     * @param synonyms words that mean the same as another one, to that other one
     */
    record Choice(List<String> choices, Map<String, String> synonyms) implements PlainSyntax {
        @Override
        public ParsedValue read(List<String> words, Object current) {
            String choice = words.size() == 1 ? choiceOf(choices, words.getFirst()) : null;
            if (choice == null) {
                return ParsedValue.refused(refusal(choices));
            }
            return ParsedValue.accepted(synonyms.getOrDefault(choice, choice));
        }

        @Override
        public String show(Object value) {
            return (String) value;
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            return List.of(new RewriteLine(name + " " + value, !value.equals(defaultValue)));
        }

        static @Nullable String choiceOf(List<String> choices, String word) {
            for (String choice : choices) {
                if (choice.equalsIgnoreCase(word)) {
                    return choice;
                }
            }
            return null;
        }

        static String refusal(List<String> choices) {
            return "argument(s) must be one of the following: " + String.join(", ", choices);
        }
    }

    /**
     * Any of a few words together; the first choice stands for none of the others. The value is the chosen words, in
     * the order of the choices, with one blank between.
     */
    record Choices(List<String> choices, Function<Set<String>, @Nullable String> check) implements PlainSyntax {
        @Override
        public ParsedValue read(List<String> words, Object current) {
            Set<String> chosen = new LinkedHashSet<>();
            for (String word : words) {
                String choice = Choice.choiceOf(choices, word);
                if (choice == null) {
                    return ParsedValue.refused(Choice.refusal(choices));
                }
                chosen.add(choice);
            }
            if (chosen.isEmpty()) {
                return ParsedValue.refused(Choice.refusal(choices));
            }
            chosen.remove(choices.getFirst());
            String refusal = check.apply(chosen);
            if (refusal != null) {
                return ParsedValue.refused(refusal);
            }
            List<String> ordered = new ArrayList<>(choices);
            ordered.retainAll(chosen);
            return ParsedValue.accepted(ordered.isEmpty() ? choices.getFirst() : String.join(" ", ordered));
        }

        @Override
        public String show(Object value) {
            return (String) value;
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            return List.of(new RewriteLine(name + " " + value, !value.equals(defaultValue)));
        }
    }

    /** How a number is written. */
    enum Notation {
        /** Plain decimal. */
        DECIMAL,
        /** Octal, as file modes are. */
        OCTAL,
        /** Decimal with an optional unit: {@code b k kb m mb g gb}. */
        MEMORY,
        /** As {@link #MEMORY}, or a percentage, which is kept as a negative number. */
        MEMORY_OR_PERCENT
    }

    /**
     * A number; the value is a Long, its 64 bits to be read as unsigned when {@code unsigned} is set.
     *
     * @param min inclusive; for {@link Notation#MEMORY_OR_PERCENT} minus the highest percentage
     * @param max inclusive
     * @param clampTo null, or the range that an accepted value is silently brought into
     */
    record Numeric(
            Notation notation,
            boolean unsigned,
            long min,
            long max,
            @Nullable Range clampTo) implements PlainSyntax {

        /** A range, both ends inclusive. */
        record Range(long low, long high) {}

        @Override
        public ParsedValue read(List<String> words, Object current) {
            String word = words.getFirst();
            Long number = switch (notation) {
                case DECIMAL -> decimal(word);
                case OCTAL -> octal(word);
                case MEMORY -> memory(word);
                case MEMORY_OR_PERCENT -> memoryOrPercent(word);
            };
            if (number == null) {
                return ParsedValue.refused(
                        switch (notation) {
                            case DECIMAL -> "argument couldn't be parsed into an integer";
                            case OCTAL -> "argument couldn't be parsed as an octal number";
                            case MEMORY -> "argument must be a memory value";
                            case MEMORY_OR_PERCENT -> "argument must be a memory or percent value";
                        });
            }
            String refusal = outOfBounds(number);
            if (refusal != null) {
                return ParsedValue.refused(refusal);
            }
            return ParsedValue.accepted(
                    clampTo == null ? number : Math.max(clampTo.low(), Math.min(clampTo.high(), number)));
        }

        private @Nullable String outOfBounds(long number) {
            if (notation == Notation.MEMORY_OR_PERCENT && number < 0) {
                return number < min ? "percentage argument must be less or equal to " + -min : null;
            }
            boolean outside = unsigned
                    ? Long.compareUnsigned(number, min) < 0 || Long.compareUnsigned(number, max) > 0
                    : number < min || number > max;
            return outside ? "argument must be between " + bound(min) + " and " + bound(max) + " inclusive" : null;
        }

        private String bound(long number) {
            if (notation == Notation.OCTAL) {
                return Long.toOctalString(number);
            }
            return unsigned ? Long.toUnsignedString(number) : Long.toString(number);
        }

        @Override
        public String show(Object value) {
            long number = (Long) value;
            return switch (notation) {
                case DECIMAL -> Long.toString(number);
                case OCTAL -> Long.toOctalString(number);
                case MEMORY -> Long.toUnsignedString(number);
                case MEMORY_OR_PERCENT -> number < 0 ? -number + "%" : Long.toString(number);
            };
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            long number = (Long) value;
            boolean bytes = notation == Notation.MEMORY || (notation == Notation.MEMORY_OR_PERCENT && number >= 0);
            String text = bytes ? bytesWithUnit(number) : show(value);
            return List.of(new RewriteLine(name + " " + text, !value.equals(defaultValue)));
        }

        /** The shortest of gb, mb, kb and plain bytes that says the number exactly. */
        static String bytesWithUnit(long bytes) {
            if (bytes != 0 && bytes % (1L << 30) == 0) {
                return (bytes >> 30) + "gb";
            }
            if (bytes != 0 && bytes % (1L << 20) == 0) {
                return (bytes >> 20) + "mb";
            }
            if (bytes != 0 && bytes % (1L << 10) == 0) {
                return (bytes >> 10) + "kb";
            }
            return Long.toString(bytes);
        }

        /** Strict: an optional minus, no plus, no leading zero, no blanks. */
        static @Nullable Long decimal(String word) {
            boolean negative = word.startsWith("-");
            String digits = negative ? word.substring(1) : word;
            if (digits.isEmpty() || (digits.length() > 1 && digits.charAt(0) == '0') || word.equals("-0")) {
                return null;
            }
            return allDigits(digits, 10) ? fitting(word, 10) : null;
        }

        private static @Nullable Long octal(String word) {
            String digits = word.startsWith("-") || word.startsWith("+") ? word.substring(1) : word;
            if (digits.isEmpty()) {
                return 0L;
            }
            return allDigits(digits, 8) ? fitting(word, 8) : null;
        }

        private static @Nullable Long fitting(String word, int radix) {
            try {
                return Long.valueOf(word, radix);
            } catch (NumberFormatException tooBig) {
                return null;
            }
        }

        /** Digits with an optional unit; wraps around like 64-bit arithmetic does, as Redis's own reader. */
        static @Nullable Long memory(String word) {
            int end = 0;
            while (end < word.length() && isDigit(word.charAt(end), 10)) {
                end++;
            }
            long multiplier = switch (word.substring(end).toLowerCase(Locale.ROOT)) {
                case "", "b" -> 1L;
                case "k" -> 1_000L;
                case "kb" -> 1L << 10;
                case "m" -> 1_000_000L;
                case "mb" -> 1L << 20;
                case "g" -> 1_000_000_000L;
                case "gb" -> 1L << 30;
                default -> -1L;
            };
            if (multiplier < 0 || end >= 128) {
                return null;
            }
            if (end == 0) {
                return 0L;
            }
            if (end < 19) {
                return Long.parseLong(word, 0, end, 10) * multiplier;
            }
            BigInteger digits = new BigInteger(word.substring(0, end));
            return (digits.bitLength() > 64 ? -1L : digits.longValue()) * multiplier;
        }

        private static @Nullable Long memoryOrPercent(String word) {
            Long bytes = memory(word);
            if (bytes != null) {
                return bytes;
            }
            Long percent =
                    word.length() > 1 && word.endsWith("%") ? decimal(word.substring(0, word.length() - 1)) : null;
            return percent == null || percent < 0 ? null : Long.valueOf(-percent);
        }

        private static boolean allDigits(String text, int radix) {
            for (int i = 0; i < text.length(); i++) {
                if (!isDigit(text.charAt(i), radix)) {
                    return false;
                }
            }
            return true;
        }

        private static boolean isDigit(char c, int radix) {
            return c >= '0' && c < '0' + radix;
        }
    }
}
