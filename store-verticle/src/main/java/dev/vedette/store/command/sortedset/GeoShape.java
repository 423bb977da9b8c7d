package dev.vedette.store.command.sortedset;

import dev.vedette.store.keyspace.value.SortedSetValue;

/**
 * A circle or a box on the earth, and the search for the places within.
 *
 * <p>The search reads the nine cells around the centre whose size suits the shape, but for those that lie beyond it:
 *
 * <pre>
 *   +----+----+----+
 *   | NW | N  | NE |      each cell is one range of scores;
 *   +----+----+----+      the order of the search is
 *   | W  | C  | E  |      C N S E W NE NW SE SW
 *   +----+----+----+
 *   | SW | S  | SE |
 *   +----+----+----+
 * </pre>
 */
abstract sealed class GeoShape {

    /** Half the length of the equator on the web's Mercator map. */
    private static final double MERCATOR_METERS = 20037726.37;

    /** East and north of the centre, in the order of the search. */
    private static final int[][] CELLS = {{0, 0}, {0, 1}, {0, -1}, {1, 0}, {-1, 0}, {1, 1}, {-1, 1}, {1, -1}, {-1, -1}};

    private static final double LATITUDE_OF_NARROW_CELLS = 66;
    private static final double LATITUDE_OF_VERY_NARROW_CELLS = 80;

    final double longitude;
    final double latitude;

    private GeoShape(double longitude, double latitude) {
        this.longitude = longitude;
        this.latitude = latitude;
    }

    /** Takes the places that a search finds; answers whether it wants more. */
    @FunctionalInterface
    interface Found {
        boolean place(SortedSetValue.Ranked member, double longitude, double latitude, double meters);
    }

    /** Meters from the centre to its farthest point. */
    abstract double reachMeters();

    /** Meters from the centre to its western and eastern edge. */
    abstract double halfWidthMeters();

    /** Meters from the centre to its northern and southern edge. */
    abstract double halfHeightMeters();

    /** Meters from the centre to a place, or -1 when the place is outside. */
    abstract double distanceWithin(double longitude, double latitude);

    /** All places not farther than {@code meters}. */
    static final class Circle extends GeoShape {
        private final double meters;

        Circle(double longitude, double latitude, double meters) {
            super(longitude, latitude);
            this.meters = meters;
        }

        @Override
        double reachMeters() {
            return meters;
        }

        @Override
        double halfWidthMeters() {
            return meters;
        }

        @Override
        double halfHeightMeters() {
            return meters;
        }

        @Override
        double distanceWithin(double longitude, double latitude) {
            double distance = GeoHash.distance(this.longitude, this.latitude, longitude, latitude);
            return distance > meters ? -1 : distance;
        }
    }

    /** All places whose way along the meridian and along the parallel is not farther than to the edges. */
    static final class Box extends GeoShape {
        private final double widthMeters;
        private final double heightMeters;

        Box(double longitude, double latitude, double widthMeters, double heightMeters) {
            super(longitude, latitude);
            this.widthMeters = widthMeters;
            this.heightMeters = heightMeters;
        }

        @Override
        double reachMeters() {
            return Math.sqrt(halfWidthMeters() * halfWidthMeters() + halfHeightMeters() * halfHeightMeters());
        }

        @Override
        double halfWidthMeters() {
            return widthMeters / 2;
        }

        @Override
        double halfHeightMeters() {
            return heightMeters / 2;
        }

        @Override
        double distanceWithin(double longitude, double latitude) {
            if (GeoHash.latitudeDistance(latitude, this.latitude) > heightMeters / 2
                    || GeoHash.distance(longitude, latitude, this.longitude, latitude) > widthMeters / 2) {
                return -1;
            }
            return GeoHash.distance(this.longitude, this.latitude, longitude, latitude);
        }
    }

    // ------------------------------------------------------------------ the search

    /** Shows the places of the set that are within, in the order of the cells and of the scores. */
    void search(SortedSetValue set, Found found) {
        Cells cells = cells();
        int last = 0;
        for (int i = 0; i < CELLS.length; i++) {
            if (!cells.isUseful(CELLS[i][0], CELLS[i][1])) {
                continue;
            }
            // When cells are as large as half the earth, the neighbours on both sides are the same one.
            if (last > 0 && cells.firstScore(i) == cells.firstScore(last)) {
                continue;
            }
            if (!search(set, cells.firstScore(i), cells.endScore(i), found)) {
                return;
            }
            last = i;
        }
    }

