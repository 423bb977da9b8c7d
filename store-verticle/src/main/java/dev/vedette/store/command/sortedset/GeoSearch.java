package dev.vedette.store.command.sortedset;

import dev.vedette.store.command.Call;
import dev.vedette.store.command.Errors;
import dev.vedette.store.command.NotifyClass;
import dev.vedette.store.command.Settings;
import dev.vedette.store.keyspace.value.ScoredMembers;
import dev.vedette.store.keyspace.value.SortedSetValue;
import dev.vedette.store.session.Args;
import dev.vedette.store.session.Replies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of GEOSEARCH, GEORADIUS and their like: reads the arguments, searches, answers or stores what was found. */
final class GeoSearch {

    /** What the commands of this family take. */
    enum Form {
        /** {@code key longitude latitude radius unit}, options with STORE. */
        RADIUS(1, 6, true),
        /** The same without STORE. */
        RADIUS_READONLY(1, 6, false),
        /** {@code key member radius unit}, options with STORE. */
        RADIUS_BY_MEMBER(1, 5, true),
        /** The same without STORE. */
        RADIUS_BY_MEMBER_READONLY(1, 5, false),
        /** {@code key}, options for centre and shape. */
        SEARCH(1, 2, false),
        /** {@code destination key}, options for centre and shape. */
        SEARCH_STORE(2, 3, false);

        private final int keyArg;
        private final int optionsArg;
        private final boolean takesStore;

        Form(int keyArg, int optionsArg, boolean takesStore) {
            this.keyArg = keyArg;
            this.optionsArg = optionsArg;
            this.takesStore = takesStore;
        }

        private boolean isSearch() {
            return this == SEARCH || this == SEARCH_STORE;
        }

        private boolean isByMember() {
            return this == RADIUS_BY_MEMBER || this == RADIUS_BY_MEMBER_READONLY;
        }
    }

    private static final Comparator<Place> NEAREST_FIRST = Comparator.comparingDouble(Place::meters);

    /** A place found. */
    private static final class Place {
        private final byte[] member;
        private final double longitude;
        private final double latitude;
        private final double meters;
        private final double score;

        Place(SortedSetValue.Ranked found, double longitude, double latitude, double meters) {
            this.member = found.member();
            this.longitude = longitude;
            this.latitude = latitude;
            this.meters = meters;
            this.score = found.score();
        }

        double meters() {
            return meters;
        }
    }

    private final Call call;
    private final Form form;
    private @Nullable SortedSetValue set;

    private boolean fromMember;
    private boolean fromPoint;
    private boolean byRadius;
    private boolean byBox;
    private double longitude;
    private double latitude;
    private double radius;
    private double width;
    private double height;
    private double metersOfUnit = 1;

    private boolean withDistance;
    private boolean withHash;
    private boolean withCoordinates;
    private boolean any;
    private boolean ascending;
    private boolean descending;
    private long count;
    private int storeArg;
    private boolean storesDistance;

    private GeoSearch(Call call, Form form) {
        this.call = call;
        this.form = form;
    }

    /** Runs the command. */
    static void run(Call call, Form form) {
        GeoSearch search = new GeoSearch(call, form);
        search.set = call.read(form.keyArg, SortedSetValue.class);
        if (!call.failed()) {
            search.readFixed();
        }
        if (!call.failed()) {
            search.readOptions();
        }
        if (!call.failed()) {
            search.check();
        }
        if (!call.failed()) {
            search.execute();
        }
    }

    // ------------------------------------------------------------------ arguments

    private void readFixed() {
        if (form == Form.SEARCH_STORE) {
            storeArg = 1;
        }
        if (form.isSearch()) {
            return;
        }
        byRadius = true;
        if (!form.isByMember()) {
            readPoint(2);
        } else if (set == null) {
            // Nothing to look the member up in; the options tell which reply says that nothing was found.
            return;
        } else {
            readMember(2);
        }
        if (!call.failed()) {
            readRadius(form.optionsArg - 2);
        }
    }

    private void readPoint(int arg) {
        GeoCommands.Point point = GeoCommands.pointArg(call, arg);
        if (point != null) {
            longitude = point.longitude();
            latitude = point.latitude();
        }
    }

    private void readMember(int arg) {
        SortedSetValue places = set;
        if (places == null) {
            return;
        }
        Args args = call.args();
        double score = places.score(args.array(arg), args.offset(arg), args.length(arg));
        if (Double.isNaN(score)) {
            call.fail("ERR could not decode requested zset member");
        } else {
            longitude = GeoHash.longitude(score);
            latitude = GeoHash.latitude(score);
        }
    }

    private void readRadius(int arg) {
        radius = call.doubleArg(arg, "ERR need numeric radius");
        if (!call.failed() && radius < 0) {
            call.fail("ERR radius cannot be negative");
        }
        if (!call.failed()) {
            metersOfUnit = GeoCommands.unitArg(call, arg + 1);
        }
    }

    private void readBox(int arg) {
        width = call.doubleArg(arg, "ERR need numeric width");
        if (!call.failed()) {
            height = call.doubleArg(arg + 1, "ERR need numeric height");
        }
        if (!call.failed() && (height < 0 || width < 0)) {
            call.fail("ERR height or width cannot be negative");
        }
        if (!call.failed()) {
            metersOfUnit = GeoCommands.unitArg(call, arg + 2);
        }
    }

    private void readOptions() {
        int arg = form.optionsArg;
        while (arg < call.argc() && !call.failed()) {
            int taken = readFlag(arg);
            if (taken == 0) {
                taken = readValueOption(arg, call.argc() - arg - 1);
            }
            if (taken == 0 && form.isSearch()) {
                taken = readSearchOption(arg, call.argc() - arg - 1);
            }
            if (taken == 0) {
                call.fail(Errors.SYNTAX);
            }
            arg += taken;
        }
    }

