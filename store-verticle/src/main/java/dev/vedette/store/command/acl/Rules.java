package dev.vedette.store.command.acl;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of one user as they were written: words, among which a selector in parentheses may be several. */
final class Rules {

    private Rules() {}

    /** Puts the words of each selector together; null when a parenthesis stays open, which {@link #unmatched} finds. */
    static @Nullable List<String> merge(List<String> words) {
        List<String> rules = new ArrayList<>();
        StringBuilder open = null;
        for (String word : words) {
            if (word.startsWith("(") && !word.endsWith(")")) {
                open = new StringBuilder(word);
            } else if (open != null) {
                open.append(' ').append(word);
                if (word.endsWith(")")) {
                    rules.add(open.toString());
                    open = null;
                }
            } else {
                rules.add(word);
            }
        }
        return open == null ? rules : null;
    }

    /** The word with the parenthesis that stays open. */
    static String unmatched(List<String> words) {
        for (int i = words.size() - 1; i >= 0; i--) {
            if (words.get(i).startsWith("(") && !words.get(i).endsWith(")")) {
                return words.get(i);
            }
        }
        throw new IllegalArgumentException("every parenthesis is closed");
    }
}
