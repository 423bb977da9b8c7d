package dev.vedette.store.command.sortedset;

import static dev.vedette.store.command.Command.command;
import static dev.vedette.store.command.KeySpec.OVERWRITE;
import static dev.vedette.store.command.KeySpec.READ;
import static dev.vedette.store.command.KeySpec.UPDATE;
import static dev.vedette.store.command.KeySpec.after;
import static dev.vedette.store.command.KeySpec.at;

import dev.vedette.store.command.AclCategory;
import dev.vedette.store.command.Call;
import dev.vedette.store.command.Command;
import dev.vedette.store.command.CommandFlag;
import dev.vedette.store.command.Errors;
import dev.vedette.store.keyspace.Decimals;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sorted sets as maps: the scores are places ({@link GeoHash}). Searches are in {@link GeoSearch}. */
public final class GeoCommands {

    /** The declarations. */
    public static final List<Command> FAMILY = List.of(
            command("geoadd", "Adds places, each a longitude, a latitude and a name; moves those that are " + "there.")
                    .since("3.2.0")
                    .complexity(
                            "O(log(N)) for each item added, where N is the number of elements in the " + "sorted set.")
                    .group("geo")
                    .arity(-5)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
                    .acl(AclCategory.GEO)
                    .keys(at(1, UPDATE))
                    .runs(GeoCommands::geoadd),
            command("geodist", "Answers how far apart two places are.")
                    .since("3.2.0")
                    .complexity("O(log(N))")
                    .group("geo")
                    .arity(-4)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.GEO)
                    .keys(at(1, READ))
                    .runs(GeoCommands::geodist),
            command("geohash", "Answers the geohash text of places.")
                    .since("3.2.0")
                    .complexity("O(log(N)) for each member requested, where N is the number of elements in "
                            + "the sorted set.")
                    .group("geo")
                    .arity(-2)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.GEO)
                    .keys(at(1, READ))
                    .runs(GeoCommands::geohash),
            command("geopos", "Answers longitude and latitude of places.")
                    .since("3.2.0")
                    .complexity("O(N) where N is the number of members requested.")
                    .group("geo")
                    .arity(-2)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.GEO)
                    .keys(at(1, READ))
                    .runs(GeoCommands::geopos),
            command("geosearch", "Answers the places within a circle or a box.")
                    .since("6.2.0")
                    .complexity("O(N+log(M)) where N is the number of elements in the grid-aligned bounding "
                            + "box area around the shape provided as the filter and M is the number of "
                            + "items inside the shape")
                    .group("geo")
                    .arity(-7)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.GEO)
                    .keys(at(1, READ))
                    .runs(GeoCommands::geosearch),
            command("geosearchstore", "Stores the places within a circle or a box.")
                    .since("6.2.0")
                    .complexity("O(N+log(M)) where N is the number of elements in the grid-aligned bounding "
                            + "box area around the shape provided as the filter and M is the number of "
                            + "items inside the shape")
                    .group("geo")
                    .arity(-8)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM)
                    .acl(AclCategory.GEO)
                    .keys(at(1, OVERWRITE), at(2, READ))
                    .runs(GeoCommands::geosearchstore),
            command("georadius", "Answers or stores the places within a circle around a point.")
                    .since("3.2.0")
                    .complexity("O(N+log(M)) where N is the number of elements inside the bounding box of "
                            + "the circular area delimited by center and radius and M is the number of "
                            + "items inside the index.")
                    .group("geo")
                    .arity(-6)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.GEO)
                    .keys(at(1, READ), after("STORE", 6, OVERWRITE), after("STOREDIST", 6, OVERWRITE))
                    .runs(GeoCommands::georadius),
            command("georadius_ro", "Answers the places within a circle around a point.")
                    .since("3.2.10")
                    .complexity("O(N+log(M)) where N is the number of elements inside the bounding box of "
                            + "the circular area delimited by center and radius and M is the number of "
                            + "items inside the index.")
                    .group("geo")
                    .arity(-6)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.GEO)
                    .keys(at(1, READ))
                    .runs(GeoCommands::georadiusReadOnly),
            command("georadiusbymember", "Answers or stores the places within a circle around one of them.")
                    .since("3.2.0")
                    .complexity("O(N+log(M)) where N is the number of elements inside the bounding box of "
                            + "the circular area delimited by center and radius and M is the number of "
                            + "items inside the index.")
                    .group("geo")
                    .arity(-5)
                    .flags(CommandFlag.WRITE, CommandFlag.DENYOOM, CommandFlag.MOVABLEKEYS)
                    .acl(AclCategory.GEO)
                    .keys(at(1, READ), after("STORE", 5, OVERWRITE), after("STOREDIST", 5, OVERWRITE))
                    .runs(GeoCommands::georadiusbymember),
            command("georadiusbymember_ro", "Answers the places within a circle around one of them.")
                    .since("3.2.10")
                    .complexity("O(N+log(M)) where N is the number of elements inside the bounding box of "
                            + "the circular area delimited by center and radius and M is the number of "
                            + "items inside the index.")
                    .group("geo")
                    .arity(-5)
                    .flags(CommandFlag.READONLY)
                    .acl(AclCategory.GEO)
                    .keys(at(1, READ))
                    .runs(GeoCommands::georadiusbymemberReadOnly));

    private static final byte[] ZADD = "zadd".getBytes(StandardCharsets.US_ASCII);

    /** Distances have four decimals. */
    private static final int DISTANCE_DECIMALS = 4;

    private static final double DISTANCE_SCALE = 10_000;

    private GeoCommands() {}

    // ------------------------------------------------------------------ places, units, distances

    /** A place on the map. */
    record Point(double longitude, double latitude) {}

    /** The place at two arguments, longitude first; null with the error answered. */
    static @Nullable Point pointArg(Call call, int arg) {
        double longitude = call.doubleArg(arg);
        if (call.failed()) {
            return null;
        }
        double latitude = call.doubleArg(arg + 1);
        if (call.failed()) {
            return null;
        }
        if (Math.abs(longitude) > GeoHash.LONGITUDE_MAX || Math.abs(latitude) > GeoHash.LATITUDE_MAX) {
            call.fail("ERR invalid longitude,latitude pair " + sixDecimals(longitude) + "," + sixDecimals(latitude));
            return null;
        }
        return new Point(longitude, latitude);
    }

    private static String sixDecimals(double value) {
        if (Double.isInfinite(value)) {
            return value > 0 ? "inf" : "-inf";
        }
        String text = new BigDecimal(value).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
        return value == 0 && 1 / value < 0 ? "-" + text : text;
    }

    /** The meters of the unit that an argument names; answers the error when it is none. */
    static double unitArg(Call call, int arg) {
        Args args = call.args();
        if (args.is(arg, "m")) {
            return 1;
        } else if (args.is(arg, "km")) {
            return 1000;
        } else if (args.is(arg, "ft")) {
            return 0.3048;
        } else if (args.is(arg, "mi")) {
            return 1609.34;
        }
        call.fail("ERR unsupported unit provided. please use M, KM, FT, MI");
        return -1;
    }

    /** A distance with four decimals, a string even in RESP3. */
    static void replyDistance(Replies out, double distance) {
        long scaled = (long) Math.rint(distance * DISTANCE_SCALE);
        byte[] digits = Decimals.bytes(scaled);
        int whole = Math.max(1, digits.length - DISTANCE_DECIMALS);
        byte[] text = new byte[whole + 1 + DISTANCE_DECIMALS];
        java.util.Arrays.fill(text, (byte) '0');
        text[whole] = '.';
        int to = text.length;
        for (int from = digits.length - 1; from >= 0; from--) {
            to -= to - 1 == whole ? 2 : 1;
            text[to] = digits[from];
        }
        out.bulk(text);
    }

    /** Longitude and latitude as an array of two. */
    static void replyCoordinates(Replies out, double longitude, double latitude) {
        out.array(2);
        out.plainDouble(longitude);
        out.plainDouble(latitude);
    }

    /** The score of the member at an argument, or NaN. */
    private static double score(@Nullable SortedSetValue set, Args args, int i) {
        return set == null ? Double.NaN : set.score(args.array(i), args.offset(i), args.length(i));
    }

    // ------------------------------------------------------------------ GEOADD

    /** Is ZADD with computed scores, also in the change stream. */
    private static void geoadd(Call call) {
        Args args = call.args();
        int options = 0;
        boolean countsChanges = false;
        int first = 2;
        for (; first < args.count(); first++) {
            if (args.is(first, "nx")) {
                options |= SortedSetValue.NX;
            } else if (args.is(first, "xx")) {
                options |= SortedSetValue.XX;
            } else if (args.is(first, "ch")) {
                countsChanges = true;
            } else {
                break;
            }
        }
        int left = args.count() - first;
        if (left == 0 || left % 3 != 0 || options == (SortedSetValue.NX | SortedSetValue.XX)) {
            call.fail(Errors.SYNTAX);
            return;
        }
        Args zadd = zadd(call, first);
        if (zadd != null) {
            SortedSetCommands.put(call, zadd, first, options, countsChanges);
            if (call.changes() > 0) {
                call.propagate(zadd.toArrays());
            }
        }
    }

    /** The ZADD for a GEOADD whose places begin at that argument; null with the error answered. */
    private static @Nullable Args zadd(Call call, int first) {
        Args args = call.args();
        Args zadd = new Args();
        zadd.add(ZADD);
        for (int i = 1; i < first; i++) {
            zadd.add(args.array(i), args.offset(i), args.length(i));
        }
        for (int i = first; i < args.count(); i += 3) {
            Point point = pointArg(call, i);
            if (point == null) {
                return null;
            }
            zadd.add(Decimals.bytes(GeoHash.score(point.longitude, point.latitude)));
            zadd.add(args.array(i + 2), args.offset(i + 2), args.length(i + 2));
        }
        return zadd;
    }

    // ------------------------------------------------------------------ single places

    private static void geodist(Call call) {
        if (call.argc() > 5) {
            call.fail(Errors.SYNTAX);
            return;
        }
        double metersOfUnit = call.argc() == 5 ? unitArg(call, 4) : 1;
        if (call.failed()) {
            return;
        }
        SortedSetValue set = call.read(1, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        double from = score(set, call.args(), 2);
        double to = score(set, call.args(), 3);
        if (Double.isNaN(from) || Double.isNaN(to)) {
            call.out().nil();
            return;
        }
        double meters = GeoHash.distance(
                GeoHash.longitude(from), GeoHash.latitude(from), GeoHash.longitude(to), GeoHash.latitude(to));
        replyDistance(call.out(), meters / metersOfUnit);
    }

    private static void geohash(Call call) {
        SortedSetValue set = call.read(1, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        call.out().array(call.argc() - 2);
        for (int i = 2; i < call.argc(); i++) {
            double score = score(set, call.args(), i);
            if (Double.isNaN(score)) {
                call.out().nil();
            } else {
                call.out().bulk(GeoHash.text(score));
            }
        }
    }

    private static void geopos(Call call) {
        SortedSetValue set = call.read(1, SortedSetValue.class);
        if (call.failed()) {
            return;
        }
        call.out().array(call.argc() - 2);
        for (int i = 2; i < call.argc(); i++) {
            double score = score(set, call.args(), i);
            if (Double.isNaN(score)) {
                call.out().nilArray();
            } else {
                replyCoordinates(call.out(), GeoHash.longitude(score), GeoHash.latitude(score));
            }
        }
    }

    // ------------------------------------------------------------------ searches

    private static void geosearch(Call call) {
        GeoSearch.run(call, GeoSearch.Form.SEARCH);
    }

    private static void geosearchstore(Call call) {
        GeoSearch.run(call, GeoSearch.Form.SEARCH_STORE);
    }

    private static void georadius(Call call) {
        GeoSearch.run(call, GeoSearch.Form.RADIUS);
    }

    private static void georadiusReadOnly(Call call) {
        GeoSearch.run(call, GeoSearch.Form.RADIUS_READONLY);
    }

    private static void georadiusbymember(Call call) {
        GeoSearch.run(call, GeoSearch.Form.RADIUS_BY_MEMBER);
    }

    private static void georadiusbymemberReadOnly(Call call) {
        GeoSearch.run(call, GeoSearch.Form.RADIUS_BY_MEMBER_READONLY);
    }
}
