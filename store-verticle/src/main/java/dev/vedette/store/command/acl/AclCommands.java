package dev.vedette.store.command.acl;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.CommandFlag.ADMIN;
import static dev.vedette.store.command.CommandFlag.LOADING;
import static dev.vedette.store.command.CommandFlag.NOSCRIPT;
import static dev.vedette.store.command.CommandFlag.SENTINEL;
import static dev.vedette.store.command.CommandFlag.STALE;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.Help;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** ACL and its subcommands. */
public final class AclCommands {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PASSWORD_BITS = 256;
    private static final int PASSWORD_BITS_MAX = 4096;
    private static final int LOG_ENTRIES = 10;

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(command(
                    "acl", "Tells of users and their rights, and changes them.")
            .since("6.0.0")
            .complexity("Depends on subcommand.")
            .group("server")
            .arity(-2)
            .flags(SENTINEL)
            .sub(
                    open("cat", "6.0.0", -2, "Lists the categories, or the commands of one.")
                            .complexity("O(1) since the categories and commands are a fixed set.")
                            .runs(AclCommands::cat),
                    admin("deluser", "6.0.0", -3, "Removes users and closes their connections.")
                            .complexity("O(1) amortized time considering the typical user.")
                            .runs(AclCommands::removeUsers),
                    admin("dryrun", "7.0.0", -4, "Tells whether a user might run a command.")
                            .complexity("O(1).")
                            .runs(AclCommands::dryRun),
                    open("genpass", "6.0.0", -2, "Makes a password that cannot be guessed.")
                            .complexity("O(1)")
                            .runs(AclCommands::generatePassword),
                    admin("getuser", "6.0.0", 3, "Tells what a user may do.")
                            .complexity("O(N). Where N is the number of password, command and pattern rules that the"
                                    + " user has.")
                            .runs(AclCommands::getUser),
                    Help.of(
                                    "acl",
                                    "6.0.0",
                                    "CAT [<category>]",
                                    "    List the commands of <category>, or the categories when none is given.",
                                    "DELUSER <username> [<username> ...]",
                                    "    Remove users.",
                                    "DRYRUN <username> <command> [<arg> ...]",
                                    "    Tell whether the user might run the command; it is not run.",
                                    "GENPASS [<bits>]",
                                    "    Make a random password of 256 bits, or of as many as are asked for.",
                                    "GETUSER <username>",
                                    "    Describe the user.",
                                    "LIST",
                                    "    Describe all users as in a configuration file.",
                                    "LOAD",
                                    "    Read the users from the ACL file again.",
                                    "LOG [<count> | RESET]",
                                    "    Show what was refused lately, or forget it.",
                                    "SAVE",
                                    "    Write the users to the ACL file.",
                                    "SETUSER <username> <attribute> [<attribute> ...]",
                                    "    Make a user, or change one.",
                                    "USERS",
                                    "    List the names of all users.",
                                    "WHOAMI",
                                    "    Answer the name of this connection's user.")
                            .flags(SENTINEL),
                    admin("list", "6.0.0", 2, "Describes all users as in a configuration file.")
                            .complexity("O(N). Where N is the number of configured users.")
                            .runs(AclCommands::list),
                    admin("load", "6.0.0", 2, "Reads the users from the ACL file again.")
                            .complexity("O(N). Where N is the number of configured users.")
                            .runs(AclCommands::load),
                    admin("log", "6.0.0", -2, "Shows what was refused lately.")
                            .complexity("O(N) with N being the number of entries shown.")
                            .runs(AclCommands::log),
                    admin("save", "6.0.0", 2, "Writes the users to the ACL file.")
                            .complexity("O(N). Where N is the number of configured users.")
                            .runs(AclCommands::save),
                    admin("setuser", "6.0.0", -3, "Makes a user, or changes one.")
                            .complexity("O(N). Where N is the number of rules provided.")
                            .secrets((args, argument) -> argument >= 2)
                            .runs(AclCommands::setUser),
                    admin("users", "6.0.0", 2, "Lists the names of all users.")
                            .complexity("O(N). Where N is the number of configured users.")
                            .runs(AclCommands::users),
                    open("whoami", "6.0.0", 2, "Answers the name of the client's user.")
                            .complexity("O(1)")
                            .runs(AclCommands::whoAmI)));

