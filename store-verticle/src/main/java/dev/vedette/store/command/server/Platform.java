package dev.vedette.store.command.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What INFO tells of the machine and the Java runtime. */
final class Platform {

    static final String VERTX_VERSION = readVertxVersion();
    static final String JAVA_VERSION = Runtime.version().toString();
    static final String OS = System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
            + (System.getProperty("os.arch").equals("amd64") ? "x86_64" : System.getProperty("os.arch"));

    /** Processor time so far in hundredths of a second, as the kernel counts it. */
    record CpuTimes(long userTicks, long systemTicks, long childUserTicks, long childSystemTicks) {
        static final CpuTimes UNKNOWN = new CpuTimes(0, 0, 0, 0);
    }

    private Platform() {}

    /** A number that is the same for the same version, where Redis shows its build. */
    static String buildId(String version) {
        return String.format(Locale.ROOT, "%016x", version.hashCode() * 0x9e3779b97f4a7c15L);
    }

    static CpuTimes processCpu() {
        return read(Path.of("/proc/self/stat"));
    }

    /** Of the thread that asks: the event loop. */
    static CpuTimes threadCpu() {
        return read(Path.of("/proc/thread-self/stat"));
    }

    private static CpuTimes read(Path stat) {
        try {
            String line = Files.readString(stat);
            // The second field is the program's name in parentheses and may hold blanks.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return new CpuTimes(
                    Long.parseLong(fields[11]),
                    Long.parseLong(fields[12]),
                    Long.parseLong(fields[13]),
                    Long.parseLong(fields[14]));
        } catch (IOException notThisSystem) {
            return CpuTimes.UNKNOWN;
        }
    }

    private static String readVertxVersion() {
        try (InputStream in = io.vertx.core.Vertx.class.getResourceAsStream("/META-INF/vertx/vertx-version.txt")) {
            return in == null ? "unknown" : new String(in.readAllBytes(), StandardCharsets.US_ASCII).trim();
        } catch (IOException e) {
            return "unknown";
        }
    }
}
