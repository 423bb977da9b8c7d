package dev.vedette.store.command.string;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.command.string.HyperLogLog.CorruptException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HyperLogLogTest {

    private static final int SPARSE_MAX = 3000;

    private static byte[] element(int number) {
        return ("element " + number).getBytes(StandardCharsets.US_ASCII);
    }

    private static HyperLogLog of(int elements, int sparseMax) throws CorruptException {
        HyperLogLog sketch = HyperLogLog.empty();
        for (int i = 0; i < elements; i++) {
            byte[] element = element(i);
            sketch.add(element, 0, element.length, sparseMax);
        }
        return sketch;
    }

    @Test
    void aSparseSketchGrowsDenseAtItsLimitAndKeepsItsRegisters() throws CorruptException {
        HyperLogLog sparse = of(2000, Integer.MAX_VALUE);
        HyperLogLog dense = of(2000, SPARSE_MAX);
        assertFalse(sparse.isDense());
        assertTrue(dense.isDense());
        assertEquals(HyperLogLog.DENSE_BYTES, dense.toBytes().length);
        byte[] ofSparse = new byte[HyperLogLog.REGISTERS];
        byte[] ofDense = new byte[HyperLogLog.REGISTERS];
        sparse.mergeInto(ofSparse);
        dense.mergeInto(ofDense);
        assertArrayEquals(ofSparse, ofDense);
        assertEquals(sparse.cardinality(), dense.cardinality());
        assertEquals(HyperLogLog.cardinality(ofSparse), dense.cardinality());
    }

    @Test
    void anArrayGivenIsNotChangedBySparseAdditions() throws CorruptException {
        byte[] before = of(100, SPARSE_MAX).toBytes();
        byte[] given = new byte[before.length + 5];
        System.arraycopy(before, 0, given, 5, before.length);
        byte[] kept = given.clone();
        HyperLogLog sketch = new HyperLogLog(given, 5, before.length);
        assertFalse(sketch.add(element(7), 0, element(7).length, SPARSE_MAX));
        assertFalse(sketch.isOwn());
        assertTrue(sketch.add(element(1000), 0, element(1000).length, SPARSE_MAX));
        assertTrue(sketch.isOwn());
        assertArrayEquals(kept, given);
    }

    @Test
    void estimatesAreGoodInBothForms() throws CorruptException {
        assertNull(HyperLogLogCheck.run(SPARSE_MAX));
    }

    @Test
    void nothingIsEstimatedAsNothing() throws CorruptException {
        HyperLogLog empty = HyperLogLog.empty();
        assertEquals(0, empty.cardinality());
        assertTrue(empty.isCacheValid());
        assertEquals(0, empty.cachedCardinality());
        empty.invalidateCache();
        assertFalse(empty.isCacheValid());
    }

    @Test
    void runsThatDoNotCoverAllRegistersAreCorrupt() {
        for (int[] runs : new int[][] {{}, {0x7f}, {0x7f, 0xfe}, {0x7f, 0xff, 0x80}, {0x00}}) {
            byte[] bytes = new byte[16 + runs.length];
            System.arraycopy(HyperLogLog.empty().toBytes(), 0, bytes, 0, 16);
            for (int i = 0; i < runs.length; i++) {
                bytes[16 + i] = (byte) runs[i];
            }
            HyperLogLog sketch = new HyperLogLog(bytes, 0, bytes.length);
            assertThrows(CorruptException.class, sketch::cardinality);
            assertThrows(CorruptException.class, sketch::makeDense);
        }
    }
}
