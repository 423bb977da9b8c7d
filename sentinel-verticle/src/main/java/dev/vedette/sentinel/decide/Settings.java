package dev.vedette.sentinel.decide;

import java.util.HashMap;
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

    /** These settings with one option changed. */
    public Settings with(Event.Setting option) {
        return switch (option) {
            case Event.Setting.DownAfter o ->
                new Settings(
                        quorum,
                        o.ms(),
                        failoverTimeoutMs,
                        parallelSyncs,
                        rebootDownAfterMs,
                        notificationScript,
                        clientReconfigScript,
                        authUser,
                        authPass,
                        renamedCommands);
            case Event.Setting.FailoverTimeout o ->
                new Settings(
                        quorum,
                        downAfterMs,
                        o.ms(),
                        parallelSyncs,
                        rebootDownAfterMs,
                        notificationScript,
                        clientReconfigScript,
                        authUser,
                        authPass,
                        renamedCommands);
            case Event.Setting.ParallelSyncs o ->
                new Settings(
                        quorum,
                        downAfterMs,
                        failoverTimeoutMs,
                        o.count(),
                        rebootDownAfterMs,
                        notificationScript,
                        clientReconfigScript,
                        authUser,
                        authPass,
                        renamedCommands);
            case Event.Setting.Quorum o ->
                new Settings(
                        o.count(),
                        downAfterMs,
                        failoverTimeoutMs,
                        parallelSyncs,
                        rebootDownAfterMs,
                        notificationScript,
                        clientReconfigScript,
                        authUser,
                        authPass,
                        renamedCommands);
            case Event.Setting.RebootDownAfter o ->
                new Settings(
                        quorum,
                        downAfterMs,
                        failoverTimeoutMs,
                        parallelSyncs,
                        o.ms(),
                        notificationScript,
                        clientReconfigScript,
                        authUser,
                        authPass,
                        renamedCommands);
            case Event.Setting.NotificationScript o ->
                new Settings(
                        quorum,
                        downAfterMs,
                        failoverTimeoutMs,
                        parallelSyncs,
                        rebootDownAfterMs,
                        orNull(o.path()),
                        clientReconfigScript,
                        authUser,
                        authPass,
                        renamedCommands);
            case Event.Setting.ClientReconfigScript o ->
                new Settings(
                        quorum,
                        downAfterMs,
                        failoverTimeoutMs,
                        parallelSyncs,
                        rebootDownAfterMs,
                        notificationScript,
                        orNull(o.path()),
                        authUser,
                        authPass,
                        renamedCommands);
            case Event.Setting.AuthUser o ->
                new Settings(
                        quorum,
                        downAfterMs,
                        failoverTimeoutMs,
                        parallelSyncs,
                        rebootDownAfterMs,
                        notificationScript,
                        clientReconfigScript,
                        orNull(o.user()),
                        authPass,
                        renamedCommands);
            case Event.Setting.AuthPass o ->
                new Settings(
                        quorum,
                        downAfterMs,
                        failoverTimeoutMs,
                        parallelSyncs,
                        rebootDownAfterMs,
                        notificationScript,
                        clientReconfigScript,
                        authUser,
                        orNull(o.password()),
                        renamedCommands);
            case Event.Setting.RenameCommand o ->
                new Settings(
                        quorum,
                        downAfterMs,
                        failoverTimeoutMs,
                        parallelSyncs,
                        rebootDownAfterMs,
                        notificationScript,
                        clientReconfigScript,
                        authUser,
                        authPass,
                        renamed(o));
        };
    }

    private Map<String, String> renamed(Event.Setting.RenameCommand option) {
        Map<String, String> changed = new HashMap<>(renamedCommands);
        changed.keySet().removeIf(option.from()::equalsIgnoreCase);
        if (!option.from().equalsIgnoreCase(option.to())) {
            changed.put(option.from(), option.to());
        }
        return changed;
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
