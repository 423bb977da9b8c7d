package dev.vedette.sentinel.acl;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All users by name. The user {@code default} is always there. */
public final class AclUsers {

    /** Name of the user that every new connection is. */
    public static final String DEFAULT = "default";

    private final CommandNames commands;
    private final boolean newUsersUseAllChannels;
    private TreeMap<String, AclUser> users = new TreeMap<>();

    /**
     * Only the default user, who may do everything without a password.
     *
     * @param newUsersUseAllChannels {@code acl-pubsub-default allchannels}
     */
    public AclUsers(CommandNames commands, boolean newUsersUseAllChannels) {
        this.commands = commands;
        this.newUsersUseAllChannels = newUsersUseAllChannels;
        users.put(DEFAULT, freshDefault());
    }

    private AclUser freshDefault() {
        AclUser user = new AclUser(DEFAULT, commands, true);
        List.of("+@all", "~*", "on", "nopass").forEach(user::apply);
        return user;
    }

    /** All users, by name. */
    public Collection<AclUser> all() {
        return List.copyOf(users.values());
    }

    /** The user of that name. */
    public Optional<AclUser> named(String name) {
        return Optional.ofNullable(users.get(name));
    }

    /** The user that an unauthenticated connection is, when that user needs no password. */
    public boolean defaultIsOpen() {
        AclUser user = users.get(DEFAULT);
        return user != null && user.enabled() && user.noPassword();
    }

    /**
     * The user, if name and password are right.
     *
     * @param password in clear
     */
    public Optional<AclUser> authenticate(String name, String password) {
        return named(name).filter(user -> user.accepts(password));
    }

    /** {@code requirepass}: the default user's only password; empty takes it away. */
    public void requirePassword(String password) {
        AclUser user = users.get(DEFAULT);
        if (user != null) {
            user.apply("resetpass");
            user.apply(password.isEmpty() ? "nopass" : ">" + password);
        }
    }

    /** A rule that was not taken. */
    public record BadRule(String rule, String reason) {}

    /**
     * Changes a user, or makes it, by all of the rules or by none.
     *
     * @return the rule to blame, or empty when all were taken
     */
    public Optional<BadRule> set(String name, List<String> rules) {
        @Nullable AclUser old = users.get(name);
        AclUser user = old == null ? new AclUser(name, commands, newUsersUseAllChannels) : old.copy();
        for (String rule : rules) {
            Optional<String> refused = user.apply(rule);
            if (refused.isPresent()) {
                return Optional.of(new BadRule(rule, refused.get()));
            }
        }
        users.put(name, user);
        return Optional.empty();
    }

    /** Removes a user; false when there is none of that name. */
    public boolean remove(String name) {
        return users.remove(name) != null;
    }

    /** The words of every user: name and rules. */
    public List<List<String>> words() {
        List<List<String>> all = new ArrayList<>();
        users.values().forEach(user -> all.add(user.words()));
        return all;
    }

    /** The words of every user, each as one line {@code user name rules...}. */
    public List<String> lines() {
        return words().stream().map(words -> "user " + String.join(" ", words)).toList();
    }

    /**
     * Replaces all users by those declared, or keeps all when a declaration is wrong.
     *
     * @return why not, in the words of Redis, or empty
     */
    public Optional<String> replace(List<List<String>> declarations) {
        AclUsers loaded = new AclUsers(commands, newUsersUseAllChannels);
        Optional<String> refused = loaded.declare(declarations);
        if (refused.isEmpty()) {
            users = loaded.users;
        }
        return refused;
    }

    /**
     * Makes or changes users, each by the words of its declaration: name and rules. A declared default user begins
     * without any rights.
     *
     * @return why a declaration cannot be taken, in the words of Redis, or empty
     */
    public Optional<String> declare(List<List<String>> declarations) {
        for (List<String> words : declarations) {
            if (words.getFirst().equals(DEFAULT)) {
                set(DEFAULT, List.of("reset"));
            }
            Optional<BadRule> refused = set(words.getFirst(), words.subList(1, words.size()));
            if (refused.isPresent()) {
                return Optional.of("Error in user declaration '" + refused.get().rule() + "': "
                        + refused.get().reason());
            }
        }
        return Optional.empty();
    }
}
