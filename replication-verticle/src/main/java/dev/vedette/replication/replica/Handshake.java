package dev.vedette.replication.replica;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import dev.vedette.wire.bus.ReplicationConfig;
import dev.vedette.wire.bus.StreamIdentity;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replica says to its master before the stream flows, and what it makes of the answers.
 *
 * <pre>
 *   PING, (AUTH), REPLCONF listening-port, (REPLCONF ip-address), REPLCONF capa eof capa psync2, PSYNC replid offset
 * </pre>
 *
 * No sockets and no clock: a line in, the next step out.
 */
final class Handshake {

    /** What to do next. */
    sealed interface Step {
        /** Wait for the next line. */
        record Wait() implements Step {}

        /** Write this, then wait for a line. */
        record Send(Buffer bytes) implements Step {}

        /** Find out how far the data is, then call {@link #psync}. */
        record AskPosition() implements Step {}

        /**
         * The stream continues after this line.
         *
         * @param replid the master's replid when it is another than the one asked for, else null
         */
        record Continue(@Nullable String replid) implements Step {}

        /** A snapshot follows. */
        record Full(String replid, long offset) implements Step {}

        /** The master knows no PSYNC: write this, then a snapshot follows. */
        record OldSync(Buffer bytes) implements Step {}

        /** Not now: hang up and try again. */
        record Retry(String answer) implements Step {}
    }

    private enum Expecting {
        PONG,
        AUTH,
        PORT,
        IP,
        CAPA,
        POSITION,
        PSYNC,
        NOTHING
    }

    private static final int REPLID_LENGTH = 40;

    private final ReplicationConfig config;
    private final System.Logger log;
    private Expecting expecting = Expecting.PONG;
    private String askedFor = "?";

    Handshake(ReplicationConfig config, System.Logger log) {
        this.config = config;
        this.log = log;
    }

    /** The first thing to write. */
    Buffer begin() {
        return command("PING");
    }

    /** Whether the answer to PSYNC is awaited. */
    boolean expectsPsyncAnswer() {
        return expecting == Expecting.PSYNC;
    }

    /** Takes a line of the master, without its line end. */
    Step line(String line) {
        return switch (expecting) {
            case PONG -> pong(line);
            case AUTH -> {
                if (line.startsWith("-")) {
                    log.log(WARNING, "Unable to AUTH to MASTER: " + line);
                    yield new Step.Retry(line);
                }
                expecting = Expecting.PORT;
                yield new Step.Wait();
            }
            case PORT -> {
                tolerate(line, "listening-port");
                expecting = config.announceIp() == null ? Expecting.CAPA : Expecting.IP;
                yield new Step.Wait();
            }
            case IP -> {
                tolerate(line, "ip-address");
                expecting = Expecting.CAPA;
                yield new Step.Wait();
            }
            case CAPA -> {
                tolerate(line, "capa");
                expecting = Expecting.POSITION;
                yield new Step.AskPosition();
            }
            case PSYNC -> answered(line);
            case POSITION, NOTHING -> {
                if (line.isEmpty()) {
                    yield new Step.Wait();
                }
                log.log(WARNING, "Unexpected line from the master during the handshake: " + line);
                yield new Step.Retry(line);
            }
        };
    }

    private Step pong(String line) {
        // A master that wants a password says so to PING already; AUTH comes next.
        boolean good = line.startsWith("+")
                || line.startsWith("-NOAUTH")
                || line.startsWith("-NOPERM")
                || line.startsWith("-ERR operation not permitted");
        if (!good) {
            log.log(WARNING, "Error reply to PING from master: '" + line + "'");
            return new Step.Retry(line);
        }
        log.log(INFO, "Master replied to PING, replication can continue...");
        Buffer words = Buffer.buffer();
        String password = config.masterAuth();
        if (password != null) {
            String user = config.masterUser();
            words.appendBuffer(user == null ? command("AUTH", password) : command("AUTH", user, password));
        }
        words.appendBuffer(command("REPLCONF", "listening-port", Integer.toString(config.listeningPort())));
        String ip = config.announceIp();
        if (ip != null) {
            words.appendBuffer(command("REPLCONF", "ip-address", ip));
        }
        words.appendBuffer(command("REPLCONF", "capa", "eof", "capa", "psync2"));
        expecting = password == null ? Expecting.PORT : Expecting.AUTH;
        return new Step.Send(words);
    }

