package dev.vedette.wire.rdb;

/**
 * A block of a stream's entries: a listpack of a certain build.
 *
 * <pre>
 *   live | deleted | fields | field ... | 0                       the head, and the fields that most entries have
 *   flags | millis | sequence | value ... | elements              an entry with just those fields
 *   flags | millis | sequence | fields | field | value | ... | elements      any other entry
 * </pre>
 *
 * Flag 1 says that the entry was deleted, flag 2 that it has just those fields. Millis and sequence are relative to the id
 * under which the block is kept; the number of elements, itself left out, is for walking backwards.
 */
final class StreamBlob {

    private static final int DELETED = 1;
    private static final int SAME_FIELDS = 2;

    private final ListpackBlob listpack;
    private long live;
    private boolean wrong;

    StreamBlob(byte[] bytes) {
        listpack = new ListpackBlob(bytes);
    }

    /** How many entries it has that were not deleted, or -1 when it is corrupt. */
    long validate() {
        if (listpack.validate() < 0) {
            return -1;
        }
        long toldLive = integer();
        long toldDeleted = integer();
        long fields = integer();
        skip(fields);
        if (integer() != 0 || wrong) {
            return -1;
        }
        long deleted = 0;
        while (listpack.hasNext() && !wrong) {
            if ((entry(fields) & DELETED) != 0) {
                deleted++;
            } else {
                live++;
            }
        }
        boolean right = !wrong && live + deleted > 0 && toldLive == live && toldDeleted == deleted;
        return right ? live : -1;
    }

    private long entry(long headFields) {
        long flags = integer();
        integer();
        integer();
        boolean same = (flags & SAME_FIELDS) != 0;
        long fields = same ? headFields : integer();
        skip(same ? fields : 2 * fields);
        long elements = integer();
        wrong |= elements != 3 + (same ? fields : 2 * fields + 1);
        return flags;
    }

    private long integer() {
        if (wrong || !listpack.hasNext() || !listpack.isInteger()) {
            wrong = true;
            return 0;
        }
        return listpack.nextInteger();
    }

    private void skip(long elements) {
        if (elements < 0) {
            wrong = true;
        }
        for (long left = elements; left > 0 && !wrong; left--) {
            if (listpack.hasNext()) {
                listpack.skip();
            } else {
                wrong = true;
            }
        }
    }
}
