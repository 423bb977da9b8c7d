package dev.vedette.wire.resp;

/** The Redis whose behaviour is kept, as clients, tools, scripts and dumps are told: they branch on it. */
public final class RedisVersion {

    /** As INFO and HELLO give it. */
    public static final String TEXT = "7.0.15";

    /** As scripts compare it: a byte each for the major version, the minor one and the patch. */
    public static final int NUMBER = 0x07_00_0f;

    private RedisVersion() {}
}
