package dev.vedette.store.snapshot;

/**
 * Where in the change stream a dump was taken, as its auxiliary fields tell it.
 *
 * @param replid the history
 * @param offset position in it: the dump holds its effects up to there
 * @param database what a reader of the stream has selected at that position
 */
public record ReplicationPoint(String replid, long offset, int database) {}
