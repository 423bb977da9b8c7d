package dev.vedette.console.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class InfoTextTest {

    @Test
    void keepsSectionsAndFieldsInOrder() {
        InfoText info = InfoText.parse("# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n\r\n"
                + "# Replication\r\nrole:slave\r\nmaster_host:::1\r\n");

        assertEquals(
                List.of("Server", "Replication"), List.copyOf(info.sections().keySet()));
        assertEquals(
                List.of("redis_version", "redis_mode"),
                List.copyOf(info.sections().getOrDefault("Server", Map.of()).keySet()));
        assertEquals("::1", info.text("master_host"));
    }

    @Test
    void readsNumbersAndFallsBackWhereThereIsNone() {
        InfoText info = InfoText.parse("# Stats\nops:12\nbroken:12x\n");

        assertEquals(12, info.number("ops", -1));
        assertEquals(-1, info.number("broken", -1));
        assertEquals(-1, info.number("absent", -1));
    }

    @Test
    void takesApartTheLineOfAReplica() {
        Map<String, String> parts = InfoText.parts("ip=127.0.0.1,port=6380,state=online,offset=54389,lag=0");

        assertEquals("6380", parts.get("port"));
        assertEquals("54389", parts.get("offset"));
    }

    @Test
    void isBounded() {
        StringBuilder text = new StringBuilder("# Big\n");
        for (int i = 0; i < InfoText.FIELDS_MAX + 10; i++) {
            text.append("f").append(i).append(":").append("x".repeat(3)).append('\n');
        }
        text.insert(6, "long:" + "y".repeat(InfoText.VALUE_LENGTH_MAX + 1) + "\n");

        InfoText info = InfoText.parse(text.toString());

        assertEquals(
                InfoText.FIELDS_MAX,
                info.sections().getOrDefault("Big", Map.of()).size());
        assertEquals(InfoText.VALUE_LENGTH_MAX, info.text("long").length());
    }

    @Property
    void neverFailsWhateverANodeSends(@ForAll String text) {
        assertTrue(InfoText.parse(text).sections().size() <= text.length() + 1);
    }
}
