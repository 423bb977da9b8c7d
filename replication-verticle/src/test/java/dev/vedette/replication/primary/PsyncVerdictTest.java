package dev.vedette.replication.primary;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.vedette.replication.backlog.Backlog;
import dev.vedette.wire.bus.StreamIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PsyncVerdictTest {

    private static final String A = "a".repeat(40);
    private static final String B = "b".repeat(40);
    private static final String C = "c".repeat(40);

    /** History A from 500 on (first byte kept 501) to 1000, before 801 it was called B. */
    @ParameterizedTest
    @CsvSource({
        "?, -1, FULL_ASKED_FOR",
        "a, 501, CONTINUE",
        "a, 500, FULL_NOT_IN_BACKLOG",
        "a, 1000, CONTINUE",
        "a, 1001, CONTINUE",
        "a, 1002, FULL_NOT_IN_BACKLOG",
        "a, -1, FULL_NOT_IN_BACKLOG",
        "A, 1001, CONTINUE",
        "b, 801, CONTINUE",
        "b, 600, CONTINUE",
        "b, 802, FULL_BEYOND_SECOND",
        "b, 400, FULL_NOT_IN_BACKLOG",
        "c, 801, FULL_OTHER_HISTORY",
    })
    void decidesAsRedisDoes(String who, long offset, PsyncVerdict expected) {
        Backlog backlog = new Backlog(500, 16384);
        backlog.append(new byte[500], 500);
        StreamIdentity mine = new StreamIdentity(A, B, 801, 1000);
        String replid = who.equals("?") ? "?" : who.repeat(40);
        assertEquals(expected, PsyncVerdict.of(mine, backlog, replid, offset));
    }

    @Test
    void withoutABacklogNothingContinues() {
        StreamIdentity mine = StreamIdentity.fresh(A, 0);
        assertEquals(PsyncVerdict.FULL_NOT_IN_BACKLOG, PsyncVerdict.of(mine, null, A, 1));
        assertEquals(PsyncVerdict.FULL_OTHER_HISTORY, PsyncVerdict.of(mine, null, C, 1));
    }

    @Test
    void anEmptyBacklogContinuesWithItsNextByte() {
        StreamIdentity mine = StreamIdentity.fresh(A, 20);
        assertEquals(PsyncVerdict.CONTINUE, PsyncVerdict.of(mine, new Backlog(20, 16384), A, 21));
        assertEquals(PsyncVerdict.FULL_NOT_IN_BACKLOG, PsyncVerdict.of(mine, new Backlog(20, 16384), A, 20));
    }
}
