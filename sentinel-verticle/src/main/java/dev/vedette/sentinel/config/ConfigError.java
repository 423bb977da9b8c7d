package dev.vedette.sentinel.config;

import dev.vedette.wire.resp.RedisVersion;

/**
 * Why a configuration cannot be used.
 *
 * @param lineNumber counted from 1 over the file and the command line's directives after it; 0 when no line is to blame
 * @param line the line, trimmed; empty when no line is to blame
 * @param reason in the words of Redis
 */
public record ConfigError(int lineNumber, String line, String reason) {

    /** What redis-sentinel prints on standard error before it exits with 1; each line ends in a line feed. */
    public String message() {
        String where = lineNumber == 0
                ? ""
                : "Reading the configuration file, at line " + lineNumber + "\n>>> '" + line + "'\n";
        return "\n*** FATAL CONFIG FILE ERROR (Redis " + RedisVersion.TEXT + ") ***\n" + where + reason + "\n";
    }
}
