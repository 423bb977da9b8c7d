package dev.vedette.store.keyspace;

/** Takes the entries of a segment into a snapshot. */
@FunctionalInterface
public interface SegmentVisitor {

    /**
     * Called once for each segment of a snapshot: in the walk's turn, or just before a change to a segment that the walk
     * has not reached.
     */
    void visit(Database database, Segment segment);
}
