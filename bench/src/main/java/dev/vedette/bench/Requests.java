package dev.vedette.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What is asked: SET and GET of random keys, in RESP, without garbage. */
final class Requests {

    private static final int DRAWS = 1 << 20;

    private final Names names;
    private final int keys;
    private final int getsPerMillion;
    private final byte[] getHead;
    private final byte[] setHead;
    private final byte[] setTail;
    private final byte[] lineEnd = ascii("\r\n");
    private int filled;

    /** Requests for so many keys; {@code getShare} of them, 0 to 1, read. */
    Requests(String prefix, int keys, int valueBytes, double getShare, long expireAtMillis) {
        this.names = new Names(prefix);
        this.keys = keys;
        this.getsPerMillion = (int) (getShare * DRAWS);
        String key = "$" + names.length() + "\r\n";
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) 'x');
        String at = String.valueOf(expireAtMillis);
        String expiry = expireAtMillis < 0 ? "" : "\r\n$4\r\nPXAT\r\n$" + at.length() + "\r\n" + at;
        getHead = ascii("*2\r\n$3\r\nGET\r\n" + key);
        setHead = ascii("*" + (expireAtMillis < 0 ? 3 : 5) + "\r\n$3\r\nSET\r\n" + key);
        setTail = ascii("\r\n$" + valueBytes + "\r\n" + new String(value, StandardCharsets.US_ASCII) + expiry + "\r\n");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The most bytes of one request. */
    int bytesMax() {
        return setHead.length + names.length() + setTail.length;
    }

    /** Puts the next request; answers whether it is a GET. */
    boolean putAny(ByteBuffer out) {
        if (names.draw(DRAWS) < getsPerMillion) {
            out.put(getHead).put(names.any(keys)).put(lineEnd);
            return true;
        }
        putSet(out, names.draw(keys));
        return false;
    }

    /** Puts a SET of the first key that has not been filled yet; false when there is none. */
    boolean putFill(ByteBuffer out) {
        if (filled == keys) {
            return false;
        }
        putSet(out, filled++);
        return true;
    }

    private void putSet(ByteBuffer out, int key) {
        out.put(setHead).put(names.of(key)).put(setTail);
    }
}
