package dev.vedette.store.config;

/** What came of reading a directive's words: its new value, or why it cannot be. */
sealed interface ParsedValue {

    /** The words are good; this is the value, immutable, of the type that the directive's {@link Syntax} names. */
    record Accepted(Object value) implements ParsedValue {}

    /** The words are refused, with the text that Redis gives as the reason. */
    record Refused(String reason) implements ParsedValue {}

    static ParsedValue accepted(Object value) {
        return new Accepted(value);
    }

    static ParsedValue refused(String reason) {
        return new Refused(reason);
    }
}
