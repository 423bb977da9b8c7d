package dev.vedette.store.command;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What made clients wait, by kind of event: for each the last samples, at most one for each second (LATENCY). Nothing is
 * kept of what took less than latency-monitor-threshold.
 */
public final class LatencyMonitor {

    /** How many samples of an event are kept. */
    private static final int SAMPLES_MAX = 160;

    /** One second's longest delay. */
    public record Sample(long timeSeconds, long millis) {}

    /** The samples of one event, oldest first. */
    public static final class Event {
        private final List<Sample> samples = new ArrayList<>();
        private long maxMillis;

        /** Oldest first; at least one. */
        public List<Sample> samples() {
            return Collections.unmodifiableList(samples);
        }

        /** The last sample. */
        public Sample latest() {
            return samples.getLast();
        }

        /** The longest delay since the last reset, samples forgotten included. */
        public long maxMillis() {
            return maxMillis;
        }

        private void add(long timeSeconds, long millis) {
            maxMillis = Math.max(maxMillis, millis);
            if (!samples.isEmpty() && samples.getLast().timeSeconds == timeSeconds) {
                Sample last = samples.removeLast();
                samples.add(new Sample(timeSeconds, Math.max(last.millis, millis)));
                return;
            }
            if (samples.size() == SAMPLES_MAX) {
                samples.removeFirst();
            }
            samples.add(new Sample(timeSeconds, millis));
        }
    }

    private final Settings settings;
    private final Map<String, Event> events = new TreeMap<>();

    LatencyMonitor(Settings settings) {
        this.settings = settings;
    }

    /**
     * Notes that something took that long, if that is worth it.
     *
     * @param event its name: command, fast-command, expire-cycle, eviction-cycle, aof-fsync-always, ...
     */
    public void add(String event, long millis, long nowMillis) {
        long threshold = settings.latencyThresholdMillis;
        if (threshold > 0 && millis >= threshold) {
            events.computeIfAbsent(event, e -> new Event()).add(nowMillis / 1000, millis);
        }
    }

    /** All events that were noted, by name. */
    public Map<String, Event> events() {
        return Collections.unmodifiableMap(events);
    }

    /** The event of that name, or null. */
    public @Nullable Event event(String name) {
        return events.get(name);
    }

    /** Forgets an event; false when there was none. */
    public boolean reset(String name) {
        return events.remove(name) != null;
    }

    /** Forgets all events; answers how many there were. */
    public int reset() {
        int count = events.size();
        events.clear();
        return count;
    }
}
