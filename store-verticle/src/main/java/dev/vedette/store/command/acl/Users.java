package dev.vedette.store.command.acl;

import dev.vedette.store.command.Command;
import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.command.connection.ClientLine;
import dev.vedette.store.config.ConfigLine;
import dev.vedette.store.config.FatalConfigException;
import dev.vedette.store.session.Account;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.ByteKey;
import dev.vedette.store.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All users, who a client is, and what that lets it do.
 *
 * <p>The user called default is what every new client is. It always exists, as the same object.
 */
public final class Users implements Dispatcher.AccessControl {

    private static final String DEFAULT = "default";

    private final ServerState server;
    private final CommandCatalog catalog;
    private final Map<String, User> users = new TreeMap<>();
    private final User defaultUser;
    final SecurityLog log = new SecurityLog();

    /** The default user alone, with the password that requirepass says. */
    public Users(ServerState server) {
        this.server = server;
        this.catalog = new CommandCatalog(server.commands.declared());
        this.defaultUser = newDefaultUser();
        users.put(DEFAULT, defaultUser);
        setDefaultPassword(server.config.getString("requirepass"));
        server.config.onChange(
                config -> {
                    setDefaultPassword(config.getString("requirepass"));
                    return null;
                },
                "requirepass");
    }

    private User newDefaultUser() {
        User user = newUser(DEFAULT);
        for (String rule : List.of("+@all", "~*", "&*", "on", "nopass")) {
            user.apply(rule);
        }
        return user;
    }

    private void setDefaultPassword(String password) {
        defaultUser.apply("resetpass");
        defaultUser.apply(password.isEmpty() ? "nopass" : ">" + password);
    }

    /** A user that is in no list yet. */
    User newUser(String name) {
        return new User(
                name,
                catalog,
                () -> server.config.getString("acl-pubsub-default").equals("allchannels"));
    }

    // ------------------------------------------------------------------ the start

    /**
     * Makes the users that the configuration names, in lines of its own or in a file.
     *
     * @throws FatalConfigException when they cannot be made: the server must not start
     */
    public void load() throws FatalConfigException {
        List<ConfigLine> lines = server.config.userLines();
        checkSyntax(lines);
        boolean hasFile = UserFile.isConfigured(server.config);
        if (hasFile && !lines.isEmpty()) {
            throw FatalConfigException.logged("Configuring Redis with users defined in redis.conf and at the same"
                    + " setting an ACL file path is invalid. This setup is very likely to lead to configuration errors"
                    + " and security holes, please define either an ACL file or declare users directly in your"
                    + " redis.conf, but not both.");
        }
        for (ConfigLine line : lines) {
            make(line.words());
        }
        String errors = hasFile ? UserFile.load(server.config, this) : null;
        if (errors != null) {
            throw FatalConfigException.logged("Aborting Redis startup because of ACL errors: " + errors);
        }
    }

    private void checkSyntax(List<ConfigLine> lines) throws FatalConfigException {
        Map<String, ConfigLine> seen = new TreeMap<>();
        for (ConfigLine line : lines) {
            String name = line.words().get(1);
            if (seen.put(name, line) != null) {
                throw line.refuse("Error in user declaration '" + name
                        + "': Duplicate user found. A user can only be defined once in config files");
            }
            List<String> words = line.words().subList(2, line.words().size());
            List<String> rules = Rules.merge(words);
            if (rules == null) {
                throw line.refuse("Error in user declaration '" + Rules.unmatched(words)
                        + "': Unmatched parenthesis in selector definition.");
            }
            User draft = newUser(name);
            for (int i = 0; i < rules.size(); i++) {
                RuleError error = draft.apply(rules.get(i));
                if (error != null && error != RuleError.UNKNOWN_COMMAND) {
                    // Redis counts the rules from the line's first word, and so names another word than the wrong one.
                    throw line.refuse(
                            "Error in user declaration '" + line.words().get(i) + "': " + error.text());
                }
            }
        }
    }

