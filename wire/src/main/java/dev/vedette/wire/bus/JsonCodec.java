package dev.vedette.wire.bus;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageCodec;
import io.vertx.core.json.JsonObject;
import java.util.function.Function;

/**
 * Carries one kind of clustered record as JSON, so that nodes of different builds can read one another: unknown fields
 * are ignored, missing ones take the record's defaults.
 *
 * @param <T> the record
 */
public final class JsonCodec<T> implements MessageCodec<T, T> {

    private final String name;
    private final Function<T, JsonObject> write;
    private final Function<JsonObject, T> read;

    JsonCodec(String name, Function<T, JsonObject> write, Function<JsonObject, T> read) {
        this.name = name;
        this.write = write;
        this.read = read;
    }

    /** Makes every clustered record known to this bus; a second call on the same bus does nothing. */
    public static void registerAll(EventBus bus) {
        register(bus, NodeStatus.class, NodeStatus.CODEC);
        register(bus, NodeCommand.class, NodeCommand.CODEC);
        register(bus, SentinelEvent.class, SentinelEvent.CODEC);
        register(bus, BallotCast.class, BallotCast.CODEC);
        register(bus, MasterSwitched.class, MasterSwitched.CODEC);
    }

    private static <T> void register(EventBus bus, Class<T> type, JsonCodec<T> codec) {
        try {
            bus.registerDefaultCodec(type, codec);
        } catch (IllegalStateException alreadyRegistered) {
            // Several verticles share one Vert.x instance; the first of them registered it.
        }
    }

    @Override
    public void encodeToWire(Buffer buffer, T record) {
        Buffer json = write.apply(record).toBuffer();
        buffer.appendInt(json.length()).appendBuffer(json);
    }

    @Override
    public T decodeFromWire(int pos, Buffer buffer) {
        int length = buffer.getInt(pos);
        return read.apply(new JsonObject(buffer.getBuffer(pos + 4, pos + 4 + length)));
    }

    @Override
    public T transform(T record) {
        return record;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte systemCodecID() {
        return -1;
    }
}