    /** Reads an option of one word; answers how many arguments it takes, 0 when it is none. */
    private int readFlag(int arg) {
        Args args = call.args();
        if (args.is(arg, "withdist")) {
            withDistance = true;
        } else if (args.is(arg, "withhash")) {
            withHash = true;
        } else if (args.is(arg, "withcoord")) {
            withCoordinates = true;
        } else if (args.is(arg, "any")) {
            any = true;
        } else if (args.is(arg, "asc")) {
            ascending = true;
            descending = false;
        } else if (args.is(arg, "desc")) {
            descending = true;
            ascending = false;
        } else if (form == Form.SEARCH_STORE && args.is(arg, "storedist")) {
            storesDistance = true;
        } else {
            return 0;
        }
        return 1;
    }

    /** Reads an option that has {@code left} arguments after it; answers as {@link #readFlag}. */
    private int readValueOption(int arg, int left) {
        Args args = call.args();
        if (left >= 1 && args.is(arg, "count")) {
            count = call.integerArg(arg + 1);
            if (!call.failed() && count <= 0) {
                call.fail("ERR COUNT must be > 0");
            }
            return 2;
        }
        boolean distance = args.is(arg, "storedist");
        if (left >= 1 && form.takesStore && (distance || args.is(arg, "store"))) {
            storeArg = arg + 1;
            storesDistance = distance;
            return 2;
        }
        return 0;
    }

    /** Reads an option of centre or shape; answers as {@link #readFlag}. */
    private int readSearchOption(int arg, int left) {
        Args args = call.args();
        if (left >= 1 && !fromPoint && args.is(arg, "frommember")) {
            fromMember = true;
            readMember(arg + 1);
            return 2;
        } else if (left >= 2 && !fromMember && args.is(arg, "fromlonlat")) {
            fromPoint = true;
            readPoint(arg + 1);
            return 3;
        } else if (left >= 2 && !byBox && args.is(arg, "byradius")) {
            byRadius = true;
            readRadius(arg + 1);
            return 3;
        } else if (left >= 3 && !byRadius && args.is(arg, "bybox")) {
            byBox = true;
            readBox(arg + 1);
            return 4;
        }
        return 0;
    }

    private void check() {
        if (storeArg > 0 && (withDistance || withHash || withCoordinates)) {
            call.fail("ERR " + (form == Form.SEARCH_STORE ? "GEOSEARCHSTORE" : "STORE option in GEORADIUS")
                    + " is not compatible with WITHDIST, WITHHASH and WITHCOORD options");
        } else if (form.isSearch() && !fromMember && !fromPoint) {
            call.fail("ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for "
                    + call.args().text(0));
        } else if (form.isSearch() && !byRadius && !byBox) {
            call.fail("ERR exactly one of BYRADIUS and BYBOX can be specified for "
                    + call.args().text(0));
        } else if (any && count == 0) {
            call.fail("ERR the ANY argument requires COUNT argument");
        }
    }

    // ------------------------------------------------------------------ search

    private void execute() {
        List<Place> places = find();
        boolean some = count > 0 && count < places.size();
        if (ascending || descending || count > 0 && !any) {
            Comparator<Place> order = descending ? NEAREST_FIRST.reversed() : NEAREST_FIRST;
            if (some) {
                Place[] found = places.toArray(Place[]::new);
                FirstFew.sort(found, (int) count, order);
                places = Arrays.asList(found);
            } else {
                places.sort(order);
            }
        }
        if (some) {
            places = places.subList(0, (int) count);
        }
        if (storeArg > 0) {
            store(places);
        } else {
            reply(places);
        }
    }

    private List<Place> find() {
        List<Place> places = new ArrayList<>();
        SortedSetValue source = set;
        if (source == null) {
            return places;
        }
        GeoShape shape = byBox
                ? new GeoShape.Box(longitude, latitude, width * metersOfUnit, height * metersOfUnit)
                : new GeoShape.Circle(longitude, latitude, radius * metersOfUnit);
        shape.search(source, (member, placeLongitude, placeLatitude, meters) -> {
            places.add(new Place(member, placeLongitude, placeLatitude, meters));
            return !any || places.size() < count;
        });
        return places;
    }

    // ------------------------------------------------------------------ result

    private void reply(List<Place> places) {
        Replies out = call.out();
        int details = (withDistance ? 1 : 0) + (withHash ? 1 : 0) + (withCoordinates ? 1 : 0);
        out.array(places.size());
        for (Place place : places) {
            if (details > 0) {
                out.array(details + 1);
            }
            out.bulk(place.member);
            if (withDistance) {
                GeoCommands.replyDistance(out, place.meters / metersOfUnit);
            }
            if (withHash) {
                out.integer((long) place.score);
            }
            if (withCoordinates) {
                GeoCommands.replyCoordinates(out, place.longitude, place.latitude);
            }
        }
    }

    private void store(List<Place> places) {
        ScoredMembers result = new ScoredMembers(places.size());
        for (Place place : places) {
            double score = storesDistance ? place.meters / metersOfUnit : place.score;
            result.add(place.member, 0, place.member.length, score);
        }
        Settings limits = call.server.settings;
        SortedSetValue value = result.toValue(limits.zsetMaxListpackEntries, limits.zsetMaxListpackValue);
        call.storeOrRemove(storeArg, value, NotifyClass.ZSET, form.isSearch() ? "geosearchstore" : "georadiusstore");
        call.addChanges(Math.max(0, places.size() - 1));
        call.out().integer(places.size());
    }
}
