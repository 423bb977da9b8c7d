package dev.vedette.launcher.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.launcher.nodes.Maker;
import dev.vedette.launcher.nodes.Node;
import dev.vedette.launcher.nodes.Servers;
import dev.vedette.launcher.nodes.Talk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The link between a master and its replica as CLIENT LIST shows it at both ends, ours and Redis's. */
@Execution(ExecutionMode.CONCURRENT)
class LinkAsClientIT {

    @AutoClose
    private final Servers servers;

    LinkAsClientIT(@TempDir Path folder) {
        servers = new Servers(folder);
    }

    private static Map<String, String> client(Talk talk, String type) throws IOException {
        return Arrays.stream(talk.text("CLIENT", "LIST", "TYPE", type).strip().split(" "))
                .map(field -> field.split("=", 2))
                .collect(Collectors.toMap(field -> field[0], field -> field.length == 2 ? field[1] : ""));
    }

    @ParameterizedTest
    @CsvSource({"VEDETTE, VEDETTE", "VEDETTE, REDIS", "REDIS, VEDETTE"})
    void hasTheSameAddressesAtBothEnds(Maker ofMaster, Maker ofReplica) throws IOException {
        Node master = servers.start(ofMaster);
        Node replica = servers.start(ofReplica);
        replica.follow(master);
        replica.awaitSynced(master);
        try (Talk atMaster = master.talk();
                Talk atReplica = replica.talk()) {
            // The replica's acknowledgements are the last that it says: from the first on it is not idle any more.
            Awaitility.await().until(() -> client(atMaster, "replica").get("cmd"), "replconf"::equals);
            Map<String, String> seenByMaster = client(atMaster, "replica");
            Map<String, String> seenByReplica = client(atReplica, "master");
            assertEquals(seenByMaster.get("addr"), seenByReplica.get("laddr"));
            assertEquals(seenByMaster.get("laddr"), seenByReplica.get("addr"));
            String address = "127.0.0.1:" + master.port();
            assertEquals(address, seenByReplica.get("addr"));
            assertEquals("1", atReplica.text("CLIENT", "KILL", "ADDR", address));
            replica.awaitSynced(master);
        }
    }
}
