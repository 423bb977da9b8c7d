package dev.vedette.wire.rdb;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class Crc64Test {

    @Test
    void knownValue() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertEquals(0xe9c6d914c4b8d9caL, Crc64.update(0, digits, 0, 9));
    }

    @Property
    void aSplitChangesNothing(@ForAll @Size(max = 100) byte[] bytes, @ForAll @IntRange(max = 100) int split) {
        int at = Math.min(split, bytes.length);
        long first = Crc64.update(0, bytes, 0, at);
        assertEquals(Crc64.update(0, bytes, 0, bytes.length), Crc64.update(first, bytes, at, bytes.length - at));
    }
}