    private void tolerate(String line, String option) {
        if (line.startsWith("-")) {
            log.log(INFO, "(Non critical) Master does not understand REPLCONF " + option + ": " + line);
        }
    }

    /**
     * The PSYNC to write.
     *
     * @param mine how far the data is, or null when it belongs to no history that a master could know
     * @param failover whether to ask the other to become the master
     */
    Buffer psync(@Nullable StreamIdentity mine, boolean failover) {
        expecting = Expecting.PSYNC;
        String offset;
        if (mine == null) {
            log.log(INFO, "Partial resynchronization not possible (no cached master)");
            askedFor = "?";
            offset = "-1";
        } else {
            askedFor = mine.replid();
            offset = Long.toString(mine.offset() + 1);
            log.log(INFO, "Trying a partial resynchronization (request " + askedFor + ":" + offset + ").");
        }
        return failover ? command("PSYNC", askedFor, offset, "FAILOVER") : command("PSYNC", askedFor, offset);
    }

    private Step answered(String line) {
        if (line.isEmpty()) {
            return new Step.Wait(); // the master keeps the link alive while it prepares
        }
        expecting = Expecting.NOTHING;
        List<String> words = List.of(line.split(" "));
        if (line.startsWith("+FULLRESYNC")) {
            return full(words);
        }
        if (line.startsWith("+CONTINUE")) {
            if (askedFor.equals("?")) {
                log.log(WARNING, "The master wants to continue a history that was not asked for: " + line);
                return new Step.Retry(line);
            }
            log.log(INFO, "Successful partial resynchronization with master.");
            String replid = words.size() > 1 ? words.get(1) : "";
            boolean other = replid.length() == REPLID_LENGTH && !replid.equals(askedFor);
            if (other) {
                log.log(WARNING, "Master replication ID changed to " + replid);
            }
            return new Step.Continue(other ? replid : null);
        }
        if (line.startsWith("-NOMASTERLINK") || line.startsWith("-LOADING")) {
            log.log(INFO, "Master is currently unable to PSYNC but should be in the future: " + line);
            return new Step.Retry(line);
        }
        if (line.startsWith("-ERR")) {
            log.log(INFO, "Master does not support PSYNC or is in error state (reply: " + line + ")");
        } else {
            log.log(WARNING, "Unexpected reply to PSYNC from master: " + line);
        }
        log.log(INFO, "Retrying with SYNC...");
        return new Step.OldSync(Buffer.buffer("SYNC\r\n"));
    }

    private Step full(List<String> words) {
        try {
            if (words.size() >= 3 && words.get(1).length() == REPLID_LENGTH) {
                String replid = words.get(1);
                long offset = Long.parseLong(words.get(2));
                if (offset >= 0) {
                    log.log(INFO, "Full resync from master: " + replid + ":" + offset);
                    return new Step.Full(replid, offset);
                }
            }
        } catch (NumberFormatException e) {
            // told below
        }
        log.log(WARNING, "Master replied with wrong +FULLRESYNC syntax.");
        return new Step.Retry(String.join(" ", words));
    }

    /** A command as a RESP array. */
    static Buffer command(String... words) {
        Buffer buffer = Buffer.buffer("*" + words.length + "\r\n");
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            buffer.appendString("$" + bytes.length + "\r\n").appendBytes(bytes).appendString("\r\n");
        }
        return buffer;
    }
}
