package dev.vedette.store.command.acl;

import dev.vedette.store.session.Account;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;

/** One user: whether it is enabled, and how it logs in. */
final class User implements Account {

    private final String name;
    boolean enabled;
    /** Any password will do. */
    boolean nopass;
    /** SHA-256 of each password, 64 hexadecimal digits in lower case. */
    final Set<String> passwords = new LinkedHashSet<>();

    User(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    /** Whether one may log in with that password. */
    boolean admits(byte[] password) {
        if (!enabled) {
            return false;
        }
        if (nopass) {
            return true;
        }
        byte[] given = hash(password).getBytes(StandardCharsets.US_ASCII);
        boolean found = false;
        for (String known : passwords) {
            // All are compared, each in constant time: how long it takes tells nothing.
            found |= MessageDigest.isEqual(given, known.getBytes(StandardCharsets.US_ASCII));
        }
        return found;
    }

    static String hash(byte[] password) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(password));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
