package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import org.jspecify.annotations.Nullable;

/**
 * Another sentinel in its quality as a watcher of one master: its view, its vote. Its link is a {@link Peer}.
 *
 * @param runId its id, the key of {@link Master#sentinels()}
 * @param address where it listens
 * @param health SDOWN or not, by the down-after of this master
 * @param heardMs last hello about this master
 * @param heardCurrentEpoch the current epoch in that hello
 * @param heardConfigEpoch the configuration epoch in that hello
 * @param helloMs last hello that it accepted from us
 * @param helloAskedMs last hello sent to it
 * @param masterDown it says that the master is down
 * @param answeredMs its last answer to is-master-down-by-addr
 * @param askedMs our last question
 * @param votedLeader whom it voted for, null if unknown
 * @param votedEpoch in which epoch
 */
public record KnownSentinel(
        String runId,
        Address address,
        Health health,
        long heardMs,
        long heardCurrentEpoch,
        long heardConfigEpoch,
        long helloMs,
        long helloAskedMs,
        boolean masterDown,
        long answeredMs,
        long askedMs,
        @Nullable String votedLeader,
        long votedEpoch) {

    static KnownSentinel created(String runId, Address address, long nowMs) {
        return new KnownSentinel(runId, address, Health.UP, nowMs, 0, 0, NEVER, NEVER, false, NEVER, NEVER, null, 0);
    }
}
