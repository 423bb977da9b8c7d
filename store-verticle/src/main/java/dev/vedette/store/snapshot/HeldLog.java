package dev.vedette.store.snapshot;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/**
 * A log whose lines wait until it is known that they are true: those of a dump that is read before all of it has come.
 * Of any thread.
 */
final class HeldLog implements System.Logger {

    private record Line(Level level, String text, @Nullable Throwable thrown) {}

    private final System.Logger target;
    private final List<Line> held = new ArrayList<>();
    private boolean released;

    HeldLog(System.Logger target) {
        this.target = target;
    }

    /** Logs what was held, and from now on everything at once. */
    synchronized void release() {
        released = true;
        for (Line line : held) {
            pass(line);
        }
        held.clear();
    }

    private synchronized void add(Line line) {
        if (released) {
            pass(line);
        } else {
            held.add(line);
        }
    }

    private void pass(Line line) {
        if (line.thrown == null) {
            target.log(line.level, line.text);
        } else {
            target.log(line.level, line.text, line.thrown);
        }
    }

    @Override
    public String getName() {
        return target.getName();
    }

    @Override
    public boolean isLoggable(Level level) {
        return target.isLoggable(level);
    }

    @Override
    public void log(Level level, String text) {
        add(new Line(level, text, null));
    }

    @Override
    public void log(Level level, @Nullable ResourceBundle bundle, String text, @Nullable Throwable thrown) {
        add(new Line(level, text, thrown));
    }

    @Override
    public void log(
            Level level, @Nullable ResourceBundle bundle, String format, @Nullable Object @Nullable ... values) {
        boolean plain = values == null || values.length == 0;
        add(new Line(level, plain ? format : MessageFormat.format(format, values), null));
    }
}
