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
 * @param heardAddress the master's address in that hello, null before the first
 * @param helloMs last hello that it accepted from us
 * @param helloAskedMs last hello sent to it
 * @param masterDown it says that the master is down
 * @param answeredMs its last answer to is-master-down-by-addr
 * @param askedMs our last question
 * @param votedLeader whom it voted for, null if unknown
 * @param votedEpoch in which epoch
 * @param votedMs when we learnt of it
 */
public record KnownSentinel(
        String runId,
        Address address,
        Health health,
        long heardMs,
        long heardCurrentEpoch,
        long heardConfigEpoch,
        @Nullable Address heardAddress,
        long helloMs,
        long helloAskedMs,
        boolean masterDown,
        long answeredMs,
        long askedMs,
        @Nullable String votedLeader,
        long votedEpoch,
        long votedMs) {

    static KnownSentinel created(String runId, Address address, long nowMs) {
        return new KnownSentinel(
                runId, address, Health.UP, nowMs, 0, 0, null, NEVER, NEVER, false, NEVER, NEVER, null, 0, NEVER);
    }

    KnownSentinel with(Health newHealth) {
        return new KnownSentinel(
                runId,
                address,
                newHealth,
                heardMs,
                heardCurrentEpoch,
                heardConfigEpoch,
                heardAddress,
                helloMs,
                helloAskedMs,
                masterDown,
                answeredMs,
                askedMs,
                votedLeader,
                votedEpoch,
                votedMs);
    }

    KnownSentinel at(Address newAddress) {
        return new KnownSentinel(
                runId,
                newAddress,
                health,
                heardMs,
                heardCurrentEpoch,
                heardConfigEpoch,
                heardAddress,
                helloMs,
                helloAskedMs,
                masterDown,
                answeredMs,
                askedMs,
                votedLeader,
                votedEpoch,
                votedMs);
    }

    KnownSentinel heard(long current, long config, Address master, long nowMs) {
        return new KnownSentinel(
                runId,
                address,
                health,
                nowMs,
                current,
                config,
                master,
                helloMs,
                helloAskedMs,
                masterDown,
                answeredMs,
                askedMs,
                votedLeader,
                votedEpoch,
                votedMs);
    }

    KnownSentinel helloAsked(long nowMs) {
        return new KnownSentinel(
                runId,
                address,
                health,
                heardMs,
                heardCurrentEpoch,
                heardConfigEpoch,
                heardAddress,
                helloMs,
                nowMs,
                masterDown,
                answeredMs,
                askedMs,
                votedLeader,
                votedEpoch,
                votedMs);
    }

    KnownSentinel greeted(long nowMs) {
        return new KnownSentinel(
                runId,
                address,
                health,
                heardMs,
                heardCurrentEpoch,
                heardConfigEpoch,
                heardAddress,
                nowMs,
                helloAskedMs,
                masterDown,
                answeredMs,
                askedMs,
                votedLeader,
                votedEpoch,
                votedMs);
    }

    KnownSentinel asked(long nowMs) {
        return new KnownSentinel(
                runId,
                address,
                health,
                heardMs,
                heardCurrentEpoch,
                heardConfigEpoch,
                heardAddress,
                helloMs,
                helloAskedMs,
                masterDown,
                answeredMs,
                nowMs,
                votedLeader,
                votedEpoch,
                votedMs);
    }

    KnownSentinel answered(boolean down, long nowMs) {
        return new KnownSentinel(
                runId,
                address,
                health,
                heardMs,
                heardCurrentEpoch,
                heardConfigEpoch,
                heardAddress,
                helloMs,
                helloAskedMs,
                down,
                nowMs,
                askedMs,
                votedLeader,
                votedEpoch,
                votedMs);
    }

    KnownSentinel voted(String leader, long epoch, long nowMs) {
        return new KnownSentinel(
                runId,
                address,
                health,
                heardMs,
                heardCurrentEpoch,
                heardConfigEpoch,
                heardAddress,
                helloMs,
                helloAskedMs,
                masterDown,
                answeredMs,
                askedMs,
                leader,
                epoch,
                nowMs);
    }

    /** Its opinion is too old, or about another master. Its votes stay: an epoch never comes back. */
    KnownSentinel silenced(long asked) {
        return new KnownSentinel(
                runId,
                address,
                health,
                heardMs,
                heardCurrentEpoch,
                heardConfigEpoch,
                heardAddress,
                helloMs,
                helloAskedMs,
                false,
                answeredMs,
                asked,
                votedLeader,
                votedEpoch,
                votedMs);
    }
}
