package dev.vedette.store.config;

import dev.vedette.wire.resp.RedisVersion;

/** The configuration cannot be used: the process says why and exits with status 1. */
public final class FatalConfigException extends Exception {

    private static final long serialVersionUID = 1L;

    private static final String HEAD = "\n*** FATAL CONFIG FILE ERROR (Redis " + RedisVersion.TEXT + ") ***\n";

    private final boolean logged;

    private FatalConfigException(String message, boolean logged) {
        super(message, null, false, false);
        this.logged = logged;
    }

    static FatalConfigException atLine(int number, String line, String reason) {
        return new FatalConfigException(
                HEAD + "Reading the configuration file, at line " + number + "\n>>> '" + line + "'\n" + reason + "\n",
                false);
    }

    /** An error of the whole configuration rather than of a line. */
    public static FatalConfigException whole(String reason) {
        return new FatalConfigException(HEAD + reason + "\n", false);
    }

    /** An error that Redis writes to the log as a warning instead of to standard error. */
    public static FatalConfigException logged(String message) {
        return new FatalConfigException(message, true);
    }

    /**
     * The text to show: as a warning in the log when {@link #isLogged()}, else verbatim on standard error, line ends
     * included.
     */
    public String text() {
        return String.valueOf(getMessage());
    }

    /** Whether the text goes to the log rather than to standard error. */
    public boolean isLogged() {
        return logged;
    }
}
