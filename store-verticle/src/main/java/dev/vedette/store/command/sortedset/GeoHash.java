package dev.vedette.store.command.sortedset;

import java.nio.charset.StandardCharsets;

/**
 * Places as scores: longitude and latitude, each cut into 2^26 parts and counted from the south-west, their bits
 * interleaved into 52.
 *
 * <pre>
 *   bit 51     50      49     ...    1       0
 *   longitude  lat.    lon.          lon.    lat.
 * </pre>
 *
 * <p>A prefix of these bits is a cell, and all places of a cell are next to each other in a sorted set. Longitude reaches
 * from -180 to 180, latitude to 85.05112878 on either side (where the Mercator map of the web ends). A coordinate on the
 * upper edge gets a part of its own, beyond the last, as in Redis; hence a score may have more than 52 bits.
 */
final class GeoHash {

    static final double LONGITUDE_MAX = 180;
    static final double LATITUDE_MAX = 85.05112878;

    /** Into how many halves each coordinate of a score is cut. */
    static final int STEPS = 26;

    private static final double EARTH_RADIUS_METERS = 6372797.560856;
    private static final double RADIANS = Math.PI / 180;
    private static final byte[] ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz".getBytes(StandardCharsets.US_ASCII);
    private static final int TEXT_LENGTH = 11;
    private static final int TEXT_BITS = 5;

    private GeoHash() {}

    // ------------------------------------------------------------------ coordinates and scores

    /** The score of a place. */
    static long score(double longitude, double latitude) {
        return interleave(part(longitude, LONGITUDE_MAX, STEPS), part(latitude, LATITUDE_MAX, STEPS));
    }

    /** In which of 2^{@code steps} parts of the range from {@code -max} to {@code max} a coordinate lies. */
    static long part(double coordinate, double max, int steps) {
        return (long) ((coordinate + max) / (max + max) * (1L << steps));
    }

    /** Where a part of the range from {@code -max} to {@code max} begins. */
    static double start(long part, double max, int steps) {
        return -max + (double) part / (1L << steps) * (max + max);
    }

    private static double middle(long part, double max) {
        double middle = (start(part, max, STEPS) + start(part + 1 & 0xffffffffL, max, STEPS)) / 2;
        return Math.min(Math.max(middle, -max), max);
    }

    /** The longitude of a place, in the middle of its cell. */
    static double longitude(double score) {
        return middle(everySecond((long) score >>> 1), LONGITUDE_MAX);
    }

    /** The latitude of a place, in the middle of its cell. */
    static double latitude(double score) {
        return middle(everySecond((long) score), LATITUDE_MAX);
    }

    /** The bits of both, those of the longitude before those of the latitude. */
    static long interleave(long longitudePart, long latitudePart) {
        return spread(longitudePart) << 1 | spread(latitudePart);
    }

    /** Puts a zero before each of the low 32 bits. */
    private static long spread(long bits) {
        return Long.expand(bits & 0xffffffffL, 0x5555555555555555L);
    }

    private static long everySecond(long bits) {
        return Long.compress(bits, 0x5555555555555555L);
    }

    // ------------------------------------------------------------------ text

    /** The usual text of eleven letters, which cuts latitudes from -90 to 90; the last letter is always 0. */
    static byte[] text(double score) {
        long bits = interleave(part(longitude(score), LONGITUDE_MAX, STEPS), part(latitude(score), 90, STEPS));
        byte[] text = new byte[TEXT_LENGTH];
        for (int i = 0; i < TEXT_LENGTH - 1; i++) {
            text[i] = ALPHABET[(int) (bits >>> 2 * STEPS - (i + 1) * TEXT_BITS) & 0x1f];
        }
        text[TEXT_LENGTH - 1] = ALPHABET[0];
        return text;
    }

    // ------------------------------------------------------------------ distances

    /** Meters between two places on a sphere (haversine formula). */
    static double distance(double longitude1, double latitude1, double longitude2, double latitude2) {
        double v = Math.sin((longitude2 * RADIANS - longitude1 * RADIANS) / 2);
        if (v == 0) {
            return latitudeDistance(latitude1, latitude2);
        }
        double u = Math.sin((latitude2 * RADIANS - latitude1 * RADIANS) / 2);
        double a = u * u + Math.cos(latitude1 * RADIANS) * Math.cos(latitude2 * RADIANS) * v * v;
        return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(a));
    }

    /** Meters between two places on one meridian. */
    static double latitudeDistance(double latitude1, double latitude2) {
        return EARTH_RADIUS_METERS * Math.abs(latitude2 * RADIANS - latitude1 * RADIANS);
    }

    /** The degrees of an arc of so many meters on a meridian, or on the equator. */
    static double degrees(double meters) {
        return meters / EARTH_RADIUS_METERS / RADIANS;
    }

    /** The cosine of a latitude. */
    static double cosine(double latitude) {
        return Math.cos(latitude * RADIANS);
    }
}