    private AclCommands() {}

    private static Command open(String name, String since, int arity, String summary) {
        return command(name, summary)
                .since(since)
                .group("server")
                .arity(arity)
                .flags(NOSCRIPT, LOADING, STALE, SENTINEL);
    }

    private static Command admin(String name, String since, int arity, String summary) {
        return open(name, since, arity, summary).flags(ADMIN);
    }

    private static void failWithArguments(Call call) {
        call.fail("ERR unknown subcommand or wrong number of arguments for '"
                + call.args().text(1) + "'. Try ACL HELP.");
    }

    private static void bulk(Replies out, String latin) {
        out.bulk(latin.getBytes(StandardCharsets.ISO_8859_1));
    }

    // ------------------------------------------------------------------ users

    private static void whoAmI(Call call) {
        if (call.session().account == null) {
            call.out().nil();
        } else {
            bulk(call.out(), call.session().userName());
        }
    }

    private static void users(Call call) {
        call.out().array(call.server.users.all().size());
        call.server.users.all().forEach(user -> bulk(call.out(), user.name()));
    }

    private static void list(Call call) {
        List<String> lines = call.server.users.describe();
        call.out().array(lines.size());
        lines.forEach(line -> bulk(call.out(), "user " + line));
    }

    private static void setUser(Call call) {
        String name = Users.text(call.bytes(2));
        if (Selector.hasBlanks(name)) {
            call.fail("ERR Usernames can't contain spaces or null characters");
            return;
        }
        List<String> rules = new ArrayList<>();
        for (int i = 3; i < call.argc(); i++) {
            rules.add(Users.text(call.bytes(i)));
        }
        String error = call.server.users.change(call.dispatcher(), name, rules);
        if (error == null) {
            call.out().ok();
        } else {
            call.fail("ERR " + error);
        }
    }

    private static void removeUsers(Call call) {
        for (int i = 2; i < call.argc(); i++) {
            if (Users.text(call.bytes(i)).equals("default")) {
                call.fail("ERR The 'default' user cannot be removed");
                return;
            }
        }
        int removed = 0;
        for (int i = 2; i < call.argc(); i++) {
            if (call.server.users.remove(call.dispatcher(), call.session(), Users.text(call.bytes(i)))) {
                removed++;
            }
        }
        call.out().integer(removed);
    }

    private static void getUser(Call call) {
        User user = call.server.users.find(Users.text(call.bytes(2)));
        Replies out = call.out();
        if (user == null) {
            out.nil();
            return;
        }
        out.map(6);
        out.bulk("flags");
        out.set(user.flags().size());
        user.flags().forEach(out::bulk);
        out.bulk("passwords");
        out.array(user.passwords().size());
        user.passwords().forEach(out::bulk);
        answerSelector(out, user.root());
        out.bulk("selectors");
        out.array(user.furtherSelectors().size());
        for (Selector selector : user.furtherSelectors()) {
            out.map(3);
            answerSelector(out, selector);
        }
    }

    private static void answerSelector(Replies out, Selector selector) {
        out.bulk("commands");
        bulk(out, selector.describeCommands());
        out.bulk("keys");
        bulk(out, selector.describeKeys());
        out.bulk("channels");
        bulk(out, selector.describeChannels());
    }

    // ------------------------------------------------------------------ the file

    private static boolean hasFile(Call call) {
        if (!UserFile.isConfigured(call.server.config)) {
            call.fail("ERR This Redis instance is not configured to use an ACL file. You may want to specify users via"
                    + " the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis"
                    + " configuration file set) in order to store users in the Redis configuration.");
        }
        return !call.failed();
    }

    private static void load(Call call) {
        if (hasFile(call)) {
            String errors = UserFile.load(call.server.config, call.server.users, call.dispatcher(), call.session());
            if (errors == null) {
                call.out().ok();
            } else {
                call.fail("ERR " + errors);
            }
        }
    }

    private static void save(Call call) {
        if (hasFile(call)) {
            try {
                UserFile.save(call.server.config, call.server.users);
                call.out().ok();
            } catch (IOException e) {
                call.server.users.warn("Writing ACL file for ACL SAVE: " + e);
                call.fail("ERR There was an error trying to save the ACLs. Please check the server logs for more"
                        + " information");
            }
        }
    }

