package dev.vedette.sentinel.serve;

import static dev.vedette.sentinel.serve.Command.command;

import dev.vedette.sentinel.acl.AclUser;
import dev.vedette.sentinel.acl.AclUsers;
import dev.vedette.sentinel.config.ConfigWords;
import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** ACL: users and their rules. */
final class AclFamily {

    private static final String[] ALWAYS = {"noscript", "loading", "stale"};
    private static final String[] ADMIN = {"admin", "noscript", "loading", "stale"};
    private static final String NO_FILE = "This Redis instance is not configured to use an ACL file. You may want to"
            + " specify users via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis"
            + " configuration file set) in order to store users in the Redis configuration.";

    private final Door door;
    private final Watch watch;
    private final Logger log;
    private final SecureRandom random = new SecureRandom();

    AclFamily(Door door, Watch watch, Logger log) {
        this.door = door;
        this.watch = watch;
        this.log = log;
    }

    List<Command> commands() {
        return List.of(command("acl", "Groups the commands about users.")
                .since("6.0.0")
                .arity(-2)
                .containing(List.of(
                        about("cat", "Lists categories, or the commands of one.", -2, ALWAYS)
                                .runs(this::cat),
                        about("deluser", "Removes users and closes their connections.", -3, ADMIN)
                                .runs(this::deleteUser),
                        about("dryrun", "Tells whether a user may run a command.", -4, ADMIN)
                                .runs(this::dryRun),
                        about("genpass", "Makes up a password.", -2, ALWAYS).runs(this::generatePassword),
                        about("getuser", "Shows a user's rules.", 3, ADMIN).runs(this::getUser),
                        about("help", "Lists the subcommands.", 2, "loading", "stale")
                                .runs(call -> call.answer(Help.of(
                                        "ACL",
                                        "CAT [<category>]",
                                        "    List categories, or the commands of one.",
                                        "DELUSER <username> [<username> ...]",
                                        "    Remove users.",
                                        "DRYRUN <username> <command> [<arg> ...]",
                                        "    Tell whether a user may run a command.",
                                        "GENPASS [<bits>]",
                                        "    Make up a password.",
                                        "GETUSER <username>",
                                        "    Show a user's rules.",
                                        "LIST",
                                        "    Show all users as the configuration file would.",
                                        "LOAD",
                                        "    Read the users from the ACL file.",
                                        "LOG [<count>|RESET]",
                                        "    Show what was refused.",
                                        "SAVE",
                                        "    Write the users to the ACL file.",
                                        "SETUSER <username> <rule> [<rule> ...]",
                                        "    Make or change a user.",
                                        "USERS",
                                        "    List names of users.",
                                        "WHOAMI",
                                        "    Tell the user of this connection."))),
                        about("list", "Shows all users as the configuration file would.", 2, ADMIN)
                                .runs(call ->
                                        call.answer(Answers.texts(door.users().lines()))),
                        about("load", "Reads the users from the ACL file.", 2, ADMIN)
                                .runs(this::load),
                        about("log", "Shows what was refused.", -2, ADMIN).runs(this::log),
                        about("save", "Writes the users to the ACL file.", 2, ADMIN)
                                .runs(this::save),
                        about("setuser", "Makes or changes a user.", -3, ADMIN).runs(this::setUser),
                        about("users", "Lists names of users.", 2, ADMIN)
                                .runs(call -> call.answer(Answers.texts(door.users().all().stream()
                                        .map(AclUser::name)
                                        .toList()))),
                        about("whoami", "Tells the user of this connection.", 2, ALWAYS)
                                .runs(call ->
                                        call.answer(Reply.Bulk.of(call.client().userName()))))));
    }

    private static Command.Draft about(String name, String summary, int arity, String... flags) {
        return command("acl|" + name, summary).since("6.0.0").arity(arity).flags(flags);
    }

    private void cat(Call call) {
        if (call.size() == 2) {
            call.answer(Answers.texts(AclUser.CATEGORIES));
            return;
        }
        String category = call.word(2).toLowerCase(Locale.ROOT);
        if (call.size() > 3 || !AclUser.CATEGORIES.contains(category)) {
            call.answer(Answers.error("Unknown category '" + call.word(2) + "'"));
            return;
        }
        call.answer(Answers.texts(door.table().all().stream()
                .filter(command -> door.table().categoriesOf(command).contains(category))
                .toList()));
    }

    private void deleteUser(Call call) {
        int deleted = 0;
        for (String name : call.words().subList(2, call.size())) {
            if (name.equals(AclUsers.DEFAULT)) {
                call.answer(Answers.error("The 'default' user cannot be removed"));
                return;
            }
        }
        for (String name : call.words().subList(2, call.size())) {
            if (door.users().remove(name)) {
                deleted++;
                closeClientsOf(name, call.client());
            }
        }
        call.answer(new Reply.Int(deleted));
    }

    /** Whoever removes itself still gets its answer. */
    private void closeClientsOf(String user, Client caller) {
        for (Client client : door.clients()) {
            if (client.userName().equals(user)) {
                if (client == caller) {
                    client.closeAfterAnswers();
                } else {
                    client.close();
                }
            }
        }
    }

