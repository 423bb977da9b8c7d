package dev.vedette.sentinel;

import dev.vedette.sentinel.config.SentinelConfig;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/**
 * What a SentinelVerticle is started with.
 *
 * @param config what sentinel.conf and the command line say
 * @param configFile absolute path of sentinel.conf, which the sentinel rewrites; it must exist and be writable
 * @param listening called on the event loop when the port is open, before the first line about the sentinel is logged
 * @param executable absolute path shown by INFO server
 * @param version this build, as INFO server shows it
 * @param exit called on the event loop with the exit status when a client asks for SHUTDOWN (0) or a simulated failure
 *     strikes (99). It must return; a process ends itself, an embedding test undeploys the verticle
 */
public record SentinelOptions(
        SentinelConfig config,
        Path configFile,
        String executable,
        String version,
        Runnable listening,
        IntConsumer exit) {}
