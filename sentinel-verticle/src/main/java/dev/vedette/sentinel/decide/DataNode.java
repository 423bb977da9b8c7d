package dev.vedette.sentinel.decide;

import static dev.vedette.sentinel.decide.Moment.NEVER;

import dev.vedette.sentinel.decide.Info.Role;
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
        boolean scriptKillSent) {

    static DataNode created(Address address, Role role, long nowMs) {
        return new DataNode(
                address, Link.created(nowMs), Health.UP, null, role, nowMs, NEVER, NEVER, NEVER, NEVER, false);
    }

    DataNode at(Address elsewhere) {
        return new DataNode(
                elsewhere,
                link,
                health,
                runId,
                role,
                roleSinceMs,
                infoMs,
                infoAskedMs,
                helloMs,
                helloAskedMs,
                scriptKillSent);
    }

    DataNode with(Link newLink) {
        return new DataNode(
                address,
                newLink,
                health,
                runId,
                role,
                roleSinceMs,
                infoMs,
                infoAskedMs,
                helloMs,
                helloAskedMs,
                scriptKillSent);
    }

    DataNode with(Health newHealth) {
        return new DataNode(
                address,
                link,
                newHealth,
                runId,
                role,
                roleSinceMs,
                infoMs,
                infoAskedMs,
                helloMs,
                helloAskedMs,
                scriptKillSent);
    }

    DataNode informed(@Nullable String newRunId, long nowMs) {
        return new DataNode(
                address,
                link,
                health,
                newRunId,
                role,
                roleSinceMs,
                nowMs,
                infoAskedMs,
                helloMs,
                helloAskedMs,
                scriptKillSent);
    }

    DataNode reporting(Role newRole, long nowMs) {
        return new DataNode(
                address,
                link,
                health,
                runId,
                newRole,
                nowMs,
                infoMs,
                infoAskedMs,
                helloMs,
                helloAskedMs,
                scriptKillSent);
    }

    DataNode infoAsked(long nowMs) {
        return new DataNode(
                address, link, health, runId, role, roleSinceMs, infoMs, nowMs, helloMs, helloAskedMs, scriptKillSent);
    }

    DataNode helloAsked(long nowMs) {
        return new DataNode(
                address, link, health, runId, role, roleSinceMs, infoMs, infoAskedMs, helloMs, nowMs, scriptKillSent);
    }

    DataNode greeted(long nowMs) {
        return new DataNode(
                address,
                link,
                health,
                runId,
                role,
                roleSinceMs,
                infoMs,
                infoAskedMs,
                nowMs,
                helloAskedMs,
                scriptKillSent);
    }

    DataNode scriptKilled(boolean sent) {
        return new DataNode(
                address, link, health, runId, role, roleSinceMs, infoMs, infoAskedMs, helloMs, helloAskedMs, sent);
    }
}
