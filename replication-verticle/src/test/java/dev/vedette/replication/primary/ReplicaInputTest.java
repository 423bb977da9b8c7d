package dev.vedette.replication.primary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaInputTest {

    private static final String SAID = "\n*3\r\n$8\r\nREPLCONF\r\n$3\r\nACK\r\n$4\r\n1234\r\n\nPING\r\n"
            + "*3\r\n$8\r\nreplconf\r\n$3\r\nack\r\n$1\r\n5\r\n*0\r\n";
    private static final List<List<String>> MEANT =
            List.of(List.of("REPLCONF", "ACK", "1234"), List.of("PING"), List.of("replconf", "ack", "5"));

    private static List<List<String>> commands(ReplicaInput input, String bytes) {
        return assertInstanceOf(ReplicaInput.Read.Commands.class, input.feed(Buffer.buffer(bytes)))
                .commands();
    }

    @Test
    void cutsCommandsWhereverTheBytesAreSplit() {
        for (int split = 0; split <= SAID.length(); split++) {
            ReplicaInput input = new ReplicaInput();
            List<List<String>> all = new ArrayList<>(commands(input, SAID.substring(0, split)));
            all.addAll(commands(input, SAID.substring(split)));
            assertEquals(MEANT, all, "split at " + split);
        }
    }

    @Test
    void cutsCommandsByteByByte() {
        ReplicaInput input = new ReplicaInput();
        List<List<String>> all = new ArrayList<>();
        for (String c : SAID.split("")) {
            all.addAll(commands(input, c));
        }
        assertEquals(MEANT, all);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*x\r\n",
                "*99999999\r\n",
                "*1\r\nPING\r\n",
                "*1\r\n$-1\r\n",
                "*1\r\n$99999999\r\n",
                "*1\r\n$zz\r\n"
            })
    void tellsWhatIsNoCommand(String bytes) {
        assertInstanceOf(ReplicaInput.Read.Broken.class, new ReplicaInput().feed(Buffer.buffer(bytes)));
    }

    @Test
    void doesNotGatherWithoutEnd() {
        ReplicaInput input = new ReplicaInput();
        ReplicaInput.Read last = input.feed(Buffer.buffer("x"));
        for (int i = 0; i < 100 && last instanceof ReplicaInput.Read.Commands; i++) {
            last = input.feed(Buffer.buffer("x".repeat(1000)));
        }
        assertInstanceOf(ReplicaInput.Read.Broken.class, last);
    }
}
