package dev.vedette.wire.rdb;

/** The numbers of the format: versions, types, opcodes, string encodings. The drawing is in the package's description. */
public final class RdbFormat {

    /** The version that {@link RdbWriter} writes: every Redis from 5.0 on loads it. */
    public static final int VERSION_WRITTEN = 9;

    /** The newest version that {@link RdbReader} reads, that of Redis 7.2. */
    public static final int VERSION_READ_MAX = 11;

    /** Type byte of a string. */
    public static final int TYPE_STRING = 0;

    /** Type byte of a list, element by element. */
    public static final int TYPE_LIST = 1;

    /** Type byte of a set, member by member. */
    public static final int TYPE_SET = 2;

    /** Type byte of a sorted set with scores as text. */
    public static final int TYPE_ZSET = 3;

    /** Type byte of a hash, field by field. */
    public static final int TYPE_HASH = 4;

    /** Type byte of a sorted set with scores as IEEE 754 doubles. */
    public static final int TYPE_ZSET_2 = 5;

    /** Type byte of a module's value in the form that only the module itself can read. */
    public static final int TYPE_MODULE = 6;

    /** Type byte of a module's value in the form that tells its extent. */
    public static final int TYPE_MODULE_2 = 7;

    static final int TYPE_HASH_ZIPMAP = 9;
    static final int TYPE_LIST_ZIPLIST = 10;
    static final int TYPE_SET_INTSET = 11;
    static final int TYPE_ZSET_ZIPLIST = 12;
    static final int TYPE_HASH_ZIPLIST = 13;
    static final int TYPE_LIST_QUICKLIST = 14;

    /** Type byte of a stream as Redis 5 and 6 write it. */
    public static final int TYPE_STREAM_LISTPACKS = 15;

    static final int TYPE_HASH_LISTPACK = 16;
    static final int TYPE_ZSET_LISTPACK = 17;
    static final int TYPE_LIST_QUICKLIST_2 = 18;

    /** Type byte of a stream as Redis 7.0 writes it. */
    public static final int TYPE_STREAM_LISTPACKS_2 = 19;

    static final int TYPE_SET_LISTPACK = 20;

    /** Type byte of a stream as Redis 7.2 writes it. */
    public static final int TYPE_STREAM_LISTPACKS_3 = 21;

    static final int OPCODE_FUNCTION2 = 245;
    static final int OPCODE_FUNCTION_PRE_GA = 246;
    static final int OPCODE_MODULE_AUX = 247;
    static final int OPCODE_IDLE = 248;
    static final int OPCODE_FREQ = 249;
    static final int OPCODE_AUX = 250;
    static final int OPCODE_RESIZEDB = 251;
    static final int OPCODE_EXPIRETIME_MS = 252;
    static final int OPCODE_EXPIRETIME = 253;
    static final int OPCODE_SELECTDB = 254;
    static final int OPCODE_EOF = 255;

    /** Two high bits of a length byte. */
    static final int LENGTH_14_BIT = 0x40;

    static final int LENGTH_32_BIT = 0x80;
    static final int LENGTH_64_BIT = 0x81;
    static final int LENGTH_ENCODED = 0xC0;

    static final int STRING_INT8 = 0;
    static final int STRING_INT16 = 1;
    static final int STRING_INT32 = 2;
    static final int STRING_LZF = 3;

    static final int MODULE_EOF = 0;
    static final int MODULE_SINT = 1;
    static final int MODULE_UINT = 2;
    static final int MODULE_FLOAT = 3;
    static final int MODULE_DOUBLE = 4;
    static final int MODULE_STRING = 5;

    private RdbFormat() {}
}