    private boolean search(SortedSetValue set, double firstScore, double endScore, Found found) {
        SortedSetValue.Ranked members = set.ranked(set.countBelow(firstScore, false), false);
        while (members.next() && members.score() < endScore) {
            double placeLongitude = GeoHash.longitude(members.score());
            double placeLatitude = GeoHash.latitude(members.score());
            double meters = distanceWithin(placeLongitude, placeLatitude);
            if (meters != -1 && !found.place(members, placeLongitude, placeLatitude, meters)) {
                return false;
            }
        }
        return true;
    }

    private Cells cells() {
        double up = GeoHash.degrees(halfHeightMeters());
        // The edge nearer to the pole spans more degrees.
        double pole = latitude < 0 ? latitude - up : latitude + up;
        double aside = GeoHash.degrees(halfWidthMeters()) / GeoHash.cosine(pole);
        Cells cells = new Cells(steps(reachMeters()), aside, up);
        return cells.steps > 1 && !cells.coverTheShape() ? new Cells(cells.steps - 1, aside, up) : cells;
    }

    /** How often each coordinate is halved so that nine cells around the centre hold a circle of that radius. */
    private int steps(double meters) {
        if (meters == 0) {
            return GeoHash.STEPS;
        }
        int steps = -1;
        for (double reach = meters; reach < MERCATOR_METERS; reach *= 2) {
            steps++;
        }
        if (Math.abs(latitude) > LATITUDE_OF_NARROW_CELLS) {
            steps--;
        }
        if (Math.abs(latitude) > LATITUDE_OF_VERY_NARROW_CELLS) {
            steps--;
        }
        return Math.clamp(steps, 1, GeoHash.STEPS);
    }

    /** The cell of the centre and its neighbours, all of one size. */
    private final class Cells {
        private final int steps;
        private final long column;
        private final long row;
        private final double west;
        private final double east;
        private final double south;
        private final double north;

        /** Cells of that size, for a shape that reaches so many degrees aside, up and down. */
        Cells(int steps, double aside, double up) {
            this.steps = steps;
            column = GeoHash.part(longitude, GeoHash.LONGITUDE_MAX, steps);
            row = GeoHash.part(latitude, GeoHash.LATITUDE_MAX, steps);
            west = longitude - aside;
            east = longitude + aside;
            south = latitude - up;
            north = latitude + up;
        }

        private double columnStart(long column) {
            return GeoHash.start(column, GeoHash.LONGITUDE_MAX, steps);
        }

        private double rowStart(long row) {
            return GeoHash.start(row, GeoHash.LATITUDE_MAX, steps);
        }

        /** The number of a column or row; beyond the edge of the map comes the other edge. */
        private long beside(long number, int offset) {
            return offset == 0 ? number : number + offset & (1L << steps) - 1;
        }

        boolean coverTheShape() {
            return !(rowStart(beside(row, 1) + 1) < north
                    || rowStart(beside(row, -1)) > south
                    || columnStart(beside(column, 1) + 1) < east
                    || columnStart(beside(column, -1)) > west);
        }

        /** Whether the shape may reach into the cell that lies so far east and north of the centre's. */
        boolean isUseful(int eastward, int northward) {
            if (steps < 2) {
                return true;
            }
            boolean reaches = true;
            if (northward < 0) {
                reaches = !(rowStart(row) < south);
            } else if (northward > 0) {
                reaches = !(rowStart(row + 1) > north);
            }
            if (eastward < 0) {
                return reaches && !(columnStart(column) < west);
            } else if (eastward > 0) {
                return reaches && !(columnStart(column + 1) > east);
            }
            return reaches;
        }

        private long bits(int cell) {
            return GeoHash.interleave(beside(column, CELLS[cell][0]), beside(row, CELLS[cell][1]));
        }

        double firstScore(int cell) {
            return (double) (bits(cell) << 2 * (GeoHash.STEPS - steps));
        }

        double endScore(int cell) {
            return (double) (bits(cell) + 1 << 2 * (GeoHash.STEPS - steps));
        }
    }
}
