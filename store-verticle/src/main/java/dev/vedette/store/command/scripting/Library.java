package dev.vedette.store.command.scripting;

import dev.vedette.wire.resp.CommandDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A library of functions: its source, and what it registered. */
final class Library {

    /** What is wrong with a library; the text has no code. */
    static final class BadLibraryException extends Exception {
        private static final long serialVersionUID = 1L;

        BadLibraryException(String text) {
            super(text, null, false, false);
        }

        /** The reply. */
        String error() {
            return "ERR " + getMessage();
        }
    }

    /** A function of a library. */
    record Function(Script script, @Nullable String description) {}

    private static final String NAMES =
            "Library names can only contain letters, numbers, or underscores(_) and must be at least one character long";

    private final String name;
    private final byte[] source;
    private final int codeFrom;
    /** By name, in the order of registration. */
    final Map<String, Function> functions = new LinkedHashMap<>();

    private Library(String name, byte[] source, int codeFrom) {
        this.name = name;
        this.source = source;
        this.codeFrom = codeFrom;
    }

    /** A library without its functions yet, from its source: a line {@code #!lua name=<name>}, and Lua after it. */
    static Library of(byte[] source) throws BadLibraryException {
        if (source.length < 2 || source[0] != '#' || source[1] != '!') {
            throw new BadLibraryException("Missing library metadata");
        }
        int end = 0;
        while (end < source.length && source[end] != '\n') {
            end++;
        }
        String line = new String(source, 0, end, StandardCharsets.ISO_8859_1);
        List<String> words = CommandDecoder.words(line);
        if (end == source.length || words == null || words.isEmpty()) {
            throw new BadLibraryException("Invalid library metadata");
        }
        String name = name(words);
        if (name == null) {
            throw new BadLibraryException("Library name was not given");
        }
        checkName(name);
        String engine = words.getFirst().substring(2);
        if (!engine.equalsIgnoreCase("lua")) {
            throw new BadLibraryException("Engine '" + engine + "' not found");
        }
        return new Library(name, source, end);
    }

    private static @Nullable String name(List<String> words) throws BadLibraryException {
        String name = null;
        for (String word : words.subList(1, words.size())) {
            if (!word.toLowerCase(Locale.ROOT).startsWith("name=")) {
                throw new BadLibraryException("Invalid metadata value given: " + word);
            }
            if (name != null) {
                throw new BadLibraryException("Invalid metadata value, name argument was given multiple times");
            }
            name = word.substring(5);
        }
        return name;
    }

    /** Names of libraries and functions are words. */
    static void checkName(String name) throws BadLibraryException {
        if (!name.matches("[a-zA-Z0-9_]+")) {
            throw new BadLibraryException(NAMES);
        }
    }

    String name() {
        return name;
    }

    byte[] source() {
        return source;
    }

    /** Where in the source the Lua code begins: with the end of the first line, so that lines keep their numbers. */
    int codeFrom() {
        return codeFrom;
    }
}
