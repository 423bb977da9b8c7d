package dev.vedette.launcher.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Talk;
import dev.vedette.wire.resp.Reply;
import dev.vedette.wire.resp.ReplyText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** All that a server holds, as a client can read it: what is equal here is equal to every client. */
final class Contents {

    private static final byte[] ALL = bytes("0");
    private static final byte[] END = bytes("-1");

    private Contents() {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Of every key, named by its database and itself: type, moment at which it ends, value. */
    static SortedMap<String, String> of(Talk talk) throws IOException {
        SortedMap<String, String> found = new TreeMap<>();
        for (String database : talk.info("keyspace").keySet()) {
            talk.text("SELECT", database.substring(2));
            for (Reply.Bulk key : keys(talk)) {
                found.put(database + " " + printed(key, false), describe(talk, key.bytes()));
            }
        }
        talk.text("SELECT", "0");
        return found;
    }

    /**
     * Waits until the replica has read all that the master has; then both hold the same, and think so.
     *
     * @return how many keys
     */
    static int assertSame(Node master, Node replica) throws IOException {
        replica.awaitSynced(master);
        assertEquals(master.info("replication", "master_replid"), replica.info("replication", "master_replid"));
        try (Talk here = master.talk();
                Talk there = replica.talk()) {
            SortedMap<String, String> wanted = of(here);
            SortedMap<String, String> got = of(there);
            assertEquals(wanted.keySet(), got.keySet());
            wanted.forEach((key, value) -> assertEquals(value, got.get(key), key));
            assertEquals(here.text("DEBUG", "DIGEST"), there.text("DEBUG", "DIGEST"), "digest");
            return wanted.size();
        }
    }

    private static List<Reply.Bulk> keys(Talk talk) throws IOException {
        List<Reply.Bulk> keys = new ArrayList<>();
        String cursor = "0";
        do {
            List<Reply> answer = talk.ask("SCAN", cursor, "COUNT", "1000").elements();
            cursor = String.valueOf(answer.get(0).text());
            for (Reply key : answer.get(1).elements()) {
                keys.add((Reply.Bulk) key);
            }
        } while (!cursor.equals("0"));
        return keys;
    }

    private static String describe(Talk talk, byte[] key) throws IOException {
        talk.send(bytes("TYPE"), key);
        talk.send(bytes("PEXPIRETIME"), key);
        String type = String.valueOf(talk.answer().text());
        String ends = String.valueOf(talk.answer().text());
        return type + " until " + ends + ": " + value(talk, type, key);
    }

    private static String value(Talk talk, String type, byte[] key) throws IOException {
        return switch (type) {
            case "string" -> printed(talk.ask(bytes("GET"), key), false);
            case "list" -> printed(talk.ask(bytes("LRANGE"), key, ALL, END), false);
            case "set" -> printed(talk.ask(bytes("SMEMBERS"), key), true);
            case "zset" -> printed(talk.ask(bytes("ZRANGE"), key, ALL, END, bytes("WITHSCORES")), false);
            case "hash" -> fields(talk.ask(bytes("HGETALL"), key));
            case "stream" -> stream(talk, key);
            default -> throw new AssertionError("a key of type " + type);
        };
    }

    /**
     * Entries, groups, and what is pending in them; not the times, nor how much a group has read, which Redis does not
     * tell its replicas.
     */
    private static String stream(Talk talk, byte[] key) throws IOException {
        byte[] from = bytes("-");
        byte[] to = bytes("+");
        StringBuilder all = new StringBuilder(printed(talk.ask(bytes("XRANGE"), key, from, to), false));
        for (Reply group : talk.ask(bytes("XINFO"), bytes("GROUPS"), key).elements()) {
            List<Reply> told = group.elements();
            byte[] name = ((Reply.Bulk) told.get(1)).bytes();
            all.append("\ngroup ").append(printed(told.get(1), false));
            all.append(" of ")
                    .append(told.get(3).text())
                    .append(" up to ")
                    .append(told.get(7).text());
            Reply pending = talk.ask(bytes("XPENDING"), key, name, from, to, bytes("1000000"));
            for (Reply entry : pending.elements()) {
                List<Reply> parts = entry.elements();
                all.append('\n').append(parts.get(0).text()).append(' ').append(printed(parts.get(1), false));
                all.append(' ').append(parts.get(3).text());
            }
        }
        return all.toString();
    }

    private static String fields(Reply answer) {
        List<String> pairs = new ArrayList<>();
        List<Reply> parts = answer.elements();
        for (int i = 0; i < parts.size(); i += 2) {
            pairs.add(printed(parts.get(i), false) + " => " + printed(parts.get(i + 1), false));
        }
        Collections.sort(pairs);
        return String.join("\n", pairs);
    }

    private static String printed(Reply reply, boolean sorted) {
        return String.join("\n", ReplyText.lines(reply, sorted));
    }
}
