package dev.vedette.launcher.node;

import io.vertx.core.transport.Transport;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which of the kernel's ways to wait for sockets the process uses: io_uring where it works, else epoll, else plain NIO.
 *
 * @param transport what Vert.x is to be built with
 * @param note a line for the log when the choice is not what was asked for, or null
 */
record TransportChoice(Transport transport, @Nullable String note) {

    /** System property that names one: {@code io_uring}, {@code epoll} or {@code nio}; also as an environment variable. */
    private static final String PROPERTY = "vedette.transport";

    private static final String VARIABLE = "VEDETTE_TRANSPORT";

    /**
     * Netty's switch for polls that stay armed in io_uring. Such a poll tells of a change only, and Netty takes a read that
     * left nothing for the end of the news: when a reset comes behind bytes that are read together with it, nobody is told,
     * and the connection stays for ever. A poll for each read costs 3 to 10 % more processor time for commands that come one
     * at a time, and tells of what is the case.
     */
    private static final String ARMED_POLLS = "io.netty.iouring.pollAddMultishotEnabled";

    static TransportChoice of() {
        if (System.getProperty(ARMED_POLLS) == null) {
            System.setProperty(ARMED_POLLS, "false"); // before Netty's io_uring is looked at for the first time
        }
        String wanted = System.getProperty(PROPERTY, System.getenv().getOrDefault(VARIABLE, ""));
        return switch (wanted.toLowerCase(Locale.ROOT)) {
            case "nio" -> new TransportChoice(Transport.NIO, null);
            case "epoll" -> orNio(Transport.EPOLL);
            case "io_uring" -> orNio(Transport.IO_URING);
            default -> best();
        };
    }

    private static TransportChoice best() {
        Transport ioUring = Transport.IO_URING;
        if (ioUring != null && ioUring.available()) {
            return new TransportChoice(ioUring, null);
        }
        Transport epoll = Transport.EPOLL;
        if (epoll != null && epoll.available()) {
            return new TransportChoice(epoll, null);
        }
        return new TransportChoice(Transport.NIO, null);
    }

    private static TransportChoice orNio(@Nullable Transport transport) {
        if (transport == null) {
            return new TransportChoice(Transport.NIO, "The transport asked for is not part of this build, using nio");
        }
        if (!transport.available()) {
            return new TransportChoice(
                    Transport.NIO,
                    "The transport " + transport.name() + " does not work here (" + transport.unavailabilityCause()
                            + "), using nio");
        }
        return new TransportChoice(transport, null);
    }
}
