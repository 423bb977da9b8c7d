package dev.vedette.bench;

import dev.vedette.store.keyspace.value.ListValue;
import java.nio.charset.StandardCharsets;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Lists, small (100 elements) and big (100,000), of elements of 10 bytes, in chunks of Redis's default size.
 *
 * <p>{@code make bench-micro ONLY=ListBenchmark}
 */
@State(Scope.Thread)
public class ListBenchmark extends MicroBenchmark {

    private static final int LIST_MAX_LISTPACK_SIZE = -2;
    private static final byte[] ELEMENT = "0123456789".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PIVOT = "the middle".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] GUEST = "comes,goes".getBytes(StandardCharsets.US_ASCII);

    @Param({"100", "100000"})
    public int elements;

    private final Names names = new Names("");
    private ListValue list = new ListValue(LIST_MAX_LISTPACK_SIZE);

    /** Fills the list, the pivot in its middle. */
    @Setup(Level.Trial)
    public void fill() {
        list = new ListValue(LIST_MAX_LISTPACK_SIZE);
        for (int i = 0; i < elements; i++) {
            byte[] element = i == elements / 2 ? PIVOT : ELEMENT;
            list.pushLast(element, 0, element.length);
        }
    }

    /** RPUSH and RPOP: two operations. */
    @Benchmark
    public int stack() {
        list.pushLast(ELEMENT, 0, ELEMENT.length);
        int length = list.lastLength();
        list.removeLast(1);
        return length;
    }

    /** LPUSH and RPOP, which wander through memory: two operations. */
    @Benchmark
    public int queue() {
        list.pushFirst(ELEMENT, 0, ELEMENT.length);
        int length = list.lastLength();
        list.removeLast(1);
        return length;
    }

    /** LINDEX, anywhere. */
    @Benchmark
    public int index() {
        ListValue.Cursor cursor = list.forward(names.draw(elements));
        cursor.next();
        return cursor.length();
    }

    /** LSET of an element of the same length, anywhere. */
    @Benchmark
    public void set() {
        list.set(names.draw(elements), ELEMENT, 0, ELEMENT.length);
    }

    /** LINSERT before the middle, found from the head, and LREM of what came: two operations. */
    @Benchmark
    public long insert() {
        list.insert(true, PIVOT, 0, PIVOT.length, GUEST, 0, GUEST.length);
        return list.removeEqual(GUEST, 0, GUEST.length, 1, false);
    }

    /** LRANGE 0 99. */
    @Benchmark
    public int rangeOf100() {
        ListValue.Cursor cursor = list.forward(0);
        int sum = 0;
        for (int i = 0; i < 100 && cursor.next(); i++) {
            sum += cursor.length();
        }
        return sum;
    }
}
