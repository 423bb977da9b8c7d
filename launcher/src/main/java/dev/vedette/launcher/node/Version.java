package dev.vedette.launcher.node;

/** What the programs call themselves. */
public final class Version {

    /** This build: the version of the jar, or {@code dev} when run from class files. */
    public static final String VEDETTE = vedette();

    private Version() {}

    private static String vedette() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }
}
