package dev.vedette.wire.bus;

import io.vertx.core.json.JsonObject;

/**
 * A sentinel voted. The ballot itself is the entry {@code master/epoch/voter} of the Hazelcast map {@link #MAP}, whose
 * single writer is the voter; this message only says that it is there.
 *
 * @param master name of the master
 * @param epoch the election
 * @param voter run id of the sentinel that voted
 * @param leader run id of the sentinel that it voted for
 */
public record BallotCast(String master, long epoch, String voter, String leader) {

    /** Name of the Hazelcast map that holds the ballots: key {@code master/epoch/voter}, value the leader's run id. */
    public static final String MAP = "vedette.ballots";

    /** Published here after the ballot is on the voter's disk and in the map. */
    public static final String ADDRESS = "vedette.sentinel.ballots";

    /** Key of this ballot in {@link #MAP}. */
    public String key() {
        return master + "/" + epoch + "/" + voter;
    }

    static final JsonCodec<BallotCast> CODEC = new JsonCodec<>(
            "vedette.BallotCast",
            b -> new JsonObject()
                    .put("master", b.master)
                    .put("epoch", b.epoch)
                    .put("voter", b.voter)
                    .put("leader", b.leader),
            j -> new BallotCast(
                    j.getString("master", ""),
                    j.getLong("epoch", 0L),
                    j.getString("voter", ""),
                    j.getString("leader", "")));
}
