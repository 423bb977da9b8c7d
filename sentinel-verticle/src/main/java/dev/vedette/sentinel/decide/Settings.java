package dev.vedette.sentinel.decide;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can set for one master (sentinel.conf, SENTINEL SET). Times in milliseconds.
 *
 * @param quorum how many sentinels must agree that it is down; at least 1
 * @param downAfterMs down-after-milliseconds
 * @param failoverTimeoutMs failover-timeout
 * @param parallelSyncs how many replicas are pointed to a new master at a time
 * @param rebootDownAfterMs master-reboot-down-after-period, 0 for off
 * @param hintMs down-after-hint-milliseconds: how long a sign that a node is gone must last, 0 for off
 * @param failoverEmptied failover-emptied-master: whether a master that lost its data is replaced
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
        long hintMs,
        boolean failoverEmptied,
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
        return of(quorum, rules.defaultDownAfterMs(), rules.defaultFailoverTimeoutMs(), 1);
    }

    /** The usual, but for these. */
    public static Settings of(int quorum, long downAfterMs, long failoverTimeoutMs, int parallelSyncs) {
        return new Settings(
                quorum, downAfterMs, failoverTimeoutMs, parallelSyncs, 0, 0, true, null, null, null, null, Map.of());
    }

    /** These settings with one option changed. */
    public Settings with(Event.Setting option) {
        return but(d -> {
            switch (option) {
                case Event.Setting.DownAfter o -> d.downAfterMs = o.ms();
                case Event.Setting.FailoverTimeout o -> d.failoverTimeoutMs = o.ms();
                case Event.Setting.ParallelSyncs o -> d.parallelSyncs = o.count();
                case Event.Setting.Quorum o -> d.quorum = o.count();
                case Event.Setting.RebootDownAfter o -> d.rebootDownAfterMs = o.ms();
                case Event.Setting.DownAfterHint o -> d.hintMs = o.ms();
                case Event.Setting.FailoverEmptied o -> d.failoverEmptied = o.on();
                case Event.Setting.NotificationScript o -> d.notificationScript = orNull(o.path());
                case Event.Setting.ClientReconfigScript o -> d.clientReconfigScript = orNull(o.path());
                case Event.Setting.AuthUser o -> d.authUser = orNull(o.user());
                case Event.Setting.AuthPass o -> d.authPass = orNull(o.password());
                case Event.Setting.RenameCommand o -> d.renamedCommands = renamed(o);
            }
        });
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

    private Settings but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /** See the package description for what drafts are for. */
    private static final class Draft {
        int quorum;
        long downAfterMs;
        long failoverTimeoutMs;
        int parallelSyncs;
        long rebootDownAfterMs;
        long hintMs;
        boolean failoverEmptied;

        @Nullable
        String notificationScript;

        @Nullable
        String clientReconfigScript;

        @Nullable
        String authUser;

        @Nullable
        String authPass;

        Map<String, String> renamedCommands;

        Draft(Settings from) {
            quorum = from.quorum;
            downAfterMs = from.downAfterMs;
            failoverTimeoutMs = from.failoverTimeoutMs;
            parallelSyncs = from.parallelSyncs;
            rebootDownAfterMs = from.rebootDownAfterMs;
            hintMs = from.hintMs;
            failoverEmptied = from.failoverEmptied;
            notificationScript = from.notificationScript;
            clientReconfigScript = from.clientReconfigScript;
            authUser = from.authUser;
            authPass = from.authPass;
            renamedCommands = from.renamedCommands;
        }

        Settings done() {
            return new Settings(
                    quorum,
                    downAfterMs,
                    failoverTimeoutMs,
                    parallelSyncs,
                    rebootDownAfterMs,
                    hintMs,
                    failoverEmptied,
                    notificationScript,
                    clientReconfigScript,
                    authUser,
                    authPass,
                    renamedCommands);
        }
    }
}
