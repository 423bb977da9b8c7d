package dev.vedette.store.command.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.store.MemoryServer;
import dev.vedette.store.command.Command;
import dev.vedette.wire.rdb.RealRedis;
import dev.vedette.wire.resp.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each command is declared as a real redis-server declares it: COMMAND INFO, and since and group of COMMAND DOCS. */
class CommandTableRedisIT {

    /** Names of the elements of COMMAND INFO's reply for one command. */
    private static final List<String> ELEMENTS = List.of(
            "name",
            "arity",
            "flags",
            "first key",
            "last key",
            "step",
            "categories",
            "tips",
            "key specs",
            "subcommands");

    private static final int SUBCOMMANDS = 9;

    /** What differs from Redis 7.0 on purpose, with the reason. Exact: what no longer differs must be taken out. */
    private static final Map<String, String> KNOWN = new TreeMap<>(Map.of(
            "client|no-touch", "Redis 7.2 has it, and clients ask for it",
            "client|setinfo", "Redis 7.2 has it, and clients send it on connecting"));

    @TempDir
    Path folder;

    private final Map<String, String> differences = new TreeMap<>();

    @Test
    void everyCommandIsDeclaredAsInRedis() throws Exception {
        MemoryServer server = new MemoryServer();
        try (RealRedis redis = RealRedis.start(folder)) {
            for (Command command : server.state.commands.all()) {
                compare(
                        element(redis.command("COMMAND", "INFO", command.name())),
                        element(Objects.requireNonNull(server.client().command("COMMAND", "INFO", command.name()))));
                compareDocs(command, redis);
            }
        }
        Map<String, String> unknown = new TreeMap<>(differences);
        unknown.keySet().removeAll(KNOWN.keySet());
        assertEquals("", lines(unknown));
        assertEquals(
                lines(KNOWN),
                KNOWN.keySet().stream()
                        .filter(differences::containsKey)
                        .map(known -> known + ": " + KNOWN.get(known) + "\n")
                        .collect(Collectors.joining()));
    }

    private static Reply element(Reply info) {
        return ((Reply.Array) info).values().getFirst();
    }

    private void compare(Reply real, Reply ours) {
        List<Reply> own = ((Reply.Array) ours).values();
        String name = text(own.getFirst());
        if (!(real instanceof Reply.Array(List<Reply> theirs))) {
            differences.put(name, "Redis has no such command");
            return;
        }
        for (int i = 0; i < SUBCOMMANDS; i++) {
            // Redis shows sets in the order of their bits, as we do; notes on key specs are left out.
            String expected = show(withoutNotes(theirs.get(i)));
            String actual = show(own.get(i));
            if (!expected.equals(actual)) {
                differences.put(name + " " + ELEMENTS.get(i), "Redis " + expected + ", here " + actual);
            }
        }
        Map<String, Reply> theirSubcommands = byName(theirs.get(SUBCOMMANDS));
        Map<String, Reply> ownSubcommands = byName(own.get(SUBCOMMANDS));
        for (String sub : theirSubcommands.keySet()) {
            if (!ownSubcommands.containsKey(sub)) {
                differences.put(sub, "missing here");
            }
        }
        ownSubcommands.forEach((sub, info) -> {
            Reply theirInfo = theirSubcommands.get(sub);
            if (theirInfo == null) {
                differences.put(sub, "Redis has no such command");
            } else {
                compare(theirInfo, info);
            }
        });
    }

    private static Map<String, Reply> byName(Reply subcommands) {
        TreeMap<String, Reply> byName = new TreeMap<>();
        for (Reply sub : ((Reply.Array) subcommands).values()) {
            byName.put(text(((Reply.Array) sub).values().getFirst()), sub);
        }
        return byName;
    }

    /** In RESP2 a map is an array of names and values. */
    private static Reply withoutNotes(Reply reply) {
        if (!(reply instanceof Reply.Array(List<Reply> values))) {
            return reply;
        }
        List<Reply> kept = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof Reply.Bulk
                    && "notes".equals(values.get(i).text())) {
                i++;
            } else {
                kept.add(withoutNotes(values.get(i)));
            }
        }
        return new Reply.Array(kept);
    }

    private void compareDocs(Command command, RealRedis redis) throws Exception {
        List<Command> all = new ArrayList<>(List.of(command));
        all.addAll(command.subcommands().values());
        for (Command each : all) {
            Map<String, String> theirs = pairs(redis.command("COMMAND", "DOCS", each.fullName()));
            if (theirs.isEmpty()) {
                continue;
            }
            check(each, "since", theirs, each.since());
            check(each, "group", theirs, each.group());
        }
    }

    private void check(Command command, String what, Map<String, String> theirs, String ours) {
        String expected = theirs.getOrDefault(what, "");
        if (!expected.equals(ours)) {
            differences.put(command.fullName() + " " + what, "Redis " + expected + ", here " + ours);
        }
    }

    private static Map<String, String> pairs(Reply docs) {
        TreeMap<String, String> pairs = new TreeMap<>();
        List<Reply> outer = ((Reply.Array) docs).values();
        if (outer.size() == 2) {
            List<Reply> inner = ((Reply.Array) outer.get(1)).values();
            for (int i = 0; i + 1 < inner.size(); i += 2) {
                pairs.put(text(inner.get(i)), show(inner.get(i + 1)));
            }
        }
        return pairs;
    }

    private static String text(Reply reply) {
        return Objects.requireNonNull(reply.text());
    }

    private static String show(Reply reply) {
        return switch (reply) {
            case Reply.Array(List<Reply> values) ->
                values.stream().map(CommandTableRedisIT::show).toList().toString();
            case Reply.Int(long value) -> Long.toString(value);
            default -> String.valueOf(reply.text());
        };
    }

    private static String lines(Map<String, String> map) {
        StringBuilder lines = new StringBuilder();
        map.forEach((key, value) -> lines.append(key).append(": ").append(value).append('\n'));
        return lines.toString();
    }
}
