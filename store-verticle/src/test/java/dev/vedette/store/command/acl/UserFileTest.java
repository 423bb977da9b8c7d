package dev.vedette.store.command.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.vedette.store.MemoryClient;
import dev.vedette.store.MemoryServer;
import dev.vedette.wire.resp.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The users' own file: read at the start and by ACL LOAD, all or nothing, and written by ACL SAVE. */
class UserFileTest {

    @TempDir
    Path folder;

    private MemoryServer start(String... lines) throws IOException {
        Files.write(folder.resolve("users.acl"), List.of(lines), StandardCharsets.ISO_8859_1);
        return new MemoryServer("dir " + folder, "aclfile users.acl");
    }

    private static String text(MemoryClient client, String... words) {
        return switch (Objects.requireNonNull(client.command(words))) {
            case Reply.Simple(String value) -> value;
            case Reply.Error(String value) -> value;
            case Reply.Int(long value) -> Long.toString(value);
            case Reply.Bulk(byte[] bytes) -> new String(bytes, StandardCharsets.ISO_8859_1);
            case Reply other -> other.toString();
        };
    }

    @Test
    void startReadsTheFile() throws IOException {
        MemoryServer server = start("", "user alice on nopass ~* +@all", "  user bob on >p (%R~a* +get)\t", "");
        MemoryClient client = server.client();
        assertEquals("OK", text(client, "AUTH", "bob", "p"));
        assertEquals(
                "bob",
                server.client().command("PING") == null ? "" : client.session().userName());
        assertEquals("NOPERM this user has no permissions to run the 'set' command", text(client, "SET", "a", "b"));
        assertEquals(
                "NOPERM this user has no permissions to access one of the keys used as arguments",
                text(client, "GET", "x"));
    }

    @Test
    void startFailsWithoutAFile() {
        IllegalArgumentException failure = assertThrows(
                IllegalArgumentException.class, () -> new MemoryServer("dir " + folder, "aclfile none.acl"));
        assertTrue(String.valueOf(failure.getCause())
                .contains("Aborting Redis startup because of ACL errors: Error loading ACLs, opening file 'none.acl':"
                        + " No such file or directory"));
    }

    @Test
    void startFailsWithUsersInBothPlaces() throws IOException {
        Files.write(folder.resolve("users.acl"), List.of("user alice on"));
        assertThrows(
                IllegalArgumentException.class,
                () -> new MemoryServer("dir " + folder, "aclfile users.acl", "user bob on"));
    }

    @Test
    void loadClosesClientsOfAllButTheDefaultUser() throws IOException {
        MemoryServer server = start("user alice on nopass +@all", "user default on nopass ~* &* +@all");
        MemoryClient asking = server.client();
        MemoryClient alice = server.client();
        MemoryClient bystander = server.client();
        assertEquals("OK", text(asking, "AUTH", "alice", "x"));
        assertEquals("OK", text(alice, "AUTH", "alice", "x"));
        assertEquals("PONG", text(bystander, "PING"));
        assertEquals("OK", text(asking, "ACL", "LOAD"));
        assertTrue(asking.isClosed());
        assertTrue(alice.isClosed());
        assertFalse(bystander.isClosed());
        assertEquals("PONG", text(bystander, "PING"));
    }

    @Test
    void loadTellsEveryErrorAndChangesNothing() throws IOException {
        MemoryServer server = start("user alice on nopass +@all");
        MemoryClient client = server.client();
        Files.write(
                folder.resolve("users.acl"),
                List.of(
                        "user alice on",
                        "user alice off",
                        "usr bob",
                        "user carol >secret foo bar +nope",
                        "user dora (+get",
                        "user"));
        assertEquals(
                "ERR WARNING: Duplicate user 'alice' found on line 2."
                        + " users.acl:3 should start with user keyword followed by the username."
                        + " users.acl:4: Syntax error."
                        + " users.acl:4: Error in applying operation '+nope': Unknown command or category name in ACL."
                        + " users.acl:5: Unmatched parenthesis in selector definition."
                        + "users.acl:6 should start with user keyword followed by the username."
                        + " WARNING: ACL errors detected, no change to the previously active ACL rules was performed",
                text(client, "ACL", "LOAD"));
        assertEquals("OK", text(client, "AUTH", "alice", "x"));
        assertFalse(client.isClosed());
    }

    @Test
    void defaultUserIsThereWithoutALine() throws IOException {
        MemoryServer server = start("user alice on nopass +@all");
        MemoryClient client = server.client();
        assertEquals("OK", text(client, "ACL", "SETUSER", "default", "-ping"));
        assertTrue(text(client, "PING").startsWith("NOPERM"));
        assertEquals("OK", text(client, "ACL", "LOAD"));
        assertEquals("PONG", text(client, "PING"));
    }

    @Test
    void savedFileIsReadAgain() throws IOException {
        MemoryServer server = start("user alice on nopass +@all");
        MemoryClient client = server.client();
        text(client, "ACL", "SETUSER", "eve", "on", ">p\u00e4ss", "%R~\u00e9*", "&c", "+@read", "-get", "(~x +set)");
        assertEquals("OK", text(client, "ACL", "SAVE"));
        String list = text(client, "ACL", "LIST");
        assertEquals("OK", text(client, "ACL", "DELUSER", "eve").equals("1") ? "OK" : "");
        assertEquals("OK", text(client, "ACL", "LOAD"));
        assertEquals(list, text(client, "ACL", "LIST"));
        assertEquals("OK", text(client, "AUTH", "eve", "p\u00e4ss"));
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(List.of(folder.resolve("users.acl")), files.toList());
        }
    }

    @Test
    void saveThatFailsLeavesTheUsers() throws IOException {
        MemoryServer server = start("user alice on nopass +@all");
        MemoryClient client = server.client();
        Files.delete(folder.resolve("users.acl"));
        Files.createDirectories(folder.resolve("users.acl").resolve("in-the-way"));
        assertEquals(
                "ERR There was an error trying to save the ACLs. Please check the server logs for more information",
                text(client, "ACL", "SAVE"));
        assertTrue(text(client, "ACL", "LOAD").startsWith("ERR Error loading ACLs, opening file 'users.acl': "));
        assertEquals("OK", text(client, "AUTH", "alice", "x"));
    }
}
