package dev.vedette.store.keyspace;

/** Takes what a snapshot meets. */
@FunctionalInterface
public interface SegmentVisitor {

    /**
     * Takes the entries of a segment: called once for each segment that was there at the cut, in the walk's turn or just
     * before a change to a segment that the walk has not reached.
     *
     * @param database number of the database to which they belonged at the cut
     * @param entries constant, also for other threads, until the visit is finished, at the latest until the snapshot ends
     *     (the access data of packed ones may be newer than the cut); to be released by the visitor
     */
    void visit(int database, HeldEntries entries);

    /**
     * Of how many visits, from the first on, the entries are needed no more: what is packed may be written over from now
     * on. Rising; asked on the event loop, before each such change.
     */
    default long finishedVisits() {
        return 0;
    }
}
