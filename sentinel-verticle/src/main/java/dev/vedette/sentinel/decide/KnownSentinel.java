package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import java.util.function.Consumer;
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
        return but(d -> d.health = newHealth);
    }

    KnownSentinel at(Address newAddress) {
        return but(d -> d.address = newAddress);
    }

    KnownSentinel heard(long current, long config, Address master, long nowMs) {
        return but(d -> {
            d.heardMs = nowMs;
            d.heardCurrentEpoch = current;
            d.heardConfigEpoch = config;
            d.heardAddress = master;
        });
    }

    KnownSentinel helloAsked(long nowMs) {
        return but(d -> d.helloAskedMs = nowMs);
    }

    KnownSentinel greeted(long nowMs) {
        return but(d -> d.helloMs = nowMs);
    }

    KnownSentinel asked(long nowMs) {
        return but(d -> d.askedMs = nowMs);
    }

    KnownSentinel answered(boolean down, long nowMs) {
        return but(d -> {
            d.masterDown = down;
            d.answeredMs = nowMs;
        });
    }

    KnownSentinel voted(String leader, long epoch, long nowMs) {
        return but(d -> {
            d.votedLeader = leader;
            d.votedEpoch = epoch;
            d.votedMs = nowMs;
        });
    }

    /** Its opinion is too old, or about another master. Its votes stay: an epoch never comes back. */
    KnownSentinel silenced(long asked) {
        return but(d -> {
            d.masterDown = false;
            d.askedMs = asked;
        });
    }

    private KnownSentinel but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /** See the package description for what drafts are for. */
    private static final class Draft {
        String runId;
        Address address;
        Health health;
        long heardMs;
        long heardCurrentEpoch;
        long heardConfigEpoch;

        @Nullable
        Address heardAddress;

        long helloMs;
        long helloAskedMs;
        boolean masterDown;
        long answeredMs;
        long askedMs;

        @Nullable
        String votedLeader;

        long votedEpoch;
        long votedMs;

        Draft(KnownSentinel from) {
            runId = from.runId;
            address = from.address;
            health = from.health;
            heardMs = from.heardMs;
            heardCurrentEpoch = from.heardCurrentEpoch;
            heardConfigEpoch = from.heardConfigEpoch;
            heardAddress = from.heardAddress;
            helloMs = from.helloMs;
            helloAskedMs = from.helloAskedMs;
            masterDown = from.masterDown;
            answeredMs = from.answeredMs;
            askedMs = from.askedMs;
            votedLeader = from.votedLeader;
            votedEpoch = from.votedEpoch;
            votedMs = from.votedMs;
        }

        KnownSentinel done() {
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
                    votedLeader,
                    votedEpoch,
                    votedMs);
        }
    }
}
