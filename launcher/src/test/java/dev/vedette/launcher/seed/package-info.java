/**
 * The life of a family of nodes as text files, {@code src/test/resources/transcripts/seed/*.txt}, written as a tutorial
 * shows it: what is typed at whose prompt, and what comes back. Each is played by Vedette's nodes, by Redis's, and by
 * both in one family, so that a wrong expectation is found as well as a wrong answer. Every node is a process of its own.
 *
 * <pre>
 *   &gt; The master goes away.             a remark
 *   start 6379                          starts a server, with the configuration that it has had before,
 *   start 6380 6381                     or several servers at once,
 *       replicaof 127.0.0.1 6379        or with these lines of configuration; waits until all of them answer
 *   sentinel 26379                      the same for a sentinel
 *       sentinel monitor host6379 127.0.0.1 6379 1
 *   127.0.0.1:6379&gt; set k1 1            a command, words quoted as in redis-cli, on the connection to that node
 *   OK                                  what redis-cli prints; INFO's lines, which end in CRLF, one by one
 *   127.0.0.1:6379&gt; shutdown
 *   not connected&gt;                      the node closed the connection, and its process ended with status 0
 *   kill -STOP 6379                     sends a signal; KILL waits for the process to end
 *   ends 6379                           the process ends by itself, with status 0
 *   sleep 1000                          milliseconds pass, where nothing can be seen to wait for
 *   eventually                          the commands that follow, up to an empty line, are asked again and again until
 *   127.0.0.1:6380&gt; get k1              all of them answer as expected in one round, for thirty seconds at most
 *   "1"
 *
 *   log 26379                           what is next in the log of that node, without the head of the lines; of a
 *   # +sdown master host6379 127.0.0.1 6379     sentinel the events only
 *   ...                                 any lines
 *   # +switch-master host6379 127.0.0.1 6379 127.0.0.1 6380
 *
 * </pre>
 *
 * <p>Nodes are named by the ports that the tutorial gives them. Each such number in a file stands for the free port that
 * its node got.
 *
 * <p>What differs from run to run is given a name where it first appears, and means the same wherever that name comes
 * again:
 *
 * <pre>
 *   &lt;a:id&gt;               a replication id, a sentinel's id: forty hexadecimal digits, other ones than those of every other name
 *   &lt;a&gt;                  the same again
 *   &lt;n:number&gt;           a number
 *   &lt;n:number &gt;= m + 1&gt;  one that is at least that
 *   &lt;n + 1&gt;              what the sum of these is
 *   &lt;0..2&gt;               a number from 0 to 2
 *   &lt;a:6380|6381&gt;        one of these
 *   &lt;b:6380|6381 but a&gt;  one of these, and not the same
 * </pre>
 */
@NullMarked
package dev.vedette.launcher.seed;

import org.jspecify.annotations.NullMarked;
