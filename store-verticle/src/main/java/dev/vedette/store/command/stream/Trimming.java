package dev.vedette.store.command.stream;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.keyspace.value.StreamId;
import dev.vedette.store.keyspace.value.StreamValue;
import dev.vedette.store.session.Args;
import org.jspecify.annotations.Nullable;

/**
 * The options of XADD and XTRIM: how a stream is to be trimmed, and for XADD which id the entry is to have.
 *
 * <p>Trimming "about" removes whole blocks only, and no more than a limit, so what is left depends on this node; a replica
 * is told the outcome ({@link #bound}) and no limit.
 */
final class Trimming {

    private static final long BLOCKS_MAX = 100;
    private static final long ENTRIES_DEFAULT = 10_000;
    private static final long ENTRIES_MAX = 1_000_000;

    private final Call call;
    private boolean byLength;
    private boolean byId;
    private long lengthMax;
    private StreamId minId = StreamId.MIN;
    private boolean about;
    private boolean limited;
    private long limit;
    private int boundArg;
    private int end;
    private boolean keyNeeded;
    private IdArgs.@Nullable Wanted wanted;

    private Trimming(Call call) {
        this.call = call;
    }

    /** The options of XADD; null with the error answered when they are wrong. */
    static @Nullable Trimming ofXadd(Call call) {
        Trimming trimming = new Trimming(call);
        trimming.parse(true);
        return call.failed() ? null : trimming;
    }

    /** The options of XTRIM; null with the error answered when they are wrong. */
    static @Nullable Trimming ofXtrim(Call call) {
        Trimming trimming = new Trimming(call);
        trimming.parse(false);
        return call.failed() ? null : trimming;
    }

    /** The argument that is the id of XADD. */
    int end() {
        return end;
    }

    /** The id that XADD was told; null when it is to make one. */
    IdArgs.@Nullable Wanted wanted() {
        return wanted;
    }

    /** Whether XADD is not to create a stream. */
    boolean isKeyNeeded() {
        return keyNeeded;
    }

    /** Whether the outcome depends on this node. */
    boolean isAbout() {
        return about;
    }

    /** The argument that tells the length or the id; the one before tells {@link #isAbout}. */
    int boundArg() {
        return boundArg;
    }

    /** The length or id by which trimming exactly would leave what is left. */
    String bound(StreamValue stream) {
        return byLength ? Long.toString(stream.size()) : stream.firstMarkedId().toString();
    }

    /** Trims the stream, if that was asked for; answers how many entries went. */
    long apply(StreamValue stream) {
        if (byLength) {
            return stream.trimToLength(lengthMax, about, limit);
        }
        return byId ? stream.trimBefore(minId, about, limit) : 0;
    }

    private void parse(boolean xadd) {
        Args args = call.args();
        int i = 2;
        boolean options = true;
        while (options && i < args.count() && !call.failed()) {
            boolean more = i + 1 < args.count();
            if (xadd && args.length(i) == 1 && args.array(i)[args.offset(i)] == '*') {
                options = false;
            } else if (more && args.is(i, "maxlen")) {
                i = bound(i, true);
            } else if (more && args.is(i, "minid")) {
                i = bound(i, false);
            } else if (more && args.is(i, "limit")) {
                limit = call.integerArg(i + 1);
                limited = true;
                if (!call.failed() && limit < 0) {
                    call.fail("ERR The LIMIT argument must be >= 0.");
                }
                i += 2;
            } else if (xadd && args.is(i, "nomkstream")) {
                keyNeeded = true;
                i++;
            } else if (xadd) {
                wanted = IdArgs.wanted(call, i);
                options = false;
            } else {
                call.fail(Errors.SYNTAX);
            }
        }
        end = i;
        if (!call.failed()) {
            check(xadd);
        }
    }

    /** Reads {@code MAXLEN|MINID [=|~] bound}; answers the argument after it. */
    private int bound(int option, boolean isLength) {
        if (byLength || byId) {
            call.fail("ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
            return option;
        }
        Args args = call.args();
        int arg = option + 1;
        if (arg + 1 < args.count() && args.length(arg) == 1) {
            byte sign = args.array(arg)[args.offset(arg)];
            about = sign == '~';
            arg += about || sign == '=' ? 1 : 0;
        }
        boundArg = arg;
        if (isLength) {
            lengthMax = call.integerArg(arg);
            byLength = true;
            if (!call.failed() && lengthMax < 0) {
                call.fail("ERR The MAXLEN argument must be >= 0.");
            }
        } else {
            StreamId id = IdArgs.exact(call, arg);
            byId = true;
            if (id != null) {
                minId = id;
            }
        }
        return arg + 1;
    }

    private void check(boolean xadd) {
        if (limit != 0 && !byLength && !byId) {
            call.fail("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
        } else if (!xadd && !byLength && !byId) {
            call.fail("ERR syntax error, XTRIM must be called with a trimming strategy");
        } else if (call.fromMaster()) {
            limit = 0;
        } else if (limited && !about) {
            call.fail("ERR syntax error, LIMIT cannot be used without the special ~ option");
        } else if (!limited && about) {
            long entries = BLOCKS_MAX * call.server.settings.streamNodeMaxEntries;
            limit = entries <= 0 ? ENTRIES_DEFAULT : Math.min(entries, ENTRIES_MAX);
        }
    }
}
