package dev.vedette.replication.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.vedette.replication.TestConfig;
import dev.vedette.replication.replica.Handshake.Step;
import dev.vedette.wire.bus.ReplicationConfig;
import dev.vedette.wire.bus.StreamIdentity;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {

    private static final System.Logger LOG = System.getLogger("test");
    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);

    private static ReplicationConfig config(@Nullable String ip, @Nullable String user, @Nullable String password) {
        return TestConfig.standard().withIdentity(6380, ip, user, password);
    }

    private static String resp(String... words) {
        return Handshake.command(words).toString();
    }

    private static Handshake untilPsync() {
        Handshake handshake = new Handshake(config(null, null, null), LOG);
        handshake.line("+PONG");
        handshake.line("+OK");
        assertInstanceOf(Step.AskPosition.class, handshake.line("+OK"));
        return handshake;
    }

    @Test
    void saysWhatRedisSays() {
        Handshake handshake = new Handshake(config(null, null, null), LOG);
        assertEquals("*1\r\n$4\r\nPING\r\n", handshake.begin().toString());
        Buffer words =
                assertInstanceOf(Step.Send.class, handshake.line("+PONG")).bytes();
        assertEquals(
                resp("REPLCONF", "listening-port", "6380") + resp("REPLCONF", "capa", "eof", "capa", "psync2"),
                words.toString());
        assertInstanceOf(Step.Wait.class, handshake.line("+OK"));
        assertInstanceOf(Step.AskPosition.class, handshake.line("+OK"));
        assertEquals(resp("PSYNC", "?", "-1"), handshake.psync(null, false).toString());
        Step.Full full = assertInstanceOf(Step.Full.class, handshake.line("+FULLRESYNC " + A + " 1234"));
        assertEquals(A, full.replid());
        assertEquals(1234, full.offset());
    }

    @Test
    void saysUserPasswordAndAddress() {
        Handshake handshake = new Handshake(config("10.0.0.9", "joe", "secret"), LOG);
        Buffer words = assertInstanceOf(Step.Send.class, handshake.line("-NOAUTH Authentication required."))
                .bytes();
        assertEquals(
                resp("AUTH", "joe", "secret")
                        + resp("REPLCONF", "listening-port", "6380")
                        + resp("REPLCONF", "ip-address", "10.0.0.9")
                        + resp("REPLCONF", "capa", "eof", "capa", "psync2"),
                words.toString());
        handshake.line("+OK");
        handshake.line("+OK");
        handshake.line("-ERR Unrecognized REPLCONF option: ip-address");
        assertInstanceOf(Step.AskPosition.class, handshake.line("-ERR Unrecognized REPLCONF option: capa"));
    }

    @Test
    void givesUpOnAWrongPassword() {
        Handshake handshake = new Handshake(config(null, null, "wrong"), LOG);
        handshake.line("-NOAUTH Authentication required.");
        assertInstanceOf(Step.Retry.class, handshake.line("-WRONGPASS invalid username-password pair"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-LOADING Redis is loading the dataset in memory", "HTTP/1.1 400 Bad Request", "-ERR x"})
    void givesUpOnAnOddAnswerToPing(String answer) {
        assertInstanceOf(Step.Retry.class, new Handshake(config(null, null, null), LOG).line(answer));
    }

    @Test
    void continuesUnderTheSameOrAnotherName() {
        Handshake handshake = untilPsync();
        assertEquals(
                resp("PSYNC", A, "101"),
                handshake.psync(StreamIdentity.fresh(A, 100), false).toString());
        assertInstanceOf(Step.Wait.class, handshake.line(""));
        assertNull(assertInstanceOf(Step.Continue.class, handshake.line("+CONTINUE " + A))
                .replid());

        handshake = untilPsync();
        handshake.psync(StreamIdentity.fresh(A, 100), false);
        assertNull(assertInstanceOf(Step.Continue.class, handshake.line("+CONTINUE"))
                .replid());

        handshake = untilPsync();
        handshake.psync(StreamIdentity.fresh(A, 100), false);
        assertEquals(
                B,
                assertInstanceOf(Step.Continue.class, handshake.line("+CONTINUE " + B))
                        .replid());
    }

    @Test
    void asksTheOtherToTakeOver() {
        assertEquals(
                resp("PSYNC", A, "1", "FAILOVER"),
                untilPsync().psync(StreamIdentity.fresh(A, 0), true).toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"-NOMASTERLINK Can't SYNC while not connected with my master", "-LOADING Redis is loading"})
    void comesBackToAMasterThatIsNotReady(String answer) {
        Handshake handshake = untilPsync();
        handshake.psync(null, false);
        assertInstanceOf(Step.Retry.class, handshake.line(answer));
    }

    @Test
    void fallsBackToSync() {
        Handshake handshake = untilPsync();
        handshake.psync(null, false);
        assertEquals(
                "SYNC\r\n",
                assertInstanceOf(Step.OldSync.class, handshake.line("-ERR unknown command 'PSYNC'"))
                        .bytes()
                        .toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"+FULLRESYNC", "+FULLRESYNC abc 1", "+FULLRESYNC " + "0123456789012345678901234567890123456789 x"
            })
    void doesNotTrustAWrongFullresync(String answer) {
        Handshake handshake = untilPsync();
        handshake.psync(null, false);
        assertInstanceOf(Step.Retry.class, handshake.line(answer));
    }

    @Test
    void doesNotContinueWhatItHasNot() {
        Handshake handshake = untilPsync();
        handshake.psync(null, false);
        assertInstanceOf(Step.Retry.class, handshake.line("+CONTINUE " + A));
    }
}
