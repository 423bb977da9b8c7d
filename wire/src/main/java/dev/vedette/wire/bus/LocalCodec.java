package dev.vedette.wire.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;

/**
 * Passes immutable records between verticles of one JVM as they are: no copy, no serialisation.
 *
 * <p>Register it once per Vert.x instance with {@link #register(EventBus)} and send with {@link #OPTIONS}. Sending a
 * local record to another JVM is a bug and fails with {@link UnsupportedOperationException}.
 */
public final class LocalCodec implements MessageCodec<Object, Object> {

    /** The codec's name on the event bus. */
    public static final String NAME = "vedette.local";

    /** Delivery options of every local record. */
    public static final DeliveryOptions OPTIONS =
            new DeliveryOptions().setCodecName(NAME).setLocalOnly(true);

    /** Makes the codec known to this bus; a second call on the same bus does nothing. */
    public static void register(EventBus bus) {
        try {
            bus.registerCodec(new LocalCodec());
        } catch (IllegalStateException alreadyRegistered) {
            // Several nodes may share one Vert.x instance; the first of them registered it.
        }
    }

    @Override
    public void encodeToWire(Buffer buffer, Object record) {
        throw new UnsupportedOperationException("a local record cannot leave the JVM: " + record.getClass());
    }

    @Override
    public Object decodeFromWire(int pos, Buffer buffer) {
        throw new UnsupportedOperationException("a local record cannot come from another JVM");
    }

    @Override
    public Object transform(Object record) {
        return record;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
