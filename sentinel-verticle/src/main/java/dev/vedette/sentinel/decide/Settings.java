package dev.vedette.sentinel.decide;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can set for one master (sentinel.conf, SENTINEL SET). Times in milliseconds.
 *
 * @param quorum how many sentinels must agree that it is down; at least 1
 * @param downAfterMs down-after-milliseconds
 * @param failoverTimeoutMs failover-timeout
 * @param parallelSyncs how many replicas are pointed to a new master at a time
 * @param rebootDownAfterMs master-reboot-down-after-period, 0 for off
 * @param notificationScript run for each warning event, or null
 * @param clientReconfigScript run at each switch, or null
 * @param authUser for the links to its data nodes, or null
 * @param authPass for the links to its data nodes, or null
 * @param renamedCommands what to send instead of a command; used by the shell
 */
public record Settings(
        int quorum,
        long downAfterMs,
        long failoverTimeoutMs,
        int parallelSyncs,
        long rebootDownAfterMs,
        @Nullable String notificationScript,
        @Nullable String clientReconfigScript,
        @Nullable String authUser,
        @Nullable String authPass,
        Map<String, String> renamedCommands) {

    public Settings {
        renamedCommands = Map.copyOf(renamedCommands);
    }

    /** Redis's defaults. */
    public static Settings defaults(Rules rules, int quorum) {
        return new Settings(
                quorum,
                rules.defaultDownAfterMs(),
                rules.defaultFailoverTimeoutMs(),
                1,
                0,
                null,
                null,
                null,
                null,
                Map.of());
    }
}
