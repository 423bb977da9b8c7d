package dev.vedette.store.command.scripting;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A script in the cache, or a function of a library: what can be run.
 *
 * @param name the SHA-1 of its source in hexadecimal, or the function's name
 * @param flags what it says of itself; null when it says nothing, as all scripts before Redis 7
 * @param key where its machine keeps it
 */
record Script(String name, @Nullable Set<ScriptFlag> flags, int key) {

    /** Whether it says so of itself. */
    boolean has(ScriptFlag flag) {
        Set<ScriptFlag> own = flags;
        return own != null && own.contains(flag);
    }
}
