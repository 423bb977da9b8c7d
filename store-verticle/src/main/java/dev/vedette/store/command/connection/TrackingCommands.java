package dev.vedette.store.command.connection;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.ByteKey;
import dev.vedette.store.session.Replies;
import dev.vedette.store.session.TrackingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CLIENT TRACKING and its kin: a client asks to hear when keys change that it has read. */
final class TrackingCommands {

    private TrackingCommands() {}

    // ------------------------------------------------------------------ TRACKING

    static void tracking(Call call) {
        List<byte[]> prefixes = new ArrayList<>();
        TrackingMode wanted = readOptions(call, prefixes);
        if (call.failed()) {
            return;
        }
        if (call.args().is(2, "on")) {
            enable(call, wanted, prefixes);
        } else if (call.args().is(2, "off")) {
            call.server.tracking.disable(call.session());
            call.out().ok();
        } else {
            call.fail(Errors.SYNTAX);
        }
    }

    private static TrackingMode readOptions(Call call, List<byte[]> prefixes) {
        Args args = call.args();
        TrackingMode mode = new TrackingMode();
        for (int i = 3; i < call.argc() && !call.failed(); i++) {
            boolean more = i + 1 < call.argc();
            if (args.is(i, "redirect") && more) {
                readRedirect(call, ++i, mode);
            } else if (args.is(i, "bcast")) {
                mode.broadcast = true;
            } else if (args.is(i, "optin")) {
                mode.optIn = true;
            } else if (args.is(i, "optout")) {
                mode.optOut = true;
            } else if (args.is(i, "noloop")) {
                mode.noLoop = true;
            } else if (args.is(i, "prefix") && more) {
                prefixes.add(args.bytes(++i));
            } else {
                call.fail(Errors.SYNTAX);
            }
        }
        return mode;
    }

    private static void readRedirect(Call call, int arg, TrackingMode mode) {
        if (mode.redirect != 0) {
            call.fail("ERR A client can only redirect to a single other client");
            return;
        }
        mode.redirect = call.integerArg(arg);
        if (!call.failed() && call.server.clients.get(mode.redirect) == null) {
            call.fail("ERR The client ID you want redirect to does not exist");
        }
    }

    private static void enable(Call call, TrackingMode wanted, List<byte[]> prefixes) {
        TrackingMode before = call.session().tracking;
        String refusal = refusal(wanted, before, prefixes);
        if (refusal != null) {
            call.fail(refusal);
            return;
        }
        if (wanted.broadcast) {
            prefixes.forEach(prefix -> wanted.prefixes.add(new ByteKey(prefix)));
            if (prefixes.isEmpty()) {
                wanted.prefixes.add(new ByteKey(new byte[0]));
            }
        }
        call.server.tracking.enable(call.session(), wanted);
        call.out().ok();
    }

    private static @Nullable String refusal(TrackingMode wanted, @Nullable TrackingMode before, List<byte[]> prefixes) {
        if (!wanted.broadcast && !prefixes.isEmpty()) {
            return "ERR PREFIX option requires BCAST mode to be enabled";
        }
        if (before != null && before.broadcast != wanted.broadcast) {
            return "ERR You can't switch BCAST mode on/off before disabling tracking for this client, and then"
                    + " re-enabling it with a different mode.";
        }
        if (wanted.broadcast && (wanted.optIn || wanted.optOut)) {
            return "ERR OPTIN and OPTOUT are not compatible with BCAST";
        }
        if (wanted.optIn && wanted.optOut) {
            return "ERR You can't specify both OPTIN mode and OPTOUT mode";
        }
        if (before != null && (wanted.optIn && before.optOut || wanted.optOut && before.optIn)) {
            return "ERR You can't switch OPTIN/OPTOUT mode before disabling tracking for this client, and then"
                    + " re-enabling it with a different mode.";
        }
        return overlap(before, prefixes);
    }

    private static @Nullable String overlap(@Nullable TrackingMode before, List<byte[]> prefixes) {
        for (int i = 0; i < prefixes.size(); i++) {
            for (ByteKey old : before == null ? List.<ByteKey>of() : before.prefixes) {
                if (overlap(old.bytes(), prefixes.get(i))) {
                    return overlapping(prefixes.get(i), "an existing prefix", old.bytes());
                }
            }
            for (byte[] other : prefixes.subList(i + 1, prefixes.size())) {
                if (overlap(prefixes.get(i), other)) {
                    return overlapping(prefixes.get(i), "another provided prefix", other);
                }
            }
        }
        return null;
    }

    private static boolean overlap(byte[] a, byte[] b) {
        int length = Math.min(a.length, b.length);
        return Arrays.equals(a, 0, length, b, 0, length);
    }

    private static String overlapping(byte[] prefix, String what, byte[] other) {
        return "ERR Prefix '" + new ByteKey(prefix) + "' overlaps with " + what + " '" + new ByteKey(other)
                + "'. Prefixes for a single client must not overlap.";
    }

    // ------------------------------------------------------------------ the rest

    static void caching(Call call) {
        TrackingMode mode = call.session().tracking;
        if (mode == null) {
            call.fail("ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or OPTOUT"
                    + " mode enabled");
        } else if (call.args().is(2, "yes")) {
            cacheNext(call, mode, mode.optIn, "YES", "OPTIN");
        } else if (call.args().is(2, "no")) {
            cacheNext(call, mode, mode.optOut, "NO", "OPTOUT");
        } else {
            call.fail(Errors.SYNTAX);
        }
    }

    private static void cacheNext(Call call, TrackingMode mode, boolean valid, String word, String validMode) {
        if (valid) {
            mode.caching = true;
            call.out().ok();
        } else {
            call.fail("ERR CLIENT CACHING " + word + " is only valid when tracking is enabled in " + validMode
                    + " mode.");
        }
    }

    static void getRedirect(Call call) {
        call.out().integer(redirect(call.session().tracking));
    }

    /** What CLIENT LIST and its kin show: the other client's id, 0 for none, -1 without tracking. */
    static long redirect(@Nullable TrackingMode mode) {
        return mode == null ? -1 : mode.redirect;
    }

    static void info(Call call) {
        TrackingMode mode = call.session().tracking;
        List<String> flags = flags(mode);
        Replies out = call.out();
        out.map(3);
        out.bulk("flags");
        out.set(flags.size());
        flags.forEach(out::bulk);
        out.bulk("redirect");
        out.integer(redirect(mode));
        out.bulk("prefixes");
        out.array(mode == null ? 0 : mode.prefixes.size());
        if (mode != null) {
            mode.prefixes.forEach(prefix -> out.bulk(prefix.bytes()));
        }
    }

    private static List<String> flags(@Nullable TrackingMode mode) {
        if (mode == null) {
            return List.of("off");
        }
        List<String> flags = new ArrayList<>(List.of("on"));
        add(flags, mode.broadcast, "bcast");
        add(flags, mode.optIn, "optin");
        add(flags, mode.optIn && mode.caching, "caching-yes");
        add(flags, mode.optOut, "optout");
        add(flags, mode.optOut && mode.caching, "caching-no");
        add(flags, mode.noLoop, "noloop");
        add(flags, mode.redirectBroken, "broken_redirect");
        return flags;
    }

    private static void add(List<String> flags, boolean set, String word) {
        if (set) {
            flags.add(word);
        }
    }
}
