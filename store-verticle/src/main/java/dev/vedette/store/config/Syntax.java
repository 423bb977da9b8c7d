package dev.vedette.store.config;

import java.util.List;

/**
 * How the value of a kind of directive is read, shown and written back.
 *
 * <p>Values are immutable objects: Boolean, Long and String for the plain kinds, records and lists for the others. A
 * value shown by {@link #show} and read again gives an equal value.
 */
interface Syntax {

    /**
     * Reads the words after the directive's name.
     *
     * @param words one word for a directive of a single argument (checked before), any number for the others
     * @param current the value in force, for directives that change only a part of it
     */
    ParsedValue read(List<String> words, Object current);

    /** The answer of CONFIG GET. */
    String show(Object value);

    /**
     * The lines that stand for this value in a configuration file.
     *
     * @param name the directive's primary name
     * @return in order; empty when the value is expressed by the directive's absence
     */
    List<RewriteLine> rewrite(String name, Object value, Object defaultValue);

    /**
     * One line for CONFIG REWRITE.
     *
     * @param text the whole line
     * @param forced true when the line must be there, false when it only replaces one that is
     */
    record RewriteLine(String text, boolean forced) {}
}
