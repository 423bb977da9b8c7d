package dev.vedette.wire.bus;

import io.vertx.core.json.JsonObject;

/**
 * One event of a sentinel, published on the clustered bus as it is logged.
 *
 * @param sentinel {@code host:port} of the sentinel
 * @param sentinelId its 40-character run id
 * @param timeMillis wall clock of the sender
 * @param level {@code #} warning, {@code *} notice, {@code -} verbose, {@code .} debug, as in the log
 * @param type event name with its sign, for example {@code +switch-master}
 * @param text the rest of the log line
 */
public record SentinelEvent(
        String sentinel, String sentinelId, long timeMillis, String level, String type, String text) {

    /** Published here by every clustered sentinel. */
    public static final String ADDRESS = "vedette.sentinel.events";

    static final JsonCodec<SentinelEvent> CODEC = new JsonCodec<>(
            "vedette.SentinelEvent",
            e -> new JsonObject()
                    .put("sentinel", e.sentinel)
                    .put("sentinelId", e.sentinelId)
                    .put("timeMillis", e.timeMillis)
                    .put("level", e.level)
                    .put("type", e.type)
                    .put("text", e.text),
            j -> new SentinelEvent(
                    j.getString("sentinel", ""),
                    j.getString("sentinelId", ""),
                    j.getLong("timeMillis", 0L),
                    j.getString("level", "#"),
                    j.getString("type", ""),
                    j.getString("text", "")));
}
