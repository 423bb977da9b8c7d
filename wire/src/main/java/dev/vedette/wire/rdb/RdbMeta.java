package dev.vedette.wire.rdb;

/**
 * What a dump says about a key beside its value.
 *
 * @param expireAtMillis Unix time in milliseconds at which the key expires, or -1
 * @param idleSeconds seconds since the last access (written under an LRU eviction policy), or -1
 * @param frequency LFU counter 0 to 255 (written under an LFU eviction policy), or -1
 */
public record RdbMeta(long expireAtMillis, long idleSeconds, int frequency) {

    /** Nothing is said: no expiry, no usage. */
    public static final RdbMeta NONE = new RdbMeta(-1, -1, -1);
}
