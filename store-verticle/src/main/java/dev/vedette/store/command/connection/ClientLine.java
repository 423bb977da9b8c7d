package dev.vedette.store.command.connection;

import dev.vedette.store.command.Call;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Session;
import dev.vedette.store.session.TrackingMode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One client as CLIENT LIST, CLIENT INFO and ACL LOG describe it, in the fields and the order of Redis 7.0. */
public final class ClientLine {

    /** Bytes that a client costs beyond its buffers, roughly: session, connection, entries in tables. */
    private static final int FIXED_BYTES = 1024;

    private ClientLine() {}

    /** The line, without its end, of a client whose command is not running. */
    public static String of(Session session, long nowMillis) {
        return line(session, nowMillis, 0, 0);
    }

    /** The line of the client whose command this is, or of another. */
    static String of(Session session, Call call) {
        if (session != call.session()) {
            return of(session, call.nowMillis());
        }
        return line(
                session,
                call.nowMillis(),
                call.args().encodedLength(),
                call.args().lengthSum());
    }

    private static String line(Session session, long nowMillis, long commandBytes, long argumentBytes) {
        long input = session.connection().pendingInputBytes() + commandBytes;
        long buffer = session.replies().buffer().length;
        long unsent = session.connection().pendingOutputBytes();
        long queued = queuedBytes(session.transaction);
        StringBuilder line = new StringBuilder(256);
        line.append("id=").append(session.id());
        line.append(" addr=").append(session.connection().remoteAddress());
        line.append(" laddr=").append(session.connection().localAddress());
        line.append(" fd=").append(session.connection().descriptor());
        line.append(" name=").append(session.name);
        line.append(" age=").append(seconds(nowMillis - session.createdMillis));
        line.append(" idle=").append(seconds(nowMillis - session.lastInteractionMillis));
        line.append(" flags=").append(flags(session));
        line.append(" db=").append(session.database);
        line.append(" sub=").append(session.channels.size());
        line.append(" psub=").append(session.patterns.size());
        line.append(" ssub=").append(session.shardChannels.size());
        line.append(" multi=").append(session.transaction == null ? -1 : session.transaction.size());
        line.append(" qbuf=").append(input);
        line.append(" qbuf-free=0");
        line.append(" argv-mem=").append(argumentBytes);
        line.append(" multi-mem=").append(queued);
        line.append(" rbs=").append(buffer);
        line.append(" rbp=").append(buffer);
        line.append(" obl=").append(session.replies().length());
        line.append(" oll=").append(unsent > 0 ? 1 : 0);
        line.append(" omem=").append(unsent);
        line.append(" tot-mem=").append(FIXED_BYTES + input + buffer + unsent + queued + argumentBytes);
        line.append(" events=").append(unsent > 0 ? "rw" : "r");
        line.append(" cmd=").append(session.lastCommand);
        line.append(" user=").append(session.userName());
        line.append(" redir=").append(TrackingCommands.redirect(session.tracking));
        line.append(" resp=").append(session.replies().protocol());
        return line.toString();
    }

    private static long seconds(long millis) {
        return Math.max(0, millis) / 1000;
    }

    private static long queuedBytes(@Nullable List<Args> transaction) {
        long bytes = 0;
        if (transaction != null) {
            for (Args args : transaction) {
                bytes += args.lengthSum() + (long) args.count() * Long.BYTES;
            }
        }
        return bytes;
    }

    private static String flags(Session session) {
        StringBuilder flags = new StringBuilder();
        flag(flags, session.monitor, 'O');
        flag(flags, session.kind == Session.Kind.REPLICA && !session.monitor, 'S');
        flag(flags, session.kind == Session.Kind.MASTER, 'M');
        flag(flags, session.subscriptions() > 0, 'P');
        flag(flags, session.inTransaction(), 'x');
        flag(flags, session.isBlocked() || session.postponed, 'b');
        TrackingMode tracking = session.tracking;
        flag(flags, tracking != null, 't');
        flag(flags, tracking != null && tracking.redirectBroken, 'R');
        flag(flags, tracking != null && tracking.broadcast, 'B');
        flag(flags, session.watchBroken, 'd');
        flag(flags, session.closing, 'c');
        flag(flags, session.unixSocket, 'U');
        flag(flags, session.noEvict, 'e');
        return flags.isEmpty() ? "N" : flags.toString();
    }

    private static void flag(StringBuilder flags, boolean set, char letter) {
        if (set) {
            flags.append(letter);
        }
    }
}
