package dev.vedette.launcher.node;

import java.nio.file.Path;

/** Where this program is installed, as bin/ tells it. */
public final class Installation {

    /** Set by bin/. */
    private static final String HOME_PROPERTY = "vedette.home";

    private Installation() {}

    /** The directory that holds bin/ and cluster.xml; where nothing says which, the working directory. */
    public static Path home() {
        return Path.of(System.getProperty(HOME_PROPERTY, "")).toAbsolutePath().normalize();
    }

    /** The path of a program of bin/. */
    public static Path program(String name) {
        return home().resolve("bin").resolve(name);
    }
}
