package dev.vedette.store.command;

import dev.vedette.store.session.Args;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The commands of one node by name, with that node's counters: every family's declarations, once.
 *
 * <p>Looked up without garbage: an open-addressing table over the lower-cased bytes of the name.
 */
public final class CommandTable {

    private static final int NAME_BYTES_MAX = 32;

    private final Map<String, Command> byName = new LinkedHashMap<>();
    private final List<Command> declared = new ArrayList<>();
    private final @Nullable Command[] slots;
    private final byte[][] names;

    /** A table of those families; a name declared twice is an {@link IllegalStateException}. */
    public CommandTable(List<List<Command>> families) {
        for (List<Command> family : families) {
            for (Command command : family) {
                Command own = command.fresh();
                if (byName.put(command.name(), own) != null) {
                    throw new IllegalStateException("command declared twice: " + command.name());
                }
                number(own);
            }
        }
        int size = Integer.highestOneBit(Math.max(16, byName.size() * 4));
        slots = new @Nullable Command[size];
        names = new byte[size][];
        byName.forEach(this::fill);
    }

    private void number(Command command) {
        command.setNumber(declared.size());
        declared.add(command);
        command.subcommands().values().forEach(this::number);
    }

    /** All commands and subcommands by their numbers, under the names they were declared with, those renamed away, too. */
    public List<Command> declared() {
        return declared;
    }

    private void fill(String name, Command command) {
        byte[] bytes = name.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        int slot = hash(bytes, 0, bytes.length) & slots.length - 1;
        while (slots[slot] != null) {
            slot = slot + 1 & slots.length - 1;
        }
        slots[slot] = command;
        names[slot] = bytes;
    }

    /**
     * rename-command: the command gets another name, or none when {@code newName} is empty.
     *
     * @return why that cannot be, or null
     */
    public @Nullable String rename(String name, String newName) {
        Command command = byName.remove(name.toLowerCase(Locale.ROOT));
        if (command == null) {
            return "No such command in rename-command";
        }
        if (!newName.isEmpty() && byName.putIfAbsent(newName.toLowerCase(Locale.ROOT), command) != null) {
            return "Target command name already exists";
        }
        java.util.Arrays.fill(slots, null);
        byName.forEach(this::fill);
        return null;
    }

    private static int hash(byte[] array, int offset, int length) {
        int hash = length;
        for (int i = offset; i < offset + length; i++) {
            int c = array[i];
            if (c >= 'A' && c <= 'Z') {
                c += 32;
            }
            hash = hash * 31 + c;
        }
        return hash ^ hash >>> 15;
    }

    /** The command that the arguments name, container or not, or null. */
    public @Nullable Command find(Args args) {
        byte[] array = args.array(0);
        int offset = args.offset(0);
        int length = args.length(0);
        if (length > NAME_BYTES_MAX) {
            return length > 512 ? null : byName.get(args.text(0).toLowerCase(Locale.ROOT));
        }
        int slot = hash(array, offset, length) & slots.length - 1;
        while (true) {
            Command command = slots[slot];
            if (command == null) {
                return null;
            }
            if (same(names[slot], array, offset, length)) {
                return command;
            }
            slot = slot + 1 & slots.length - 1;
        }
    }

    /** The command that the arguments name: a container's subcommand; null when there is none of that name. */
    public @Nullable Command resolve(Args args) {
        Command command = find(args);
        if (command != null && !command.subcommands().isEmpty() && args.count() > 1) {
            return command.subcommand(args.text(1));
        }
        return command;
    }

    private static boolean same(byte[] name, byte[] array, int offset, int length) {
        if (name.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int c = array[offset + i];
            if (c >= 'A' && c <= 'Z') {
                c += 32;
            }
            if (c != name[i]) {
                return false;
            }
        }
        return true;
    }

    /** The command of that name in any case, {@code container|sub} for a subcommand, or null. */
    public @Nullable Command get(String anyCase) {
        String name = anyCase.toLowerCase(Locale.ROOT);
        int bar = name.indexOf('|');
        if (bar < 0) {
            return byName.get(name);
        }
        Command container = byName.get(name.substring(0, bar));
        return container == null ? null : container.subcommand(name.substring(bar + 1));
    }

    /** All commands, without subcommands. */
    public Collection<Command> all() {
        return byName.values();
    }

    /** All commands that run something, subcommands included. */
    public List<Command> allRunnable() {
        List<Command> all = new ArrayList<>();
        for (Command command : byName.values()) {
            if (command.subcommands().isEmpty() || command.handler() != null) {
                all.add(command);
            }
            all.addAll(command.subcommands().values());
        }
        return all;
    }
}
