package dev.vedette.store.command;

import java.util.Locale;

/** The categories of ACL rules. READ, WRITE, FAST, SLOW and some others follow from the flags and are not declared. */
public enum AclCategory {
    KEYSPACE,
    READ,
    WRITE,
    SET,
    SORTEDSET,
    LIST,
    HASH,
    STRING,
    BITMAP,
    HYPERLOGLOG,
    GEO,
    STREAM,
    PUBSUB,
    ADMIN,
    FAST,
    SLOW,
    BLOCKING,
    DANGEROUS,
    CONNECTION,
    TRANSACTION,
    SCRIPTING;

    /** The word after the {@code @}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
