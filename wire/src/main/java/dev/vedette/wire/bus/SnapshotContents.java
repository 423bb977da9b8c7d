package dev.vedette.wire.bus;

/** What a snapshot for a replica holds beside the head that says where in the stream it stands. */
public enum SnapshotContents {
    /** All keys and all function libraries. */
    ALL,
    /** The function libraries, and no key. */
    FUNCTIONS,
    /** Neither: its reader wants the stream only. */
    NOTHING
}
