package dev.vedette.sentinel.acl;

import java.util.Collection;
import java.util.Set;

/** What the rules of users can speak of: implemented by the table of commands. */
public interface CommandNames {

    /** Names of all commands, {@code container|sub} for subcommands, lower case. */
    Collection<String> all();

    /** Categories of a command named in {@link #all()}, without the {@code @}. */
    Set<String> categoriesOf(String command);
}
