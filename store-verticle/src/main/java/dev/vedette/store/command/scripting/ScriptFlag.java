package dev.vedette.store.command.scripting;

import dev.vedette.store.command.CommandFlag;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a script says of itself, in its first line or when a function is registered. */
enum ScriptFlag {
    NO_WRITES,
    ALLOW_OOM,
    ALLOW_STALE,
    NO_CLUSTER,
    ALLOW_CROSS_SLOT_KEYS;

    /** The word that scripts use. */
    String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The flag of that word, or null. */
    static @Nullable ScriptFlag of(String word) {
        for (ScriptFlag flag : values()) {
            if (flag.word().equals(word)) {
                return flag;
            }
        }
        return null;
    }

    /** No flags. */
    static Set<ScriptFlag> none() {
        return EnumSet.noneOf(ScriptFlag.class);
    }

    /** The flags of a command that runs a script with these flags. */
    static long commandFlags(long declared, Set<ScriptFlag> flags) {
        long bits = declared
                & ~(CommandFlag.STALE.bit()
                        | CommandFlag.DENYOOM.bit()
                        | CommandFlag.WRITE.bit()
                        | CommandFlag.MAY_REPLICATE.bit());
        if (!flags.contains(NO_WRITES)) {
            bits |= CommandFlag.WRITE.bit();
            if (!flags.contains(ALLOW_OOM)) {
                bits |= CommandFlag.DENYOOM.bit();
            }
        }
        if (flags.contains(ALLOW_STALE)) {
            bits |= CommandFlag.STALE.bit();
        }
        return bits;
    }
}
