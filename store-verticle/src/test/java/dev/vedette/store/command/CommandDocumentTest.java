package dev.vedette.store.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * docs/commands.md says what the declarations say. After a change write it anew with {@code VEDETTE_WRITE_DOCS=yes} in the environment,
 * and look at the difference.
 */
class CommandDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "commands.md");

    @Test
    void theDocumentIsTrue() throws IOException {
        String text = text();
        if (System.getenv("VEDETTE_WRITE_DOCS") != null) {
            Files.writeString(DOCUMENT, text);
        }
        assertEquals(text, Files.readString(DOCUMENT));
    }

    private static String text() {
        Map<String, List<Command>> groups = new TreeMap<>();
        int count = 0;
        for (Command command : new CommandTable(Families.ALL).all()) {
            groups.computeIfAbsent(command.group(), group -> new ArrayList<>()).add(command);
            count++;
        }
        StringBuilder text = new StringBuilder("# Commands\n\n")
                .append(
                        "Made from the declarations in `store-verticle/src/main/java/dev/vedette/store/command` (a test")
                .append(" keeps it so).\n")
                .append(count)
                .append(
                        " commands; what is not listed is answered with `ERR unknown command`. Behaviour is Redis 7.0's;")
                .append(" see [differences](differences.md).\n");
        groups.forEach((group, commands) -> {
            text.append("\n## ").append(group).append("\n\n| command | what it does | flags |\n|---|---|---|\n");
            commands.sort(Comparator.comparing(Command::name));
            commands.forEach(command -> row(text, command));
        });
        return text.toString();
    }

    private static void row(StringBuilder text, Command command) {
        text.append("| ")
                .append(command.fullName().replace("|", " ").toUpperCase(Locale.ROOT))
                .append(" | ")
                .append(command.summary().replace("|", "\\|"))
                .append(" | ")
                .append(String.join(
                        " ",
                        command.flags().stream()
                                .filter(flag -> flag != CommandFlag.TOUCHES_ARBITRARY_KEYS)
                                .map(CommandFlag::word)
                                .toList()))
                .append(" |\n");
        command.subcommands().values().forEach(sub -> row(text, sub));
    }
}