    private void make(List<String> words) throws FatalConfigException {
        String name = words.get(1);
        if (Selector.hasBlanks(name)) {
            warn("Spaces not allowed in ACL usernames");
            throw FatalConfigException.logged("Critical error while loading ACLs. Exiting.");
        }
        User user = name.equals(DEFAULT) ? defaultUser : newUser(name);
        user.apply("reset");
        if (user != defaultUser) {
            user.become(newUser(name));
        }
        List<String> rules = Rules.merge(words.subList(2, words.size()));
        for (String rule : rules == null ? List.<String>of() : rules) {
            RuleError error = user.apply(rule);
            if (error != null) {
                warn("Error loading ACL rule '" + rule + "' for the user named '" + name + "': " + error.text());
                throw FatalConfigException.logged("Critical error while loading ACLs. Exiting.");
            }
        }
        users.put(name, user);
        if (!user.isEnabled()) {
            server.log.log(
                    System.Logger.Level.INFO,
                    "The user '" + name + "' is disabled (there is no 'on' modifier in the user description). Make sure"
                            + " this is not a configuration error.");
        }
    }

    void warn(String text) {
        server.log.log(System.Logger.Level.WARNING, text);
    }

    // ------------------------------------------------------------------ who a client is

    /** What every new client is, and again after RESET: the default user, logged in unless that takes a password. */
    public void greet(Session session) {
        session.account = defaultUser;
        session.authenticated = !loginRequired();
    }

    /** Whether a client that has not logged in may do nothing but that. */
    public boolean loginRequired() {
        return !defaultUser.isOpen() || !defaultUser.isEnabled();
    }

    /** Whether the default user needs no password. */
    public boolean isDefaultOpen() {
        return defaultUser.isOpen();
    }

    /**
     * Logs the client in; answers false, noting the attempt, when name and password do not fit.
     *
     * @param command the arguments of the command that does it
     */
    public boolean login(Session session, Args command, byte[] name, byte[] password) {
        User user = find(text(name));
        if (user == null || !user.admits(password)) {
            note(
                    session,
                    new SecurityLog.Offence(Denial.Reason.AUTH, contextOf(session), latin(command, 0), text(name)));
            return false;
        }
        session.authenticated = true;
        session.account = user;
        return true;
    }

    // ------------------------------------------------------------------ what it may do

    @Override
    public @Nullable String refusal(Session session, Command command, Args args, boolean queued) {
        Denial denial = judge(session, command, args);
        if (denial == null) {
            return null;
        }
        note(session, command, args, denial, contextOf(session));
        return queued ? textWhenQueued(denial) : text(denial, command);
    }

    @Override
    public @Nullable String scriptRefusal(Session session, Command command, Args args) {
        Denial denial = judge(session, command, args);
        if (denial == null) {
            return null;
        }
        note(session, command, args, denial, "lua");
        return switch (denial.reason()) {
            case KEY -> "can't access at least one of the keys mentioned in the command arguments";
            case CHANNEL -> "can't publish to the channel mentioned in the command";
            default -> "can't run this command or subcommand";
        };
    }

    @Override
    public boolean permits(Session session, Command command, Args args) {
        return judge(session, command, args) == null;
    }

    private static @Nullable Denial judge(Session session, Command command, Args args) {
        Account account = session.account;
        return account == null || ((User) account).isUnrestricted() ? null : ((User) account).judge(command, args);
    }

    private static String text(Denial denial, Command command) {
        return switch (denial.reason()) {
            case KEY -> "NOPERM this user has no permissions to access one of the keys used as arguments";
            case CHANNEL -> "NOPERM this user has no permissions to access one of the channels used as arguments";
            default -> "NOPERM this user has no permissions to run the '" + command.fullName() + "' command";
        };
    }

    private static String textWhenQueued(Denial denial) {
        return "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This"
                + " command is no longer allowed for the following reason: "
                + switch (denial.reason()) {
                    case KEY -> "no permission to touch the specified keys";
                    case CHANNEL -> "no permission to access one of the channels used as arguments";
                    default -> "no permission to execute the command or subcommand";
                };
    }

    @Override
    public boolean readsAllKeys(Session session, Command command, Args args) {
        Account account = session.account;
        return account == null || ((User) account).isUnrestricted() || ((User) account).readsAllKeys(command, args);
    }

    private static String contextOf(Session session) {
        return session.inTransaction() ? "multi" : "toplevel";
    }

    private void note(Session session, Command command, Args args, Denial denial, String context) {
        String object = denial.argument() == 0 ? command.fullName() : latin(args, denial.argument());
        note(session, new SecurityLog.Offence(denial.reason(), context, object, session.userName()));
    }

    private void note(Session session, SecurityLog.Offence offence) {
        log.add(
                offence,
                server.nowMillis(),
                ClientLine.of(session, server.nowMillis()),
                server.config.getLong("acllog-max-len"));
    }

