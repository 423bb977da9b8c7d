package dev.vedette.store.keyspace;

/** What TYPE answers. */
public enum ValueType {
    STRING("string"),
    LIST("list"),
    SET("set"),
    ZSET("zset"),
    HASH("hash"),
    STREAM("stream"),
    MODULE("module");

    private final String word;

    ValueType(String word) {
        this.word = word;
    }

    /** The word of the TYPE command and of SCAN's TYPE option. */
    public String word() {
        return word;
    }
}