    // ------------------------------------------------------------------ commands

    private static void cat(Call call) {
        if (call.argc() > 3) {
            failWithArguments(call);
        } else if (call.argc() == 2) {
            call.out().array(AclCategory.values().length);
            for (AclCategory category : AclCategory.values()) {
                call.out().bulk(category.word());
            }
        } else {
            AclCategory category = CommandCatalog.category(call.args().text(2));
            if (category == null) {
                call.fail("ERR Unknown category '" + call.args().text(2) + "'");
                return;
            }
            List<Command> commands = call.server.users.catalog().inCategory(category);
            call.out().array(commands.size());
            commands.forEach(command -> call.out().bulk(command.fullName()));
        }
    }

    private static void dryRun(Call call) {
        String name = Users.text(call.bytes(2));
        User user = call.server.users.find(name);
        if (user == null) {
            call.fail("ERR User '" + name + "' not found");
            return;
        }
        Args args = new Args();
        for (int i = 3; i < call.argc(); i++) {
            args.add(call.args().array(i), call.args().offset(i), call.args().length(i));
        }
        Command command = find(call, args);
        if (command == null) {
            call.fail("ERR Command '" + args.text(0) + "' not found");
        } else if (!command.takes(args.count())) {
            call.fail(Errors.arity(command.fullName()));
        } else {
            answerDryRun(call, command, args, user.judge(command, args));
        }
    }

    private static @Nullable Command find(Call call, Args args) {
        Command command = call.server.commands.find(args);
        return command == null || command.subcommands().isEmpty() || args.count() == 1
                ? command
                : command.subcommand(args.text(1));
    }

    private static void answerDryRun(Call call, Command command, Args args, @Nullable Denial denial) {
        if (denial == null) {
            call.out().ok();
            return;
        }
        String what = denial.reason() == Denial.Reason.COMMAND
                ? "run the '" + command.fullName() + "' command"
                : "access the '" + Users.text(args.bytes(denial.argument())) + "' "
                        + denial.reason().name().toLowerCase(Locale.ROOT);
        bulk(call.out(), "This user has no permissions to " + what);
    }

    // ------------------------------------------------------------------ the rest

    private static void generatePassword(Call call) {
        if (call.argc() > 3) {
            failWithArguments(call);
            return;
        }
        long bits = call.argc() == 3 ? call.integerArg(2) : PASSWORD_BITS;
        if (call.failed()) {
            return;
        }
        if (bits <= 0 || bits > PASSWORD_BITS_MAX) {
            call.fail("ERR ACL GENPASS argument must be the number of bits for the output password, a positive number"
                    + " up to " + PASSWORD_BITS_MAX);
            return;
        }
        int digits = (int) (bits + 3) / 4;
        StringBuilder password = new StringBuilder(digits);
        for (int i = 0; i < digits; i++) {
            password.append(Character.forDigit(RANDOM.nextInt(16), 16));
        }
        call.out().bulk(password.toString());
    }

    private static void log(Call call) {
        SecurityLog log = call.server.users.log;
        if (call.argc() > 3) {
            failWithArguments(call);
        } else if (call.argc() == 3 && call.args().is(2, "reset")) {
            log.clear();
            call.out().ok();
        } else {
            long count = call.argc() == 3 ? call.integerArg(2) : LOG_ENTRIES;
            if (!call.failed()) {
                List<SecurityLog.Entry> entries = log.newest(count);
                call.out().array(entries.size());
                entries.forEach(entry -> answer(call.out(), entry, call.nowMillis()));
            }
        }
    }

    private static void answer(Replies out, SecurityLog.Entry entry, long nowMillis) {
        out.map(7);
        out.bulk("count");
        out.integer(entry.count);
        out.bulk("reason");
        out.bulk(entry.offence.reason().word());
        out.bulk("context");
        out.bulk(entry.offence.context());
        out.bulk("object");
        bulk(out, entry.offence.object());
        out.bulk("username");
        bulk(out, entry.offence.user());
        out.bulk("age-seconds");
        out.dbl((nowMillis - entry.atMillis) / 1000.0);
        out.bulk("client-info");
        bulk(out, entry.client);
    }
}
