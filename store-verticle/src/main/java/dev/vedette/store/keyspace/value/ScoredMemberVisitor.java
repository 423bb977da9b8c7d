package dev.vedette.store.keyspace.value;

/** Takes the members of a sorted set that a step of ZSCAN shows. */
@FunctionalInterface
public interface ScoredMemberVisitor {

    /** The next member: {@code length} bytes of {@code array}, which is to be read at once and not to be changed. */
    void member(byte[] array, int offset, int length, double score);
}
