package dev.vedette.sentinel.decide;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What an operator can set for the whole sentinel: the timers of SENTINEL DEBUG and how it announces itself. The shell
 * passes them with each step, so a change takes effect at the next event. All times in milliseconds.
 *
 * @param pingPeriodMs longest time between PINGs (default 1000)
 * @param infoPeriodMs time between INFOs in quiet times (10000)
 * @param askPeriodMs time between is-master-down-by-addr questions (1000)
 * @param publishPeriodMs time between hellos (2000)
 * @param defaultDownAfterMs down-after-milliseconds of a new master (30000)
 * @param defaultFailoverTimeoutMs failover-timeout of a new master (180000)
 * @param tiltTriggerMs a gap between events longer than this enters TILT (2000)
 * @param tiltPeriodMs how long TILT lasts (1000; Redis: 30000, see {@link Tilt})
 * @param slaveReconfTimeoutMs how long a replica may take to follow the new master's address (10000)
 * @param minLinkReconnectPeriodMs age below which a silent connection is not given up (15000)
 * @param electionTimeoutMs how long a candidate waits for votes (10000)
 * @param scriptMaxRuntimeMs a script that runs longer is killed; used by the shell (60000)
 * @param scriptRetryDelayMs first delay before a script is run again; used by the shell (30000)
 * @param announceIp announce-ip, or null for the local address of each socket
 * @param announcePort announce-port, else the listening port
 * @param announceHostnames announce-hostnames
 * @param zone time zone of the dates in log texts
 */
public record Rules(
        long pingPeriodMs,
        long infoPeriodMs,
        long askPeriodMs,
        long publishPeriodMs,
        long defaultDownAfterMs,
        long defaultFailoverTimeoutMs,
        long tiltTriggerMs,
        long tiltPeriodMs,
        long slaveReconfTimeoutMs,
        long minLinkReconnectPeriodMs,
        long electionTimeoutMs,
        long scriptMaxRuntimeMs,
        long scriptRetryDelayMs,
        @Nullable String announceIp,
        int announcePort,
        boolean announceHostnames,
        ZoneId zone) {

    /** How often at least a tick comes; the real distance varies by jitter so that sentinels do not march in step. */
    public static final long TICK_MS = 100;

    /** Upper bound of the random delays that keep sentinels apart. */
    public static final long MAX_DESYNC_MS = 1000;

    /** Redis 7.0's defaults, announcing that port. */
    public static Rules defaults(int announcePort) {
        return new Rules(
                1000,
                10_000,
                1000,
                2000,
                30_000,
                180_000,
                2000,
                1000,
                10_000,
                15_000,
                10_000,
                60_000,
                30_000,
                null,
                announcePort,
                false,
                ZoneOffset.UTC);
    }

    /**
     * These rules with one timer changed.
     *
     * @param parameter name as SENTINEL DEBUG takes it, any case
     * @param ms the new value, above 0
     * @return null when there is no such parameter
     */
    public @Nullable Rules withTimer(String parameter, long ms) {
        return switch (parameter.toLowerCase(Locale.ROOT)) {
            case "ping-period" -> timers(0, ms);
            case "info-period" -> timers(1, ms);
            case "ask-period" -> timers(2, ms);
            case "publish-period" -> timers(3, ms);
            case "default-down-after" -> timers(4, ms);
            case "default-failover-timeout" -> timers(5, ms);
            case "tilt-trigger" -> timers(6, ms);
            case "tilt-period" -> timers(7, ms);
            case "slave-reconf-timeout" -> timers(8, ms);
            case "min-link-reconnect-period" -> timers(9, ms);
            case "election-timeout" -> timers(10, ms);
            case "script-max-runtime" -> timers(11, ms);
            case "script-retry-delay" -> timers(12, ms);
            default -> null;
        };
    }

    /** These rules with the dates in log texts in that zone. */
    public Rules in(ZoneId newZone) {
        return new Rules(
                pingPeriodMs,
                infoPeriodMs,
                askPeriodMs,
                publishPeriodMs,
                defaultDownAfterMs,
                defaultFailoverTimeoutMs,
                tiltTriggerMs,
                tiltPeriodMs,
                slaveReconfTimeoutMs,
                minLinkReconnectPeriodMs,
                electionTimeoutMs,
                scriptMaxRuntimeMs,
                scriptRetryDelayMs,
                announceIp,
                announcePort,
                announceHostnames,
                newZone);
    }

    private Rules timers(int position, long ms) {
        long[] t = {
            pingPeriodMs,
            infoPeriodMs,
            askPeriodMs,
            publishPeriodMs,
            defaultDownAfterMs,
            defaultFailoverTimeoutMs,
            tiltTriggerMs,
            tiltPeriodMs,
            slaveReconfTimeoutMs,
            minLinkReconnectPeriodMs,
            electionTimeoutMs,
            scriptMaxRuntimeMs,
            scriptRetryDelayMs
        };
        t[position] = ms;
        return new Rules(
                t[0],
                t[1],
                t[2],
                t[3],
                t[4],
                t[5],
                t[6],
                t[7],
                t[8],
                t[9],
                t[10],
                t[11],
                t[12],
                announceIp,
                announcePort,
                announceHostnames,
                zone);
    }

    /** These rules with another way to announce oneself (SENTINEL CONFIG SET announce-ip, -port, -hostnames). */
    public Rules announcing(@Nullable String ip, int port, boolean hostnames) {
        return new Rules(
                pingPeriodMs,
                infoPeriodMs,
                askPeriodMs,
                publishPeriodMs,
                defaultDownAfterMs,
                defaultFailoverTimeoutMs,
                tiltTriggerMs,
                tiltPeriodMs,
                slaveReconfTimeoutMs,
                minLinkReconnectPeriodMs,
                electionTimeoutMs,
                scriptMaxRuntimeMs,
                scriptRetryDelayMs,
                ip,
                port,
                hostnames,
                zone);
    }
}
