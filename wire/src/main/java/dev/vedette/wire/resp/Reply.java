package dev.vedette.wire.resp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a server answered. Arrays of bytes inside are shared, not copied: nobody changes them. */
public sealed interface Reply {

    /** {@code +OK}. */
    record Simple(String value) implements Reply {}

    /** {@code -ERR text}: the text with its first word, which says what kind of error it is. */
    @SuppressWarnings("JavaLangClash") // The protocol's own word.
    record Error(String value) implements Reply {}

    /** {@code :42}. */
    record Int(long value) implements Reply {}

    /** {@code $3 abc}: any bytes. */
    @SuppressWarnings("ArrayRecordComponent") // Large and hot: shared by rule, never copied.
    record Bulk(byte[] bytes) implements Reply {

        /** The UTF-8 bytes of a text. */
        public static Bulk of(String text) {
            return new Bulk(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bulk bulk && Arrays.equals(bytes, bulk.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        @Override
        public String toString() {
            return "Bulk[" + new String(bytes, StandardCharsets.UTF_8) + "]";
        }
    }

    /**
     * Nothing: {@code _}, or in RESP2 {@code $-1} or {@code *-1}.
     *
     * @param ofArray RESP2 knows two; whether this is the one in place of an array
     */
    record Null(boolean ofArray) implements Reply {}

    /** {@code *2 ...}. */
    record Array(List<Reply> values) implements Reply {
        public Array {
            values = List.copyOf(values);
        }

        /** An array of these. */
        public static Array of(Reply... values) {
            return new Array(List.of(values));
        }
    }

    /**
     * {@code %1 key value}, RESP3.
     *
     * @param keysAndValues alternating, in the order of the wire
     */
    record Map(List<Reply> keysAndValues) implements Reply {
        public Map {
            keysAndValues = List.copyOf(keysAndValues);
            if (keysAndValues.size() % 2 != 0) {
                throw new IllegalArgumentException("a key without a value");
            }
        }
    }

    /** {@code ~2 ...}, RESP3. */
    record Set(List<Reply> values) implements Reply {
        public Set {
            values = List.copyOf(values);
        }
    }

    /** {@code ,1.5}, RESP3. */
    @SuppressWarnings("JavaLangClash") // The protocol's own word.
    record Double(double value) implements Reply {}

    /** {@code #t}, RESP3. */
    record Bool(boolean value) implements Reply {}

    /** {@code (12345678901234567890}, RESP3: its digits. */
    record BigNumber(String value) implements Reply {}

    /**
     * {@code =7 txt:abc}, RESP3.
     *
     * @param format three characters: txt or mkd
     */
    record Verbatim(String format, String value) implements Reply {}

    /** {@code >2 ...}, RESP3: not an answer to a command but a message in between. */
    record Push(List<Reply> values) implements Reply {
        public Push {
            values = List.copyOf(values);
        }
    }

    /** The text of a simple, bulk, verbatim, number or error reply (bytes as UTF-8); null for all else. */
    default @Nullable String text() {
        return switch (this) {
            case Simple(String value) -> value;
            case Error(String value) -> value;
            case Int(long value) -> Long.toString(value);
            case Bulk(byte[] bytes) -> new String(bytes, StandardCharsets.UTF_8);
            case Double(double value) -> RespEncoder.doubleText(value);
            case BigNumber(String value) -> value;
            case Verbatim(String format, String value) -> value;
            case Bool(boolean value) -> value ? "1" : "0";
            case Null n -> null;
            case Array a -> null;
            case Map m -> null;
            case Set s -> null;
            case Push p -> null;
        };
    }

    /** The parts of an array, set or push, keys and values of a map alternating as RESP2 has them; else nothing. */
    default List<Reply> elements() {
        return switch (this) {
            case Array(List<Reply> values) -> values;
            case Set(List<Reply> values) -> values;
            case Push(List<Reply> values) -> values;
            case Map(List<Reply> keysAndValues) -> keysAndValues;
            case Simple s -> List.of();
            case Error e -> List.of();
            case Int i -> List.of();
            case Bulk b -> List.of();
            case Null n -> List.of();
            case Double d -> List.of();
            case Bool b -> List.of();
            case BigNumber b -> List.of();
            case Verbatim v -> List.of();
        };
    }

    /** Whether this is an error. */
    default boolean isError() {
        return this instanceof Error;
    }
}
