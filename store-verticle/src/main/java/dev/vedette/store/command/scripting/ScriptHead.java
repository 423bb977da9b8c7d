package dev.vedette.store.command.scripting;

import dev.vedette.wire.resp.CommandDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the first line of a script says: {@code #!lua flags=no-writes,allow-stale}.
 *
 * @param flags its flags; null when there is no such line
 * @param length bytes of the line without its end, so that the lines of the code keep their numbers
 * @param error what is wrong with it, as a reply, or null
 */
record ScriptHead(
        @Nullable Set<ScriptFlag> flags,
        int length,
        @Nullable String error) {

    private static final String FLAGS = "flags=";

    static ScriptHead of(byte[] source) {
        return of(source, 0, source.length);
    }

    static ScriptHead of(byte[] array, int offset, int length) {
        if (length < 2 || array[offset] != '#' || array[offset + 1] != '!') {
            return new ScriptHead(null, 0, null);
        }
        int end = 0;
        while (end < length && array[offset + end] != '\n') {
            end++;
        }
        if (end == length) {
            return wrong("Invalid script shebang");
        }
        List<String> words = CommandDecoder.words(new String(array, offset, end, StandardCharsets.ISO_8859_1));
        if (words == null || words.isEmpty()) {
            return wrong("Invalid engine in script shebang");
        }
        if (!words.getFirst().equals("#!lua")) {
            return wrong("Unexpected engine in script shebang: " + words.getFirst());
        }
        return options(words.subList(1, words.size()), end);
    }

    private static ScriptHead options(List<String> words, int length) {
        Set<ScriptFlag> flags = ScriptFlag.none();
        for (String word : words) {
            if (!word.startsWith(FLAGS)) {
                return wrong("Unknown lua shebang option: " + word);
            }
            String list = word.substring(FLAGS.length());
            for (String name : list.isEmpty() ? new String[0] : list.split(",", -1)) {
                ScriptFlag flag = ScriptFlag.of(name);
                if (flag == null) {
                    return wrong("Unexpected flag in script shebang: " + name);
                }
                flags.add(flag);
            }
        }
        return new ScriptHead(flags, length, null);
    }

    private static ScriptHead wrong(String text) {
        return new ScriptHead(null, 0, "ERR " + text);
    }
}
