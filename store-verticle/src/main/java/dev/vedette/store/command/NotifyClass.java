package dev.vedette.store.command;

/** The classes of keyspace events (notify-keyspace-events), with their letters. */
public enum NotifyClass {
    KEYSPACE('K'),
    KEYEVENT('E'),
    GENERIC('g'),
    STRING('$'),
    LIST('l'),
    SET('s'),
    HASH('h'),
    ZSET('z'),
    EXPIRED('x'),
    EVICTED('e'),
    STREAM('t'),
    MODULE('d'),
    /** Not part of the letter A. */
    KEY_MISS('m'),
    /** Not part of the letter A. */
    NEW('n');

    private final char letter;

    NotifyClass(char letter) {
        this.letter = letter;
    }

    /** The class's bit in the setting. */
    public int bit() {
        return 1 << ordinal();
    }

    /** The letter in the directive. */
    public char letter() {
        return letter;
    }

    private static final String ALL = "g$lshzxetd";

    /** Reads the directive's value; -1 when it holds a letter that means nothing. */
    public static int parse(String letters) {
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            char c = letters.charAt(i);
            if (c == 'A') {
                bits |= parse(ALL);
                continue;
            }
            int before = bits;
            for (NotifyClass notifyClass : values()) {
                if (notifyClass.letter == c) {
                    bits |= notifyClass.bit();
                }
            }
            if (bits == before && !contains(bits, c)) {
                return -1;
            }
        }
        return bits;
    }

    private static boolean contains(int bits, char letter) {
        for (NotifyClass notifyClass : values()) {
            if (notifyClass.letter == letter) {
                return (bits & notifyClass.bit()) != 0;
            }
        }
        return false;
    }

    /** The directive's value in Redis's order of letters. */
    public static String format(int bits) {
        StringBuilder text = new StringBuilder();
        int all = parse(ALL);
        if ((bits & all) == all) {
            text.append('A');
        } else {
            for (NotifyClass notifyClass : values()) {
                if (ALL.indexOf(notifyClass.letter) >= 0 && (bits & notifyClass.bit()) != 0) {
                    text.append(notifyClass.letter);
                }
            }
        }
        for (NotifyClass notifyClass : new NotifyClass[] {KEYSPACE, KEYEVENT, KEY_MISS, NEW}) {
            if ((bits & notifyClass.bit()) != 0) {
                text.append(notifyClass.letter);
            }
        }
        return text.toString();
    }
}
