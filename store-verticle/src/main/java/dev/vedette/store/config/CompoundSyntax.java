package dev.vedette.store.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The directives whose value is more than one word or number. */
sealed interface CompoundSyntax extends Syntax {

    /** {@code save seconds changes ...}; the value is a list of {@link SavePoint}. */
    record SavePoints() implements CompoundSyntax {
        @Override
        public ParsedValue read(List<String> words, Object current) {
            if (words.size() == 1 && words.getFirst().isEmpty()) {
                return ParsedValue.accepted(List.of());
            }
            List<SavePoint> points = new ArrayList<>();
            for (int i = 0; i + 1 < words.size(); i += 2) {
                Long seconds = wholeNumber(words.get(i));
                Long changes = wholeNumber(words.get(i + 1));
                if (seconds == null || changes == null || seconds < 1 || changes < 0) {
                    return ParsedValue.refused("Invalid save parameters");
                }
                points.add(new SavePoint(seconds, (int) Math.min(changes, Integer.MAX_VALUE)));
            }
            return words.size() % 2 != 0
                    ? ParsedValue.refused("Invalid save parameters")
                    : ParsedValue.accepted(List.copyOf(points));
        }

        @Override
        public String show(Object value) {
            List<String> shown = new ArrayList<>();
            for (SavePoint point : points(value)) {
                shown.add(point.seconds() + " " + point.changes());
            }
            return String.join(" ", shown);
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            List<RewriteLine> lines = new ArrayList<>();
            for (SavePoint point : points(value)) {
                lines.add(new RewriteLine(name + " " + point.seconds() + " " + point.changes(), true));
            }
            return lines.isEmpty() ? List.of(new RewriteLine(name + " \"\"", true)) : lines;
        }

        @SuppressWarnings("unchecked")
        static List<SavePoint> points(Object value) {
            return (List<SavePoint>) value;
        }
    }

    /** {@code client-output-buffer-limit class hard soft seconds ...}; the value is {@link OutputLimits}. */
    record OutputBufferLimits() implements CompoundSyntax {
        @Override
        public ParsedValue read(List<String> words, Object current) {
            if (words.size() % 4 != 0) {
                return ParsedValue.refused("Wrong number of arguments in buffer limit configuration.");
            }
            OutputLimits limits = (OutputLimits) current;
            for (int i = 0; i < words.size(); i += 4) {
                String type = ConfigText.lower(words.get(i));
                if (!type.equals("normal")
                        && !type.equals("slave")
                        && !type.equals("replica")
                        && !type.equals("pubsub")) {
                    return ParsedValue.refused("Invalid client class specified in buffer limit configuration.");
                }
                Long hard = PlainSyntax.Numeric.memory(words.get(i + 1));
                Long soft = PlainSyntax.Numeric.memory(words.get(i + 2));
                Long seconds = wholeNumber(words.get(i + 3));
                if (hard == null || soft == null || seconds == null || seconds < 0 || seconds > Integer.MAX_VALUE) {
                    return ParsedValue.refused(
                            "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
                }
                OutputLimit limit = new OutputLimit(hard, soft, seconds.intValue());
                limits = switch (type) {
                    case "normal" -> new OutputLimits(limit, limits.replica(), limits.pubsub());
                    case "pubsub" -> new OutputLimits(limits.normal(), limits.replica(), limit);
                    default -> new OutputLimits(limits.normal(), limit, limits.pubsub());
                };
            }
            return ParsedValue.accepted(limits);
        }

        @Override
        public String show(Object value) {
            OutputLimits limits = (OutputLimits) value;
            return "normal " + show(limits.normal()) + " slave " + show(limits.replica()) + " pubsub "
                    + show(limits.pubsub());
        }

        private static String show(OutputLimit limit) {
            return Long.toUnsignedString(limit.hardBytes()) + " " + Long.toUnsignedString(limit.softBytes()) + " "
                    + limit.softSeconds();
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            OutputLimits limits = (OutputLimits) value;
            OutputLimits defaults = (OutputLimits) defaultValue;
            return List.of(
                    line(name + " normal ", limits.normal(), defaults.normal()),
                    line(name + " replica ", limits.replica(), defaults.replica()),
                    line(name + " pubsub ", limits.pubsub(), defaults.pubsub()));
        }

        private static RewriteLine line(String start, OutputLimit limit, OutputLimit defaultLimit) {
            return new RewriteLine(
                    start + PlainSyntax.Numeric.bytesWithUnit(limit.hardBytes()) + " "
                            + PlainSyntax.Numeric.bytesWithUnit(limit.softBytes()) + " " + limit.softSeconds(),
                    !limit.equals(defaultLimit));
        }
    }

