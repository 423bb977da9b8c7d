package dev.vedette.store.config;

import java.util.List;

/**
 * A line that is not a plain directive ({@code user}, {@code rename-command}, {@code loadmodule}, {@code sentinel}):
 * kept as it was found, so that whoever understands it can name it in an error.
 *
 * @param number one-based, within its file
 * @param text the line without surrounding blanks
 * @param words its words, the first in lower case
 */
public record ConfigLine(int number, String text, List<String> words) {

    public ConfigLine {
        words = List.copyOf(words);
    }

    /** The fatal error that this line is to be refused with. */
    public FatalConfigException refuse(String reason) {
        return FatalConfigException.atLine(number, text, reason);
    }
}