    private static String latin(Args args, int arg) {
        return new String(args.array(arg), args.offset(arg), args.length(arg), StandardCharsets.ISO_8859_1);
    }

    // ------------------------------------------------------------------ the users

    /** A name or rule as this package keeps it, one byte per char. */
    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** The user of that name, or null. */
    @Nullable
    User find(String name) {
        return users.get(name);
    }

    /** The account of the user of that name, or null. */
    public @Nullable Account account(byte[] name) {
        return find(text(name));
    }

    /** All users in the order of their names. */
    Collection<User> all() {
        return users.values();
    }

    CommandCatalog catalog() {
        return catalog;
    }

    /** For each user its name and rules, as lines of configuration have them after the word user; none with a file. */
    public List<String> describe() {
        List<String> lines = new ArrayList<>();
        for (User user : users.values()) {
            lines.add(user.name() + " " + user.describe());
        }
        return lines;
    }

    /** The lines for CONFIG REWRITE: none when the users are kept in a file of their own. */
    public List<String> describeForRewrite() {
        return UserFile.isConfigured(server.config) ? List.of() : describe();
    }

    /**
     * Changes or makes a user by rules, all of them or none.
     *
     * @param words rules, a selector in parentheses perhaps as several words
     * @return what is wrong, or null
     */
    @Nullable
    String change(Dispatcher dispatcher, String name, List<String> words) {
        List<String> rules = Rules.merge(words);
        if (rules == null) {
            return "Unmatched parenthesis in acl selector starting at '" + Rules.unmatched(words) + "'.";
        }
        User user = find(name);
        User draft = user == null ? newUser(name) : user.draft();
        for (String rule : rules) {
            RuleError error = draft.apply(rule);
            if (error != null) {
                return "Error in ACL SETUSER modifier '" + rule + "': " + error.text();
            }
        }
        if (user == null) {
            users.put(name, draft);
        } else {
            closeSubscribersWithout(dispatcher, user, draft);
            user.become(draft);
        }
        return null;
    }

    /** Clients of that user that are subscribed to what it will no longer be allowed are closed. */
    private void closeSubscribersWithout(Dispatcher dispatcher, User user, User draft) {
        java.util.Set<ByteKey> allowed = draft.channels();
        boolean nothingLost =
                draft.allowsAllChannels() || !user.allowsAllChannels() && allowed.containsAll(user.channels());
        if (nothingLost) {
            return;
        }
        for (Session session : new ArrayList<>(server.clients.all())) {
            if (session.account == user && session.kind == Session.Kind.NORMAL && isBeyond(session, allowed)) {
                dispatcher.close(session);
            }
        }
    }

    private static boolean isBeyond(Session session, java.util.Set<ByteKey> allowed) {
        return !session.patterns.stream().allMatch(pattern -> Selector.matches(allowed, pattern.bytes(), true))
                || !session.channels.stream().allMatch(channel -> Selector.matches(allowed, channel.bytes(), false))
                || !session.shardChannels.stream()
                        .allMatch(channel -> Selector.matches(allowed, channel.bytes(), false));
    }

    /** Removes a user and closes its clients; answers false when there is none. The default user stays. */
    boolean remove(Dispatcher dispatcher, Session asking, String name) {
        User user = find(name);
        if (user == null || user == defaultUser) {
            return false;
        }
        users.remove(name);
        closeClients(dispatcher, asking, user);
        return true;
    }

    /** Takes over users that were read from a file; clients of those before, the default one apart, are closed. */
    void replaceAll(Map<String, User> read, @Nullable Dispatcher dispatcher, @Nullable Session asking) {
        List<User> before = new ArrayList<>(users.values());
        before.remove(defaultUser);
        User newDefault = read.get(DEFAULT);
        defaultUser.become(newDefault == null ? newDefaultUser() : newDefault);
        users.clear();
        users.putAll(read);
        users.put(DEFAULT, defaultUser);
        if (dispatcher != null) {
            before.forEach(user -> closeClients(dispatcher, asking, user));
        }
    }

    private void closeClients(Dispatcher dispatcher, @Nullable Session asking, User user) {
        for (Session session : new ArrayList<>(server.clients.all())) {
            if (session.account == user) {
                session.account = defaultUser;
                session.authenticated = false;
                if (session == asking) {
                    dispatcher.closeAfterReply(session);
                } else {
                    dispatcher.close(session);
                }
            }
        }
    }
}