    /** {@code oom-score-adj-values master replica child}; the value is a list of three Integers. */
    record OomScores() implements CompoundSyntax {
        @Override
        public ParsedValue read(List<String> words, Object current) {
            if (words.size() != 3) {
                return ParsedValue.refused("wrong number of arguments");
            }
            List<Integer> scores = new ArrayList<>();
            for (String word : words) {
                Long score = wholeNumber(word);
                if (score == null || score < -2000 || score > 2000) {
                    return ParsedValue.refused(
                            "Invalid oom-score-adj-values, elements must be between -2000 and 2000.");
                }
                scores.add(score.intValue());
            }
            return ParsedValue.accepted(List.copyOf(scores));
        }

        @Override
        public String show(Object value) {
            return words(value);
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            return List.of(new RewriteLine(name + " " + words(value), !value.equals(defaultValue)));
        }
    }

    /**
     * {@code notify-keyspace-events}; the value is the event classes in the order in which CONFIG GET shows them. Beside
     * {@code A} the class {@code n} counts but is not shown.
     */
    record KeyspaceEvents() implements CompoundSyntax {
        /** What {@code A} stands for, in order of display. */
        private static final String ALL = "g$lshzxetd";

        private static final String NEW = "n";
        private static final String LAST = "KEm";

        @Override
        public ParsedValue read(List<String> words, Object current) {
            if (words.size() != 1) {
                return ParsedValue.refused("wrong number of arguments");
            }
            String classes = words.getFirst();
            for (int i = 0; i < classes.length(); i++) {
                if (("A" + ALL + NEW + LAST).indexOf(classes.charAt(i)) < 0) {
                    return ParsedValue.refused("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
                }
            }
            String expanded = classes.replace("A", ALL);
            boolean all = ALL.chars().allMatch(c -> expanded.indexOf(c) >= 0);
            StringBuilder shown = new StringBuilder(all ? "A" + pick(NEW, expanded) : pick(ALL + NEW, expanded));
            return ParsedValue.accepted(shown.append(pick(LAST, expanded)).toString());
        }

        private static String pick(String candidates, String from) {
            StringBuilder picked = new StringBuilder();
            for (int i = 0; i < candidates.length(); i++) {
                if (from.indexOf(candidates.charAt(i)) >= 0) {
                    picked.append(candidates.charAt(i));
                }
            }
            return picked.toString();
        }

        @Override
        public String show(Object value) {
            String classes = (String) value;
            return classes.startsWith("A") ? classes.replace(NEW, "") : classes;
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            return List.of(new RewriteLine(name + " " + ConfigText.quote(show(value)), !((String) value).isEmpty()));
        }
    }

    /** {@code bind address ...}; the value is a list of Strings. */
    record BindAddresses() implements CompoundSyntax {
        private static final int MAX_ADDRESSES = 16;

        @Override
        public ParsedValue read(List<String> words, Object current) {
            if (words.size() > MAX_ADDRESSES) {
                return ParsedValue.refused("Too many bind addresses specified.");
            }
            boolean none = words.size() == 1 && words.getFirst().isEmpty();
            return ParsedValue.accepted(none ? List.of() : List.copyOf(words));
        }

        @Override
        public String show(Object value) {
            return words(value);
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            if (value.equals(defaultValue)) {
                return List.of();
            }
            String addresses = words(value);
            return List.of(new RewriteLine(name + " " + (addresses.isEmpty() ? "\"\"" : addresses), true));
        }
    }

    /** {@code replicaof host port} or {@code no one}; the value is a {@link Master}. */
    record ReplicaOf() implements CompoundSyntax {

        /** What the node follows; null when it is a master. */
        record Master(@Nullable MasterAddress address) {}

        static final Master NONE = new Master(null);

