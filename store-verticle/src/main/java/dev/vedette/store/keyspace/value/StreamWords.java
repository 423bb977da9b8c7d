package dev.vedette.store.keyspace.value;

/** Words that stand in arrays somewhere, as a command's arguments do: an entry's fields and values. */
public interface StreamWords {

    /** The array in which word {@code i} stands, from {@link #offset} for {@link #length} bytes. */
    byte[] array(int i);

    /** See {@link #array}. */
    int offset(int i);

    /** See {@link #array}. */
    int length(int i);
}
