package dev.vedette.store.command.acl;

import dev.vedette.store.command.ServerState;
import dev.vedette.store.session.Account;
import dev.vedette.store.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All users by name, and who a client is. */
public final class Users {

    static final String DEFAULT = "default";

    private final Map<String, User> users = new TreeMap<>();
    private final User defaultUser = new User(DEFAULT);

    /** The default user alone, with the password that requirepass says. */
    public Users(ServerState server) {
        users.put(DEFAULT, defaultUser);
        defaultUser.enabled = true;
        setDefaultPassword(server.config.getString("requirepass"));
        server.config.onChange(
                config -> {
                    setDefaultPassword(config.getString("requirepass"));
                    return null;
                },
                "requirepass");
    }

    private void setDefaultPassword(String password) {
        defaultUser.passwords.clear();
        defaultUser.nopass = password.isEmpty();
        if (!password.isEmpty()) {
            defaultUser.passwords.add(User.hash(password.getBytes(StandardCharsets.ISO_8859_1)));
        }
    }

    /** What every new client is, and again after RESET: the default user, logged in unless that takes a password. */
    public void greet(Session session) {
        session.account = defaultUser;
        session.authenticated = defaultUser.enabled && defaultUser.nopass;
    }

    /** Whether a client that has not logged in may do nothing but that. */
    public boolean loginRequired() {
        return !defaultUser.nopass || !defaultUser.enabled;
    }

    /** Whether the default user needs no password. */
    public boolean isDefaultOpen() {
        return defaultUser.nopass;
    }

    /** Logs the client in; answers false, changing nothing, when name and password do not fit. */
    public boolean login(Session session, byte[] name, byte[] password) {
        User user = get(name);
        if (user == null || !user.admits(password)) {
            return false;
        }
        session.authenticated = true;
        session.account = user;
        return true;
    }

    /** The user of that name, or null. */
    @Nullable
    User get(byte[] name) {
        return users.get(new String(name, StandardCharsets.ISO_8859_1));
    }

    /** The account of the user of that name, or null. */
    public @Nullable Account account(byte[] name) {
        return get(name);
    }
}
