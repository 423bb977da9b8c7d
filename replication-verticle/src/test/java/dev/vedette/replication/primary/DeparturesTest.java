package dev.vedette.replication.primary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class DeparturesTest {

    private final Departures departures = new Departures();

    @Test
    void keepWhatTheSlowestOfTheGoneNeeds() {
        assertEquals(500, departures.neededFrom(500));
        departures.left("a:1", 300, 10);
        departures.left("b:1", 200, 20);
        assertEquals(200, departures.neededFrom(500));
        departures.returned("b:1");
        assertEquals(300, departures.neededFrom(500));
        departures.left("a:1", 450, 30);
        assertEquals(450, departures.neededFrom(500), "where it was when it left the last time");
    }

    @Test
    void areForgottenInTime() {
        departures.left("a:1", 300, 10);
        departures.left("b:1", 200, 20);
        departures.left("a:1", 300, 25);
        departures.forget(25);
        assertEquals(300, departures.neededFrom(500));
        departures.forget(26);
        assertEquals(500, departures.neededFrom(500));
    }

    @Test
    void areForgottenWithTheStreamAndWhenThereAreTooMany() {
        for (int i = 0; i < 101; i++) {
            departures.left("a:" + i, 100 + i, i);
        }
        assertEquals(101, departures.neededFrom(500), "the first one was one too many");
        departures.clear();
        assertEquals(500, departures.neededFrom(500));
    }
}
