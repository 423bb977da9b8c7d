package dev.vedette.sentinel.observe;

import dev.vedette.sentinel.decide.Address;
import dev.vedette.sentinel.decide.Hello;
import java.util.List;
import java.util.Optional;

/**
 * The text of a hello:
 * {@code sender_ip,sender_port,runid,current_epoch,master_name,master_ip,master_port,master_config_epoch}.
 */
public final class HelloText {

    private static final int PARTS = 8;

    private HelloText() {}

    /** The text that announces {@code host} and {@code port} as the sender. */
    public static String write(Hello hello, String host, int port, String masterHost) {
        return String.join(
                ",",
                List.of(
                        host,
                        String.valueOf(port),
                        hello.runId(),
                        Long.toUnsignedString(hello.currentEpoch()),
                        hello.master(),
                        masterHost,
                        String.valueOf(hello.masterAddress().port()),
                        Long.toUnsignedString(hello.configEpoch())));
    }

    /** What a text says; hosts are as in the text. Empty when it is no hello. */
    public static Optional<Hello> read(String text) {
        String[] parts = text.split(",", -1);
        if (parts.length != PARTS || parts[2].isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Hello(
                    Address.of(parts[0], port(parts[1])),
                    parts[2],
                    epoch(parts[3]),
                    parts[4],
                    Address.of(parts[5], port(parts[6])),
                    epoch(parts[7])));
        } catch (NumberFormatException notAHello) {
            return Optional.empty();
        }
    }

    private static int port(String text) {
        int port = Integer.parseInt(text);
        if (port < 0 || port > 65535) {
            throw new NumberFormatException(text);
        }
        return port;
    }

    private static long epoch(String text) {
        long epoch = Long.parseLong(text);
        if (epoch < 0) {
            throw new NumberFormatException(text);
        }
        return epoch;
    }
}