        @Override
        public ParsedValue read(List<String> words, Object current) {
            if (words.size() != 2) {
                return ParsedValue.refused("wrong number of arguments");
            }
            if (words.getFirst().equalsIgnoreCase("no") && words.getLast().equalsIgnoreCase("one")) {
                return ParsedValue.accepted(NONE);
            }
            Long port = wholeNumber(words.getLast());
            if (port == null || port < 0 || port > 65535) {
                return ParsedValue.refused("Invalid master port");
            }
            return ParsedValue.accepted(new Master(new MasterAddress(words.getFirst(), port.intValue())));
        }

        @Override
        public String show(Object value) {
            MasterAddress address = ((Master) value).address();
            return address == null ? "" : address.host() + " " + address.port();
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            return value.equals(NONE) ? List.of() : List.of(new RewriteLine(name + " " + show(value), true));
        }
    }

    /** {@code latency-tracking-info-percentiles p ...}; the value is a list of Doubles. */
    record Percentiles() implements CompoundSyntax {
        @Override
        public ParsedValue read(List<String> words, Object current) {
            List<Double> percentiles = new ArrayList<>();
            if (words.size() == 1 && words.getFirst().isEmpty()) {
                return ParsedValue.accepted(List.of());
            }
            for (String word : words) {
                double percentile;
                try {
                    percentile = Double.parseDouble(word);
                } catch (NumberFormatException notANumber) {
                    return ParsedValue.refused("Invalid latency-tracking-info-percentiles parameters");
                }
                if (!word.equals(word.trim()) || Double.isNaN(percentile)) {
                    return ParsedValue.refused("Invalid latency-tracking-info-percentiles parameters");
                }
                if (percentile > 100.0 || percentile < 0.0) {
                    return ParsedValue.refused(
                            "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
                }
                percentiles.add(percentile);
            }
            return ParsedValue.accepted(List.copyOf(percentiles));
        }

        @Override
        public String show(Object value) {
            List<String> shown = new ArrayList<>();
            for (Object percentile : (List<?>) value) {
                shown.add(sixDecimals((Double) percentile));
            }
            return String.join(" ", shown);
        }

        /** At most six decimals and no trailing zeros. */
        private static String sixDecimals(double number) {
            String text = new java.math.BigDecimal(number)
                    .setScale(6, java.math.RoundingMode.HALF_EVEN)
                    .stripTrailingZeros()
                    .toPlainString();
            return text;
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            String shown = show(value);
            return List.of(new RewriteLine(name + " " + (shown.isEmpty() ? "\"\"" : shown), true));
        }
    }

    /**
     * {@code dir}: the directory that every relative path is under. The value is an absolute {@link Path} that exists.
     * Java cannot change its working directory, so the node keeps it.
     */
    record Directory() implements CompoundSyntax {
        @Override
        public ParsedValue read(List<String> words, Object current) {
            if (words.size() != 1) {
                return ParsedValue.refused("wrong number of arguments");
            }
            Path wanted = ServerConfig.resolve((Path) current, words.getFirst());
            if (!Files.exists(wanted)) {
                return ParsedValue.refused("No such file or directory");
            }
            if (!Files.isDirectory(wanted)) {
                return ParsedValue.refused("Not a directory");
            }
            if (!Files.isExecutable(wanted)) {
                return ParsedValue.refused("Permission denied");
            }
            try {
                return ParsedValue.accepted(wanted.toRealPath());
            } catch (IOException vanished) {
                return ParsedValue.refused(ConfigRewriter.reason(vanished));
            }
        }

        @Override
        public String show(Object value) {
            return ServerConfig.bytesOf((Path) value);
        }

        @Override
        public List<RewriteLine> rewrite(String name, Object value, Object defaultValue) {
            return List.of(new RewriteLine(name + " " + ConfigText.quote(show(value)), true));
        }
    }

    private static String words(Object value) {
        List<String> words = new ArrayList<>();
        for (Object word : (List<?>) value) {
            words.add(word.toString());
        }
        return String.join(" ", words);
    }

    /** A decimal number as strtoll reads one that spans the whole word, or null. */
    private static @Nullable Long wholeNumber(String word) {
        try {
            return Long.valueOf(word);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }
}
