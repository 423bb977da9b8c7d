package dev.vedette.store.command;

import java.util.List;

/**
 * Where keys stand among the arguments, as COMMAND INFO's key specifications tell it.
 *
 * @param begin where to begin: an index from 1, or 0 when {@code keyword} tells it
 * @param keyword the argument after which keys begin, or empty
 * @param keywordFrom from where the keyword is searched, negative from the end
 * @param find how the keys lie from there
 * @param a RANGE: index of the last key relative to the first (negative from the end); KEYNUM: index of the count,
 *     relative to the begin
 * @param b RANGE: step; KEYNUM: index of the first key, relative to the begin
 * @param c RANGE: limit; KEYNUM: step
 * @param flags the words that COMMAND INFO shows for it: RO, RW, OW, RM, access, update, insert, delete, ...
 */
public record KeySpec(int begin, String keyword, int keywordFrom, Find find, int a, int b, int c, List<String> flags) {

    /** How keys lie. */
    public enum Find {
        RANGE,
        KEYNUM,
        UNKNOWN
    }

    /** Flags of a key that is only read. */
    public static final List<String> READ = List.of("RO", "access");
    /** Flags of a key whose presence or metadata only is read. */
    public static final List<String> PROBE = List.of("RO");
    /** Flags of a key that is overwritten whole. */
    public static final List<String> OVERWRITE = List.of("OW", "update");
    /** Flags of a key that is overwritten whole where it was not there before. */
    public static final List<String> OVERWRITE_INSERT = List.of("OW", "insert");
    /** Flags of a key whose value is read and changed, depending on the arguments. */
    public static final List<String> VARIABLE_UPDATE = List.of("RW", "access", "update", "variable_flags");
    /** Flags of a key whose value is changed. */
    public static final List<String> UPDATE = List.of("RW", "update");
    /** Flags of a key whose value is read and changed. */
    public static final List<String> ACCESS_UPDATE = List.of("RW", "access", "update");
    /** Flags of a key that is read, and changed without its content becoming another. */
    public static final List<String> ACCESS = List.of("RW", "access");
    /** Flags of a key that is read and to which something is added. */
    public static final List<String> ACCESS_INSERT = List.of("RW", "access", "insert");
    /** Flags of a key to which something is added. */
    public static final List<String> INSERT = List.of("RW", "insert");
    /** Flags of a key from which something is removed. */
    public static final List<String> DELETE = List.of("RW", "delete");
    /** Flags of a key from which something is removed and answered. */
    public static final List<String> ACCESS_DELETE = List.of("RW", "access", "delete");
    /** Flags of a key that is removed. */
    public static final List<String> REMOVE = List.of("RM", "delete");

    /** Flags of what lies like keys and is none (shard channels). */
    public static final List<String> NOT_KEY = List.of("not_key");

    /** One key at that argument. */
    public static KeySpec at(int index, List<String> flags) {
        return new KeySpec(index, "", 0, Find.RANGE, 0, 1, 0, flags);
    }

    /** Keys from that argument to {@code last} (absolute when positive is meant relative to first; -1 is the last). */
    public static KeySpec range(int first, int last, int step, List<String> flags) {
        return new KeySpec(first, "", 0, Find.RANGE, last, step, 0, flags);
    }

    /** A count at that argument, followed by so many keys. */
    public static KeySpec counted(int countIndex, List<String> flags) {
        return new KeySpec(countIndex, "", 0, Find.KEYNUM, 0, 1, 1, flags);
    }

    /** Keys that only the command's own code, or the data, can tell. */
    public static KeySpec unknown(List<String> flags) {
        return new KeySpec(0, "", 0, Find.UNKNOWN, 0, 0, 0, flags);
    }

    /** One key after a keyword, searched from that argument on. */
    public static KeySpec after(String keyword, int from, List<String> flags) {
        return new KeySpec(0, keyword, from, Find.RANGE, 0, 1, 0, flags);
    }
}
