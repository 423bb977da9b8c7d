package dev.vedette.replication.replica;

import dev.vedette.wire.bus.StreamIdentity;
import java.util.HashMap;
import java.util.Map;

/**
 * What a master says of itself before its data replaces ours.
 *
 * @param replid its history
 * @param replid2 the one before, or 40 zeros
 * @param secondOffset up to where (exclusive) {@code replid2} is valid, or -1
 * @param empty whether it holds no key, or none but what came since it started with nothing, less than a minute ago
 */
record MasterFacts(String replid, String replid2, long secondOffset, boolean empty) {

    /** Answer of {@link #sharedWith} when the histories have nothing to do with one another. */
    static final long UNRELATED = -1;

    /** Whoever watches over the master has noticed by then that it came back without its data. */
    private static final int YOUNG_SECONDS = 60;

    /**
     * Reads them out of INFO.
     *
     * @param info the sections server, persistence, replication and keyspace; of the first two what the master knows
     * @throws IllegalArgumentException when they are not there
     */
    static MasterFacts of(String info) {
        Map<String, String> fields = new HashMap<>();
        boolean keys = false;
        for (String line : info.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                fields.put(line.substring(0, colon), line.substring(colon + 1));
                keys |= line.startsWith("db") && Character.isDigit(line.charAt(2));
            }
        }
        String replid = fields.get("master_replid");
        String replid2 = fields.get("master_replid2");
        String second = fields.get("second_repl_offset");
        if (replid == null || replid2 == null || second == null) {
            throw new IllegalArgumentException("it does not say what its history is");
        }
        return new MasterFacts(replid, replid2, Long.parseLong(second), !keys || startedEmpty(fields));
    }

    private static boolean startedEmpty(Map<String, String> fields) {
        return "0".equals(fields.get("rdb_last_load_keys_loaded"))
                && "0".equals(fields.get("aof_enabled"))
                && Long.parseLong(fields.getOrDefault("uptime_in_seconds", String.valueOf(YOUNG_SECONDS)))
                        < YOUNG_SECONDS;
    }

    /** Up to which offset the master and the owner of that identity have the same data, or {@link #UNRELATED}. */
    long sharedWith(StreamIdentity mine) {
        if (replid.equals(mine.replid())) {
            return mine.offset();
        }
        if (replid2.equals(mine.replid())) {
            return secondOffset - 1;
        }
        if (replid.equals(mine.replid2())) {
            return mine.secondOffset() - 1;
        }
        if (replid2.equals(mine.replid2()) && !replid2.equals(StreamIdentity.NO_REPLID)) {
            return Math.min(secondOffset, mine.secondOffset()) - 1;
        }
        return UNRELATED;
    }
}
