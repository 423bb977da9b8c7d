package dev.vedette.store.snapshot;

import dev.vedette.store.keyspace.Database;
import dev.vedette.store.keyspace.Entries;
import dev.vedette.store.keyspace.Keyspace;
import dev.vedette.store.keyspace.StringValue;
import dev.vedette.store.keyspace.Value;
import dev.vedette.store.keyspace.value.HashValue;
import dev.vedette.store.keyspace.value.ListValue;
import dev.vedette.store.keyspace.value.SetValue;
import dev.vedette.store.keyspace.value.SortedSetValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/** Changes a keyspace at random, in every way that commands do. */
final class Mutations {

    private static final int DATABASES = 3;

    private final Keyspace keyspace;
    private final Random random;
    private final int keys;

    Mutations(Keyspace keyspace, Random random, int keys) {
        this.keyspace = keyspace;
        this.random = random;
        this.keys = keys;
    }

    private byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] word() {
        int kind = random.nextInt(10);
        if (kind < 4) {
            return bytes(String.valueOf(random.nextInt(100_000) - 50_000));
        }
        byte[] word = new byte[kind < 9 ? random.nextInt(30) : random.nextInt(300)];
        random.nextBytes(word);
        return word;
    }

    private byte[] member() {
        return random.nextInt(4) == 0 ? word() : bytes("m" + random.nextInt(2000));
    }

    private long expiry() {
        return random.nextInt(4) == 0 ? keyspace.nowMillis() + 1_000_000 + random.nextInt(1_000_000) : -1;
    }

    /** One change. */
    void change() {
        Database database = keyspace.database(random.nextInt(DATABASES));
        String kind = "silhzb".substring(random.nextInt(6)).substring(0, 1);
        byte[] key = bytes(kind + random.nextInt(keys));
        switch (random.nextInt(400)) {
            case 0 -> {
                if (random.nextInt(20) == 0) {
                    database.clear();
                }
            }
            case 1 -> keyspace.swap(random.nextInt(DATABASES), random.nextInt(DATABASES));
            case 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 -> database.remove(key, 0, key.length);
            case 16, 17, 18, 19, 20, 21 -> database.setExpireAt(key, 0, key.length, expiry());
            case 22, 23, 24, 25 -> rename(database, key);
            default -> write(database, kind.charAt(0), key);
        }
    }

    /** Moves a key to another place, its value object with it. */
    private void rename(Database from, byte[] key) {
        Object entry = from.lookupForWrite(key, 0, key.length);
        byte[] name = bytes((char) key[0] + String.valueOf(random.nextInt(keys)));
        Database to = keyspace.database(random.nextInt(DATABASES));
        if (entry != null && !(from == to && Arrays.equals(key, name))) {
            to.putEntry(name, 0, name.length, entry, -1);
            from.remove(key, 0, key.length);
        }
    }

    private void write(Database database, char kind, byte[] key) {
        switch (kind) {
            case 's' -> {
                byte[] value = word();
                database.setString(key, 0, key.length, value, 0, value.length, expiry());
            }
            case 'i' -> database.setInteger(key, 0, key.length, random.nextLong(), -1);
            case 'b' -> bigString(database, key);
            default -> {
                int changes = random.nextInt(100) == 0 ? 1500 : 1 + random.nextInt(4);
                for (int i = 0; i < changes; i++) {
                    collection(database, kind, key);
                }
            }
        }
    }

    private void bigString(Database database, byte[] key) {
        Object entry = database.lookupForWrite(key, 0, key.length);
        if (entry == null || !(Entries.value(entry) instanceof StringValue string)) {
            byte[] value = new byte[5000];
            random.nextBytes(value);
            database.setString(key, 0, key.length, value, 0, value.length, -1);
        } else {
            byte[] part = word();
            string.write(random.nextInt(string.length()), part, 0, part.length);
        }
    }

    private void collection(Database database, char kind, byte[] key) {
        Object entry = database.lookupForWrite(key, 0, key.length);
        Value value = entry == null ? null : Entries.value(entry);
        byte[] member = member();
        if (value == null) {
            value = switch (kind) {
                case 'l' -> new ListValue(-2);
                case 'h' -> new HashValue();
                default ->
                    random.nextBoolean()
                            ? SetValue.forMember(member, 0, member.length)
                            : SortedSetValue.forMember(member.length, 128, 64);
            };
            database.put(key, 0, key.length, value, expiry());
        }
        boolean add = value.size() < 2 || random.nextInt(3) > 0;
        byte[] word = word();
        switch (value) {
            case ListValue list -> {
                if (!add) {
                    list.removeFirst(1);
                } else if (list.size() == 0 || random.nextBoolean()) {
                    list.pushFirst(word, 0, word.length);
                } else if (random.nextBoolean()) {
                    list.pushLast(word, 0, word.length);
                } else {
                    list.set(random.nextLong(list.size()), word, 0, word.length);
                }
            }
            case HashValue hash -> {
                if (add) {
                    hash.admit(Math.max(member.length, word.length), 64);
                    hash.set(member, 0, member.length, word, 0, word.length, 512);
                } else {
                    hash.remove(member, 0, member.length);
                }
            }
            case SetValue set -> {
                if (add) {
                    set.add(member, 0, member.length, 512);
                } else if (random.nextBoolean()) {
                    set.removeRandom();
                } else {
                    set.remove(member, 0, member.length);
                }
            }
            case SortedSetValue sorted -> {
                if (add) {
                    sorted.put(
                            member,
                            0,
                            member.length,
                            random.nextInt(100),
                            random.nextInt(3) == 0 ? SortedSetValue.INCR : 0,
                            128,
                            64);
                } else if (random.nextInt(10) == 0) {
                    sorted.removeRange(0, (int) Math.min(3, sorted.size() - 1));
                } else {
                    sorted.remove(member, 0, member.length);
                }
            }
            default -> throw new AssertionError(value);
        }
        if (value.size() == 0) {
            database.remove(key, 0, key.length);
        }
    }
}
