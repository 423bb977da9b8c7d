package dev.vedette.wire.rdb;

/**
 * What a dump tells of a stream beside its entries and groups. The numbers have 64 bits without a sign.
 *
 * @param length entries that were not deleted
 * @param lastMillis the id that was given last, its first part
 * @param lastSequence its second part
 * @param firstMillis the id of the first entry, 0-0 when there is none
 * @param firstSequence its second part
 * @param deletedMillis the greatest id of an entry that was deleted by its id, 0-0 when there is none
 * @param deletedSequence its second part
 * @param entriesAdded how many entries there have ever been
 * @param isCounted false when the dump is older than Redis 7.0: the first id, the deleted id, the entries added and
 *     what groups have read were not kept then, and are 0 here
 */
public record RdbStream(
        long length,
        long lastMillis,
        long lastSequence,
        long firstMillis,
        long firstSequence,
        long deletedMillis,
        long deletedSequence,
        long entriesAdded,
        boolean isCounted) {}
