package dev.vedette.store.keyspace.value;

/** Takes the members of a set that a step of SSCAN shows. */
@FunctionalInterface
public interface MemberVisitor {

    /** The next member: {@code length} bytes of {@code array}, which is to be read at once and not to be changed. */
    void member(byte[] array, int offset, int length);
}
