package dev.vedette.sentinel.observe;

import dev.vedette.sentinel.decide.LinkId;
import java.util.Optional;

/** How to log in to an instance, and what its commands are called. */
public interface Credentials {

    /**
     * A log-in.
     *
     * @param user empty for the default user
     * @param password in clear
     */
    record LogIn(Optional<String> user, String password) {}

    /** The log-in of a link, if it needs one. */
    Optional<LogIn> of(LinkId link);

    /** The name by which the instance knows a command ({@code sentinel rename-command}). */
    String name(LinkId link, String command);

    /** This sentinel's id. */
    String myId();
}
