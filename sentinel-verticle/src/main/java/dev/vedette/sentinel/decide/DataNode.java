package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import dev.vedette.sentinel.decide.Info.Role;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a master or replica itself.
 *
 * @param address where it listens
 * @param link its connections
 * @param health SDOWN or not
 * @param runId run_id of its INFO, or null before the first
 * @param role the role that it last reported; before the first INFO, the one that we believe
 * @param roleSinceMs since when it reports that role
 * @param infoMs last INFO answer, NEVER before the first
 * @param infoAskedMs last INFO sent, NEVER before the first
 * @param helloMs last hello that it accepted from us
 * @param helloAskedMs last hello sent to it
 * @param scriptKillSent SCRIPT KILL was sent since it last went down
 * @param contents what data it holds by its last INFO
 */
public record DataNode(
        Address address,
        Link link,
        Health health,
        @Nullable String runId,
        Role role,
        long roleSinceMs,
        long infoMs,
        long infoAskedMs,
        long helloMs,
        long helloAskedMs,
        boolean scriptKillSent,
        Contents contents) {

    static DataNode created(Address address, Role role, long nowMs) {
        return new DataNode(
                address,
                Link.created(nowMs),
                Health.UP,
                null,
                role,
                nowMs,
                NEVER,
                NEVER,
                NEVER,
                NEVER,
                false,
                Contents.UNKNOWN);
    }

    DataNode at(Address elsewhere) {
        return but(d -> d.address = elsewhere);
    }

    DataNode with(Link newLink) {
        return but(d -> d.link = newLink);
    }

    DataNode with(Health newHealth) {
        return but(d -> d.health = newHealth);
    }

    /** An INFO came; of its role {@link #reporting} tells. */
    DataNode informed(Info info, long nowMs) {
        return but(d -> {
            d.runId = info.runId() == null ? runId : info.runId();
            d.contents = info.contents();
            d.infoMs = nowMs;
        });
    }

    DataNode reporting(Role newRole, long nowMs) {
        return but(d -> {
            d.role = newRole;
            d.roleSinceMs = nowMs;
        });
    }

    DataNode infoAsked(long nowMs) {
        return but(d -> d.infoAskedMs = nowMs);
    }

    DataNode helloAsked(long nowMs) {
        return but(d -> d.helloAskedMs = nowMs);
    }

    DataNode greeted(long nowMs) {
        return but(d -> d.helloMs = nowMs);
    }

    DataNode scriptKilled(boolean sent) {
        return but(d -> d.scriptKillSent = sent);
    }

    private DataNode but(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.done();
    }

    /** See the package description for what drafts are for. */
    private static final class Draft {
        Address address;
        Link link;
        Health health;

        @Nullable
        String runId;

        Role role;
        long roleSinceMs;
        long infoMs;
        long infoAskedMs;
        long helloMs;
        long helloAskedMs;
        boolean scriptKillSent;
        Contents contents;

        Draft(DataNode from) {
            address = from.address;
            link = from.link;
            health = from.health;
            runId = from.runId;
            role = from.role;
            roleSinceMs = from.roleSinceMs;
            infoMs = from.infoMs;
            infoAskedMs = from.infoAskedMs;
            helloMs = from.helloMs;
            helloAskedMs = from.helloAskedMs;
            scriptKillSent = from.scriptKillSent;
            contents = from.contents;
        }

        DataNode done() {
            return new DataNode(
                    address,
                    link,
                    health,
                    runId,
                    role,
                    roleSinceMs,
                    infoMs,
                    infoAskedMs,
                    helloMs,
                    helloAskedMs,
                    scriptKillSent,
                    contents);
        }
    }
}
