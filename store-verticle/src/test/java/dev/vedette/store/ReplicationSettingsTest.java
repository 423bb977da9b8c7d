package dev.vedette.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ReplicationSettingsTest {

    private static final long MIB = 1024 * 1024;
    private static final long HEAP = 4096 * MIB;

    @Test
    void theBacklogMayGrowUnlessItsSizeWasChosen() {
        assertEquals(64 * MIB, ReplicationSettings.backlogMaxBytes(MIB, 0, HEAP));
        assertEquals(100, ReplicationSettings.backlogMaxBytes(100, 0, HEAP));
        assertEquals(200 * MIB, ReplicationSettings.backlogMaxBytes(200 * MIB, 0, HEAP));
        assertEquals(10 * MIB, ReplicationSettings.backlogMaxBytes(100, 10 * MIB, HEAP));
        assertEquals(MIB, ReplicationSettings.backlogMaxBytes(MIB, 100, HEAP), "never less than its size");
    }

    @Test
    void theDataNeedsTheHeapMore() {
        assertEquals(16 * MIB, ReplicationSettings.backlogMaxBytes(MIB, 0, 128 * MIB));
        assertEquals(512 * MIB, ReplicationSettings.backlogMaxBytes(MIB, 1000 * MIB, HEAP));
        assertEquals(
                1000 * MIB, ReplicationSettings.backlogMaxBytes(1000 * MIB, 0, HEAP), "what was asked for is kept");
    }
}
