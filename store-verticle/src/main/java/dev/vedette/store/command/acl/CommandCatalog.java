package dev.vedette.store.command.acl;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Command;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The commands as ACL rules name them: by the names they were declared with, whatever rename-command did. */
final class CommandCatalog {

    private final List<Command> all;
    private final Map<String, Command> byFullName = new HashMap<>();
    private final Map<AclCategory, List<Command>> byCategory = new EnumMap<>(AclCategory.class);

    /** The commands of a table, subcommands included, by their numbers. */
    CommandCatalog(List<Command> declared) {
        all = declared;
        for (AclCategory category : AclCategory.values()) {
            byCategory.put(category, new ArrayList<>());
        }
        for (Command command : declared) {
            byFullName.put(command.fullName(), command);
            for (AclCategory category : command.categories()) {
                inCategory(category).add(command);
            }
        }
    }

    /** All commands; each container stands before its subcommands. */
    List<Command> all() {
        return all;
    }

    /** The command of that name, {@code container|subcommand} included, in any case. */
    @Nullable
    Command find(String name) {
        return byFullName.get(name.toLowerCase(Locale.ROOT));
    }

    /** The category of that name in any case, or null. */
    static @Nullable AclCategory category(String name) {
        for (AclCategory category : AclCategory.values()) {
            if (category.word().equalsIgnoreCase(name)) {
                return category;
            }
        }
        return null;
    }

    /** The commands and subcommands of a category. */
    List<Command> inCategory(AclCategory category) {
        return byCategory.getOrDefault(category, List.of());
    }
}
