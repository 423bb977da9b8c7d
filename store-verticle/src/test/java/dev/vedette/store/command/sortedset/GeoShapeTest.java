package dev.vedette.store.command.sortedset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.keyspace.value.SortedSetValue;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

/** Places as scores, and searches against a look at every place. */
class GeoShapeTest {

    /** On the eastern edge of the map scores have more bits than a double keeps, in Redis too. */
    @Property
    void aPlaceLiesInTheMiddleOfItsCell(
            @ForAll @DoubleRange(min = -180, max = 179.99) double longitude,
            @ForAll @DoubleRange(min = -85, max = 85) double latitude) {
        double score = (double) GeoHash.score(longitude, latitude);
        assertEquals(longitude, GeoHash.longitude(score), 360.0 / (1 << 26));
        assertEquals(latitude, GeoHash.latitude(score), 180.0 / (1 << 26));
    }

    @Test
    void distancesAreThoseOfASphere() {
        assertEquals(0, GeoHash.distance(15, 37, 15, 37));
        double quarter = Math.PI / 2 * 6372797.560856;
        assertEquals(quarter, GeoHash.distance(0, 0, 90, 0), 1);
        assertEquals(quarter, GeoHash.distance(0, 0, 0, 90), 1);
        assertEquals(2 * quarter, GeoHash.distance(0, 0, 180, 0), 1);
        assertEquals(quarter * 2 / 180, GeoHash.distance(179.5, 0, -179.5, 0), 1);
    }

    /** Away from the poles, where the cells become too narrow for large shapes, in Redis too. */
    @Property(tries = 300)
    void findsEveryPlaceWithinOnce(@ForAll long seed) {
        Random random = new Random(seed);
        double longitude = random.nextDouble() * 360 - 180;
        double latitude = random.nextDouble() * 120 - 60;
        double meters = Math.pow(10, random.nextDouble() * 6);
        GeoShape shape = random.nextBoolean()
                ? new GeoShape.Circle(longitude, latitude, meters)
                : new GeoShape.Box(longitude, latitude, meters, Math.pow(10, random.nextDouble() * 6));
        SortedSetValue set = SortedSetValue.forMember(4, 128, 64);
        Set<String> expected = new TreeSet<>();
        for (int i = 0; i < 500; i++) {
            double degrees = 4 * GeoHash.degrees(meters) * random.nextDouble();
            double placeLongitude = wrapped(longitude + random.nextGaussian() * degrees);
            double placeLatitude = Math.clamp(latitude + random.nextGaussian() * degrees, -85.0, 85.0);
            double score = (double) GeoHash.score(placeLongitude, placeLatitude);
            byte[] name = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
            set.put(name, 0, name.length, score, 0, 128, 64);
            if (shape.distanceWithin(GeoHash.longitude(score), GeoHash.latitude(score)) >= 0) {
                expected.add(Integer.toString(i));
            }
        }
        Set<String> found = new TreeSet<>();
        shape.search(set, (member, memberLongitude, memberLatitude, distance) -> {
            assertTrue(found.add(new String(member.member(), StandardCharsets.US_ASCII)), "found twice");
            return true;
        });
        assertEquals(expected, found);
    }

    private static double wrapped(double longitude) {
        return Math.IEEEremainder(longitude, 360);
    }
}
