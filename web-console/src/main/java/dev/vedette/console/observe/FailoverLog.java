package dev.vedette.console.observe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Groups the events of sentinels into failovers, one running at most per master name.
 *
 * <pre>
 *   SUSPECTED -> AGREED -> ELECTING -> PROMOTING -> RECONFIGURING -> DONE
 *       |           |          |           |
 *       +-----------+          +-----------+--> ABORTED   (a later attempt takes the same failover up again)
 *               +--> CLEARED
 * </pre>
 *
 * <p>Steps may be missing: a console that starts late, or a failover on command, begins wherever the first event is.
 * Sentinels switch at different moments; what they say within {@link #LINGER_MILLIS} after the end still belongs to it.
 *
 * <p>Time comes with the events. Not thread-safe; owned by {@link ClusterState}.
 */
final class FailoverLog {

    /** Failovers kept; the oldest go first. */
    static final int FAILOVERS_MAX = 20;

    /** Events kept of one failover; what comes after is counted by its effect, but not listed. */
    static final int EVENTS_MAX = 200;

    /** How long after the end an event of the same master is still counted to the failover. */
    static final long LINGER_MILLIS = 15_000;

    /** A failover whose new master is announced and of which nothing more is heard for so long is over. */
    static final long QUIET_MILLIS = 20_000;

    private static final class Draft {
        final long number;
        final String master;
        final long startedMillis;
        final String oldMaster;
        final Map<Failover.Step, Long> milestones = new EnumMap<>(Failover.Step.class);
        final List<SeenEvent> events = new ArrayList<>();
        final Set<String> suspecting = new HashSet<>();
        Failover.Phase phase = Failover.Phase.SUSPECTED;
        String newMaster = "";
        String leader = "";
        long lastMillis;

        @Nullable
        Failover frozen;

        Draft(long number, String master, String oldMaster, long startedMillis) {
            this.number = number;
            this.master = master;
            this.oldMaster = oldMaster;
            this.startedMillis = startedMillis;
            this.lastMillis = startedMillis;
        }

        void reached(Failover.Step step, long atMillis) {
            milestones.putIfAbsent(step, atMillis);
        }

        boolean takesMore(long nowMillis) {
            return phase.isRunning() || nowMillis - lastMillis <= LINGER_MILLIS;
        }

        void add(SeenEvent event) {
            lastMillis = Math.max(lastMillis, event.atMillis());
            if (events.size() < EVENTS_MAX) {
                events.add(event);
            }
            frozen = null;
        }

        Failover freeze() {
            Failover snapshot = frozen;
            if (snapshot == null) {
                snapshot = new Failover(
                        number,
                        master,
                        oldMaster,
                        newMaster,
                        leader,
                        phase,
                        new EnumMap<>(milestones),
                        startedMillis,
                        lastMillis,
                        List.copyOf(events));
                frozen = snapshot;
            }
            return snapshot;
        }
    }

    private final Deque<Draft> drafts = new ArrayDeque<>();
    private long count;

    /** Takes an event of a sentinel. */
    void sentinelSaid(SeenEvent event) {
        EventText about = EventText.parse(event.text());
        switch (event.type()) {
            case "+sdown" -> {
                if (about.kind().equals("master")) {
                    Draft draft = begun(about, event);
                    draft.suspecting.add(event.source());
                    draft.reached(Failover.Step.SDOWN, event.atMillis());
                    draft.add(event);
                } else {
                    follow(about.master(), event);
                }
            }
            case "+odown" -> {
                Draft draft = begun(about, event);
                draft.suspecting.add(event.source());
                draft.reached(Failover.Step.ODOWN, event.atMillis());
                raise(draft, Failover.Phase.AGREED);
                draft.add(event);
            }
            case "-odown" -> {
                Draft draft = latest(about.master(), event.atMillis());
                if (draft != null) {
                    if (draft.phase == Failover.Phase.AGREED) {
                        draft.phase = Failover.Phase.SUSPECTED;
                    }
                    draft.add(event);
                }
            }
            case "-sdown" -> {
                Draft draft = latest(about.master(), event.atMillis());
                if (draft != null) {
                    if (about.kind().equals("master")) {
                        draft.suspecting.remove(event.source());
                        if (draft.suspecting.isEmpty() && draft.phase.compareTo(Failover.Phase.ELECTING) < 0) {
                            draft.phase = Failover.Phase.CLEARED;
                        }
                    }
                    draft.add(event);
                }
            }
            case "+try-failover" -> {
                Draft draft = begun(about, event);
                if (draft.phase == Failover.Phase.ABORTED) {
                    draft.phase = Failover.Phase.ELECTING;
                    draft.leader = "";
                    draft.newMaster = "";
                }
                draft.reached(Failover.Step.TRY, event.atMillis());
                raise(draft, Failover.Phase.ELECTING);
                draft.add(event);
            }
            case "+elected-leader" -> {
                Draft draft = begun(about, event);
                draft.leader = event.source();
                draft.reached(Failover.Step.ELECTED, event.atMillis());
                raise(draft, Failover.Phase.PROMOTING);
                draft.add(event);
            }
            case "+selected-slave" -> {
                Draft draft = begun(about, event);
                draft.leader = event.source();
                draft.newMaster = about.instance();
                draft.reached(Failover.Step.SELECTED, event.atMillis());
                raise(draft, Failover.Phase.PROMOTING);
                draft.add(event);
            }
            case "+promoted-slave" -> {
                Draft draft = begun(about, event);
                draft.newMaster = about.instance();
                draft.reached(Failover.Step.PROMOTED, event.atMillis());
                raise(draft, Failover.Phase.RECONFIGURING);
                draft.add(event);
            }
            case "+failover-end", "+failover-end-for-timeout" -> {
                Draft draft = latest(about.master(), event.atMillis());
                if (draft != null) {
                    draft.reached(Failover.Step.END, event.atMillis());
                    if (draft.milestones.containsKey(Failover.Step.SWITCHED)) {
                        draft.phase = Failover.Phase.DONE;
                    }
                    draft.add(event);
                }
            }
            case "+switch-master" -> switched(event);
            case "+new-epoch", "+vote-for-leader" -> {
                for (Draft draft : drafts) {
                    if (draft.takesMore(event.atMillis())) {
                        draft.add(event);
                    }
                }
            }
            case "+reset-master", "-monitor" -> {
                Draft draft = latest(about.master(), event.atMillis());
                if (draft != null && draft.phase.isRunning()) {
                    draft.phase = Failover.Phase.CLEARED;
                    draft.add(event);
                }
            }
            default -> {
                if (event.type().startsWith("-failover-abort")) {
                    Draft draft = latest(about.master(), event.atMillis());
                    if (draft != null) {
                        // One candidate that lost the election does not end the failover that another leads.
                        if (draft.phase.isRunning()
                                && (draft.leader.isEmpty() || draft.leader.equals(event.source()))) {
                            draft.phase = Failover.Phase.ABORTED;
                        }
                        draft.add(event);
                    }
                } else {
                    follow(about.master(), event);
                }
            }
        }
    }

    /** Takes a change that the console itself saw; it belongs to whatever failover is going on. */
    void consoleSaw(SeenEvent event) {
        for (Draft draft : drafts) {
            if (draft.takesMore(event.atMillis())) {
                draft.add(event);
            }
        }
    }

    /** Lets time pass. */
    void tick(long nowMillis) {
        for (Draft draft : drafts) {
            if (draft.phase.isRunning()
                    && draft.milestones.containsKey(Failover.Step.SWITCHED)
                    && nowMillis - draft.lastMillis > QUIET_MILLIS) {
                draft.phase = Failover.Phase.DONE;
                draft.frozen = null;
            }
        }
    }

    /** All kept failovers, the latest first. */
    List<Failover> failovers() {
        return drafts.stream().map(Draft::freeze).toList();
    }

    private void switched(SeenEvent event) {
        String[] words = event.text().strip().split("\\s+");
        if (words.length < 5) {
            return;
        }
        String from = NodeId.of(words[1], words[2]);
        String to = NodeId.of(words[3], words[4]);
        Draft draft = latest(words[0], event.atMillis());
        if (draft == null || (draft.phase == Failover.Phase.CLEARED)) {
            draft = begin(words[0], from, event);
        }
        draft.newMaster = to;
        draft.reached(Failover.Step.SWITCHED, event.atMillis());
        if (draft.leader.isEmpty()
                || draft.leader.equals(event.source())
                || draft.milestones.containsKey(Failover.Step.END)) {
            draft.phase = Failover.Phase.DONE;
        } else {
            raise(draft, Failover.Phase.RECONFIGURING);
        }
        draft.add(event);
    }

    /** The failover that this event is part of; a new one if it begins one. */
    private Draft begun(EventText about, SeenEvent event) {
        Draft draft = latest(about.master(), event.atMillis());
        if (draft != null) {
            boolean sameMaster = draft.oldMaster.equals(about.masterAddress())
                    || about.masterAddress().isEmpty();
            boolean late = draft.phase == Failover.Phase.DONE && sameMaster;
            boolean again = draft.phase == Failover.Phase.ABORTED && sameMaster;
            if (draft.phase.isRunning() || late || again) {
                return draft;
            }
        }
        for (Draft earlier : drafts) {
            // The master is still down after an attempt that failed, however long ago: the same outage goes on.
            if (earlier.master.equals(about.master())) {
                if (earlier.phase == Failover.Phase.ABORTED && earlier.oldMaster.equals(about.masterAddress())) {
                    return earlier;
                }
                break;
            }
        }
        return begin(about.master(), about.masterAddress(), event);
    }

    private Draft begin(String master, String oldMaster, SeenEvent event) {
        Draft draft = new Draft(++count, master, oldMaster, event.atMillis());
        drafts.addFirst(draft);
        while (drafts.size() > FAILOVERS_MAX) {
            drafts.removeLast();
        }
        return draft;
    }

    private void follow(String master, SeenEvent event) {
        Draft draft = latest(master, event.atMillis());
        if (draft != null) {
            draft.add(event);
        }
    }

    private @Nullable Draft latest(String master, long nowMillis) {
        for (Draft draft : drafts) {
            if (draft.master.equals(master)) {
                return draft.takesMore(nowMillis) ? draft : null;
            }
        }
        return null;
    }

    private static void raise(Draft draft, Failover.Phase phase) {
        if (draft.phase.isRunning() && draft.phase.compareTo(phase) < 0) {
            draft.phase = phase;
        }
    }
}
