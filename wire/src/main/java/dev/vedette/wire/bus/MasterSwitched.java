package dev.vedette.wire.bus;

import io.vertx.core.json.JsonObject;

/**
 * The leader of a failover announces the new master on the clustered bus, so that every sentinel switches at once
 * instead of at its next hello.
 *
 * @param master name of the master
 * @param epoch configuration epoch of the new address; a receiver ignores one that is not above its own
 * @param sentinelId run id of the leader
 * @param host address of the new master
 * @param port its port
 */
public record MasterSwitched(String master, long epoch, String sentinelId, String host, int port) {

    /** Published here by the leader. */
    public static final String ADDRESS = "vedette.sentinel.switch";

    static final JsonCodec<MasterSwitched> CODEC = new JsonCodec<>(
            "vedette.MasterSwitched",
            s -> new JsonObject()
                    .put("master", s.master)
                    .put("epoch", s.epoch)
                    .put("sentinelId", s.sentinelId)
                    .put("host", s.host)
                    .put("port", s.port),
            j -> new MasterSwitched(
                    j.getString("master", ""),
                    j.getLong("epoch", 0L),
                    j.getString("sentinelId", ""),
                    j.getString("host", ""),
                    j.getInteger("port", 0)));
}