    private void dryRun(Call call) {
        Optional<AclUser> user = door.users().named(call.word(2));
        if (user.isEmpty()) {
            call.answer(Answers.error("User '" + call.word(2) + "' not found"));
            return;
        }
        switch (door.table().lookup(call.words().subList(3, call.size()))) {
            case CommandTable.Lookup.Wrong wrong -> call.answer(wrong.answer());
            case CommandTable.Lookup.Found found ->
                call.answer(
                        user.get().mayRun(found.command().name())
                                ? Answers.OK
                                : Reply.Bulk.of("This user has no permissions to run the '"
                                        + found.command().name() + "' command"));
        }
    }

    private void generatePassword(Call call) {
        int bits = 256;
        if (call.size() > 2) {
            if (call.size() > 3 || !call.word(2).matches("[1-9]\\d{0,3}") || Integer.parseInt(call.word(2)) > 4096) {
                call.answer(Answers.error("ACL GENPASS argument must be the number of bits for the output password, a"
                        + " positive number up to 4096"));
                return;
            }
            bits = Integer.parseInt(call.word(2));
        }
        StringBuilder password = new StringBuilder();
        for (int digit = 0; digit < (bits + 3) / 4; digit++) {
            password.append(Character.forDigit(random.nextInt(16), 16));
        }
        call.answer(Reply.Bulk.of(password.toString()));
    }

    private void getUser(Call call) {
        Optional<AclUser> found = door.users().named(call.word(2));
        if (found.isEmpty()) {
            call.answer(Answers.NULL);
            return;
        }
        AclUser user = found.get();
        call.answer(new Answers.Fields()
                .put(
                        "flags",
                        new Reply.Set(user.flags().stream()
                                .map(Reply.Bulk::of)
                                .map(Reply.class::cast)
                                .toList()))
                .put(
                        "passwords",
                        Answers.texts(user.passwordHashes().stream().sorted().toList()))
                .put("commands", user.commandRules())
                .put("keys", user.keyRules())
                .put("channels", user.channelRules())
                .put("selectors", new Reply.Array(List.of()))
                .build());
    }

    private void setUser(Call call) {
        String name = call.word(2);
        if (name.contains(" ") || name.contains("\0")) {
            call.answer(Answers.error("Usernames can't contain spaces or null characters"));
            return;
        }
        Optional<AclUsers.BadRule> refused = door.users().set(name, call.words().subList(3, call.size()));
        call.answer(
                refused.map(bad -> Answers.error("Error in ACL SETUSER modifier '" + bad.rule() + "': " + bad.reason()))
                        .orElse(Answers.OK));
    }

    private void log(Call call) {
        int count = 10;
        if (call.size() == 3 && call.word(2).equalsIgnoreCase("reset")) {
            door.aclLog().clear();
            call.answer(Answers.OK);
            return;
        } else if (call.size() == 3) {
            if (!call.word(2).matches("-?\\d{1,9}")) {
                call.answer(Answers.error("value is not an integer or out of range"));
                return;
            }
            count = Math.max(0, Integer.parseInt(call.word(2)));
        } else if (call.size() > 3) {
            call.answer(CommandTable.wrongNumberOfArguments("acl|log"));
            return;
        }
        call.answer(door.aclLog().newest(count, watch.nowMs()));
    }

    private void load(Call call) {
        Optional<Path> file = watch.config().aclFile();
        if (file.isEmpty()) {
            call.answer(Answers.error(NO_FILE));
            return;
        }
        List<String> before = door.users().lines();
        Optional<String> refused = readFile(file.get(), door.users());
        if (refused.isPresent()) {
            call.answer(Answers.error(refused.get()));
            return;
        }
        for (AclUser user : door.users().all()) {
            if (!before.contains("user " + String.join(" ", user.words()))) {
                closeClientsOf(user.name(), call.client());
            }
        }
        call.answer(Answers.OK);
    }

    /** Reads an ACL file; why not, or empty. Blocks for a small file, at start and when an operator asks. */
    static Optional<String> readFile(Path file, AclUsers users) {
        List<List<String>> declarations = new ArrayList<>();
        try {
            int number = 0;
            for (String line : Files.readAllLines(file)) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                Optional<List<String>> words = ConfigWords.split(line);
                if (words.isEmpty()
                        || words.get().size() < 2
                        || !words.get().getFirst().equals("user")) {
                    return Optional.of(file + ":" + number + ": line should start with user keyword. ");
                }
                declarations.add(words.get().subList(1, words.get().size()));
            }
        } catch (IOException unreadable) {
            return Optional.of("Error loading ACLs, opening file '" + file + "': " + unreadable.getMessage());
        }
        return users.replace(declarations);
    }

    private void save(Call call) {
        Optional<Path> file = watch.config().aclFile();
        if (file.isEmpty()) {
            call.answer(Answers.error(NO_FILE));
            return;
        }
        try {
            Path draft = Files.createTempFile(file.get().toAbsolutePath().getParent(), "acl", ".tmp");
            Files.write(draft, door.users().lines());
            Files.move(draft, file.get(), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
            call.answer(Answers.OK);
        } catch (IOException unwritable) {
            log.log(Level.WARNING, "Opening temp ACL file for ACL SAVE: {0}", unwritable.getMessage());
            call.answer(Answers.error(
                    "There was an error trying to save the ACLs. Please check the server logs for more information"));
        }
    }
}
