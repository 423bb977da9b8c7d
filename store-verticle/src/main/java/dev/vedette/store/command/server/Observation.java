package dev.vedette.store.command.server;

import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Dispatcher;
import dev.vedette.store.command.ServerState;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Session;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/**
 * Sees every command run: what was slow goes into the slow log and the latency monitor, and all but administration is
 * shown to clients that sent MONITOR. Costs a few comparisons while there is nothing to note.
 */
final class Observation implements Dispatcher.Observer {

    private final ServerState server;

    Observation(ServerState server) {
        this.server = server;
    }

    /** A script is shown before the commands that it calls; all other commands when they have run. */
    @Override
    public void before(Session session, Command command, Args args) {
        if (!server.monitors.isEmpty() && command.has(CommandFlag.SKIP_MONITOR)) {
            show(session, command, args);
        }
    }

    @Override
    public void after(Session session, Command command, Args args, long nanos) {
        if (!server.monitors.isEmpty() && !command.has(CommandFlag.ADMIN) && !command.has(CommandFlag.SKIP_MONITOR)) {
            show(session, command, args);
        }
        if (session.waiting == null) {
            note(session, command, args, nanos);
        }
    }

    @Override
    public void served(Session session, Command command, Args args, long nanos) {
        note(session, command, args, nanos);
    }

    private void note(Session session, Command command, Args args, long nanos) {
        long slower = server.settings.slowlogSlowerThanMicros;
        if (slower >= 0
                && nanos / 1000 >= slower
                && server.settings.slowlogMaxLen > 0
                && !command.has(CommandFlag.SKIP_SLOWLOG)) {
            server.slowLog.add(session, command, args, nanos / 1000, server.nowMillis(), server.settings.slowlogMaxLen);
        }
        long threshold = server.settings.latencyThresholdMillis;
        if (threshold > 0 && nanos >= TimeUnit.MILLISECONDS.toNanos(threshold)) {
            String event = command.has(CommandFlag.FAST) ? "fast-command" : "command";
            server.latency.add(event, TimeUnit.NANOSECONDS.toMillis(nanos), server.tick());
        }
    }

    // ------------------------------------------------------------------ MONITOR

    private void show(Session session, Command command, Args args) {
        Instant now = Instant.now();
        StringBuilder line = new StringBuilder("+").append(now.getEpochSecond()).append('.');
        String micros = Integer.toString(now.getNano() / 1000);
        line.append("0".repeat(6 - micros.length())).append(micros);
        line.append(" [").append(session.database).append(' ');
        if (session.unixSocket) {
            line.append("unix:");
        }
        line.append(session.connection().remoteAddress()).append(']');
        for (int i = 0; i < args.count(); i++) {
            line.append(' ');
            if (command.hides(args, i)) {
                line.append("\"(redacted)\"");
            } else {
                quote(line, args.array(i), args.offset(i), args.length(i));
            }
        }
        byte[] bytes = line.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        for (Session monitor : server.monitors) {
            monitor.replies().notice(bytes);
            monitor.push();
        }
    }

    /** A string that can be read: what is not printable ASCII is escaped. */
    private static void quote(StringBuilder to, byte[] array, int offset, int length) {
        to.append('"');
        for (int i = offset; i < offset + length; i++) {
            int c = array[i] & 0xff;
            switch (c) {
                case '\\', '"' -> to.append('\\').append((char) c);
                case '\n' -> to.append("\\n");
                case '\r' -> to.append("\\r");
                case '\t' -> to.append("\\t");
                case 7 -> to.append("\\a");
                case '\b' -> to.append("\\b");
                default -> {
                    if (c >= ' ' && c < 0x7f) {
                        to.append((char) c);
                    } else {
                        to.append("\\x").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                    }
                }
            }
        }
        to.append('"');
    }
}
