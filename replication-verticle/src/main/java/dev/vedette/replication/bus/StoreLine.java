package dev.vedette.replication.bus;

import dev.vedette.wire.bus.LocalCodec;
import dev.vedette.wire.bus.ToStore;
import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import java.util.concurrent.TimeUnit;

/** Sends {@link ToStore} records to one node's store, in order. */
public final class StoreLine {

    /** A store may load or save for hours, or sleep by DEBUG SLEEP; it never forgets a request. */
    private static final long REPLY_TIMEOUT_MILLIS = TimeUnit.DAYS.toMillis(7);

    private static final DeliveryOptions REQUEST =
            new DeliveryOptions(LocalCodec.OPTIONS).setSendTimeout(REPLY_TIMEOUT_MILLIS);

    private final EventBus bus;
    private final String address;

    public StoreLine(EventBus bus, String address) {
        this.bus = bus;
        this.address = address;
    }

    /** Sends a record that has no reply. */
    public void tell(ToStore record) {
        bus.send(address, record, LocalCodec.OPTIONS);
    }

    /**
     * Sends a request; the future completes on the caller's context, with the reply, or with a failure whose message is
     * the store's reason.
     *
     * @param <T> what {@link ToStore} says the reply is
     */
    public <T> Future<T> ask(ToStore record) {
        return bus.<T>request(address, record, REQUEST).map(Message::body);
    }
}
