package dev.vedette.store.command.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandTable;
import dev.vedette.store.command.Families;
import dev.vedette.store.session.Args;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a set of commands says of itself makes the same set again. */
class CommandSetTest {

    private static final int SEEDS = 400;

    private final CommandCatalog catalog = new CommandCatalog(new CommandTable(Families.ALL).declared());

    @Test
    void descriptionMakesTheSameSet() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            CommandSet set = new CommandSet(catalog);
            StringBuilder applied = new StringBuilder("seed " + seed + ":");
            for (int i = random.nextInt(12); i >= 0; i--) {
                String rule = randomRule(random);
                applied.append(' ').append(rule);
                apply(set, rule);
            }
            CommandSet again = new CommandSet(catalog);
            for (String rule : set.describe().split(" ")) {
                apply(again, rule);
            }
            assertSame(set, again, applied + " described as " + set.describe());
        }
    }

    private String randomRule(Random random) {
        Command command = catalog.all().get(random.nextInt(catalog.all().size()));
        AclCategory category = AclCategory.values()[random.nextInt(AclCategory.values().length)];
        boolean takesArgument =
                command.parent() == null && command.subcommands().isEmpty();
        return switch (random.nextInt(10)) {
            case 0 -> "+@all";
            case 1 -> "-@all";
            case 2, 3 -> "+@" + category.word();
            case 4, 5 -> "-@" + category.word();
            case 6, 7 -> "+" + command.fullName();
            case 8 -> takesArgument ? "+" + command.fullName() + "|first" : "+" + command.fullName();
            default -> "-" + command.fullName();
        };
    }

    private static void apply(CommandSet set, String rule) {
        switch (rule) {
            case "+@all" -> set.addAll();
            case "-@all" -> set.removeAll();
            default -> assertNull(set.apply(rule), rule);
        }
    }

    private void assertSame(CommandSet expected, CommandSet actual, String how) {
        for (Command command : catalog.all()) {
            for (Args args : List.of(Args.of("x"), Args.of("x", "FIRST"), Args.of("x", "other"))) {
                assertEquals(
                        expected.allows(command, args),
                        actual.allows(command, args),
                        () -> command.fullName() + " " + args.count() + " in " + how);
            }
        }
        assertEquals(expected.describe(), actual.describe(), how);
    }
}
