package dev.vedette.store.command.acl;

import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.config.ServerConfig;
import dev.vedette.store.session.Session;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The file that keeps the users (aclfile): a line for each, {@code user name rules...}, and nothing else. */
final class UserFile {

    private UserFile() {}

    /** Whether there is to be such a file. */
    static boolean isConfigured(ServerConfig config) {
        return !config.getString("aclfile").isEmpty();
    }

    /** Reads it at the start; answers what is wrong with it, or null. */
    static @Nullable String load(ServerConfig config, Users users) {
        return load(config, users, null, null);
    }

    /**
     * Reads it: all of its users replace those there are, or none.
     *
     * @param asking the client that asked for it; it, too, is closed when its user is replaced, but after the reply
     * @return what is wrong with the file, or null
     */
    static @Nullable String load(
            ServerConfig config, Users users, @Nullable Dispatcher dispatcher, @Nullable Session asking) {
        Path path = config.getPath("aclfile");
        String content;
        try {
            content = Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "Error loading ACLs, opening file '" + config.getString("aclfile") + "': " + reason(e);
        }
        Map<String, User> read = new TreeMap<>();
        StringBuilder errors = new StringBuilder();
        int number = 0;
        for (String line : content.split("\n", -1)) {
            number++;
            String text = line.strip();
            if (!text.isEmpty()) {
                readLine(users, config.getString("aclfile"), number, text, read, errors);
            }
        }
        if (!errors.isEmpty()) {
            return errors + "WARNING: ACL errors detected, no change to the previously active ACL rules was performed";
        }
        users.replaceAll(read, dispatcher, asking);
        return null;
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException ? "No such file or directory" : String.valueOf(e.getMessage());
    }

    private static void readLine(
            Users users, String file, int number, String text, Map<String, User> read, StringBuilder errors) {
        String place = file + ":" + number;
        List<String> words = List.of(text.split(" ", -1));
        if (!words.getFirst().equals("user") || words.size() < 2) {
            errors.append(place).append(" should start with user keyword followed by the username. ");
            return;
        }
        String name = words.get(1);
        if (Selector.hasBlanks(name)) {
            errors.append("'" + place + ": username '" + name + "' contains invalid characters. ");
            return;
        }
        User user = users.newUser(name);
        if (read.putIfAbsent(name, user) != null) {
            errors.append("WARNING: Duplicate user '" + name + "' found on line " + number + ". ");
            return;
        }
        List<String> rules = Rules.merge(words.subList(2, words.size()));
        if (rules == null) {
            errors.append(place).append(": Unmatched parenthesis in selector definition.");
            return;
        }
        applyRules(user, rules, place, errors);
    }

    /** Rules may hold secrets: only those about commands are shown, of the others just the first one's kind of error. */
    private static void applyRules(User user, List<String> rules, String place, StringBuilder errors) {
        boolean told = false;
        for (String rule : rules) {
            RuleError error = user.apply(rule.strip());
            if (error == RuleError.UNKNOWN_COMMAND) {
                errors.append(place + ": Error in applying operation '" + rule.strip() + "': " + error.text() + ". ");
            } else if (error != null && !told) {
                errors.append(place + ": " + error.text() + ". ");
                told = true;
            }
        }
    }

    /** Writes all users; the file is the old one or the new one, whole, whatever happens. */
    static void save(ServerConfig config, Users users) throws IOException {
        StringBuilder lines = new StringBuilder();
        users.describe().forEach(line -> lines.append("user ").append(line).append('\n'));
        Path path = config.getPath("aclfile");
        Path fresh = path.resolveSibling(
                path.getFileName() + ".tmp-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
        try {
            Files.write(fresh, lines.toString().getBytes(StandardCharsets.ISO_8859_1), StandardOpenOption.CREATE_NEW);
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
