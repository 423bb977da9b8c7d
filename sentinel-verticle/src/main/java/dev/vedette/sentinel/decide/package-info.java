/**
 * Sentinel as a pure function: {@code step(rules, state, event) -> (state, effects)}. Nothing here reads a clock, draws a
 * random number, opens a socket or knows Vert.x and Hazelcast; the same arguments always give the same result, so that
 * a run of thousands of simulated failures can be replayed from its seed.
 *
 * <p>Enters: {@link dev.vedette.sentinel.decide.Event}s, one at a time. Leaves: {@link
 * dev.vedette.sentinel.decide.Effect}s, to be carried out in order. Threads: none of its own; everything is immutable.
 *
 * <h2>Where a rule is, in the order in which the data flows</h2>
 *
 * <table>
 *   <caption>Files</caption>
 *   <tr><td>{@link dev.vedette.sentinel.decide.Sentinel}</td><td>which event goes where; the order of the rules</td></tr>
 *   <tr><td>{@code Tilt}</td><td>gaps in our own life</td></tr>
 *   <tr><td>{@code Probing}</td><td>connections, PING, INFO, hello: what is asked, and when</td></tr>
 *   <tr><td>{@code Discovery}</td><td>what INFO says: replicas, roles, reboots, progress</td></tr>
 *   <tr><td>{@code Greetings}</td><td>what hellos and announcements say: sentinels, epochs, configurations</td></tr>
 *   <tr><td>{@code LostData}</td><td>a master that came back without its data</td></tr>
 *   <tr><td>{@code Suspicion}</td><td>SDOWN, ODOWN, asking the others</td></tr>
 *   <tr><td>{@code Election}</td><td>votes, candidature, counting</td></tr>
 *   <tr><td>{@code FailoverSteps}</td><td>from candidature to switch: the table below</td></tr>
 *   <tr><td>{@code Selection}</td><td>which replica</td></tr>
 *   <tr><td>{@code Switch}</td><td>the master's address changes</td></tr>
 *   <tr><td>{@code Reconciliation}</td><td>nodes that are not what they should be</td></tr>
 *   <tr><td>{@code Commands}</td><td>SENTINEL commands that change something</td></tr>
 *   <tr><td>{@link dev.vedette.sentinel.decide.Persisted}</td><td>what survives a restart</td></tr>
 * </table>
 *
 * <h2>A failover, state by state</h2>
 *
 * <table>
 *   <caption>Transitions of {@link dev.vedette.sentinel.decide.Failover.State}</caption>
 *   <tr><th>from</th><th>on</th><th>to</th><th>printed</th></tr>
 *   <tr><td>NONE</td><td>ODOWN, and no other candidate has its time</td><td>WAIT_START</td>
 *       <td>+new-epoch +try-failover +vote-for-leader</td></tr>
 *   <tr><td>NONE</td><td>SENTINEL FAILOVER</td><td>WAIT_START</td><td>the same</td></tr>
 *   <tr><td>WAIT_START</td><td>max(quorum, majority) votes; or forced and 1 s passed</td><td>SELECT_SLAVE</td>
 *       <td>+elected-leader +failover-state-select-slave</td></tr>
 *   <tr><td>WAIT_START</td><td>can no longer win; election-timeout; voted for another</td><td>NONE</td>
 *       <td>-failover-abort-not-elected</td></tr>
 *   <tr><td>WAIT_START, SELECT_SLAVE, SEND_SLAVEOF_NOONE</td><td>the master answers again</td><td>NONE</td>
 *       <td>-failover-abort-master-is-back</td></tr>
 *   <tr><td>SELECT_SLAVE</td><td>a fresh INFO of each replica that can be promoted, or 1 s</td>
 *       <td>SEND_SLAVEOF_NOONE</td><td>+selected-slave +failover-state-send-slaveof-noone</td></tr>
 *   <tr><td>SELECT_SLAVE</td><td>no fit replica; mandate over</td><td>NONE</td>
 *       <td>-failover-abort-no-good-slave</td></tr>
 *   <tr><td>SEND_SLAVEOF_NOONE</td><td>a connection to the replica</td><td>WAIT_PROMOTION</td>
 *       <td>+failover-state-wait-promotion</td></tr>
 *   <tr><td>SEND_SLAVEOF_NOONE, WAIT_PROMOTION</td><td>the replica is down; mandate or failover-timeout over</td>
 *       <td>NONE</td><td>-failover-abort-slave-timeout</td></tr>
 *   <tr><td>WAIT_PROMOTION</td><td>its INFO says role:master</td><td>RECONF_SLAVES</td>
 *       <td>+promoted-slave +failover-state-reconf-slaves +switch-master</td></tr>
 *   <tr><td>RECONF_SLAVES</td><td>every replica that is up has arrived; new master down; failover-timeout</td>
 *       <td>UPDATE_CONFIG</td><td>+failover-end(-for-timeout)</td></tr>
 *   <tr><td>UPDATE_CONFIG</td><td>at once</td><td>NONE</td><td>+slave ...</td></tr>
 *   <tr><td>any</td><td>a configuration with a higher epoch</td><td>NONE</td>
 *       <td>+config-update-from +switch-master</td></tr>
 * </table>
 *
 * <h2>What is never broken</h2>
 *
 * <ul>
 *   <li>One vote per master and epoch, on disk before anyone sees it: a changed {@link
 *       dev.vedette.sentinel.decide.Persisted} makes {@link dev.vedette.sentinel.decide.Effect.Persist} the first effect
 *       of the step.
 *   <li>A leader has max(quorum, majority of all known sentinels) votes of its epoch; so an epoch has one leader. Only
 *       SENTINEL FAILOVER may go on without, and yields to an elected configuration of the same epoch.
 *   <li>Epochs never fall, and a configuration gives way only to a higher epoch.
 *   <li>Only the leader says SLAVEOF NO ONE, and only within its mandate, which is over before those who voted for it
 *       may stand themselves.
 * </ul>
 *
 * <h2>Where this is quicker than Redis 7.0</h2>
 *
 * <p>Silence is reckoned from the first question that was not answered, or from the loss of the connection, and judged
 * in the millisecond in which it becomes too long, so that all sentinels see a death at the same time; they then stand
 * for election one after the other. Every answer is judged when it comes, not at the next tick: a failover takes some
 * round trips after ODOWN. INFO is asked for behind each order. +switch-master, hellos and, on the bus, an announcement
 * go out in the step that sees the promotion; Redis's leader says it only when all replicas have been dealt with. A
 * lost election is tried again after at most a few seconds, not after twice the failover-timeout. A new master that
 * dies during the reconfiguration, a chosen replica that dies, or a leader that dies hold nothing up. Connections
 * survive a switch. The deposed master is put down at first contact if a majority has just confirmed our epoch.
 *
 * <h2>How the records change</h2>
 *
 * <p>Java has no way to copy a record with one component changed. A record with more than a few has a private class
 * {@code Draft} with the same fields, not final: {@code but(draft -> ...)} makes a draft, has it changed, and makes a record
 * of it. So a change names what it changes and nothing else, and a new component is written down in one place. A draft
 * never leaves its record.
 */
@NullMarked
package dev.vedette.sentinel.decide;

import org.jspecify.annotations.NullMarked;
