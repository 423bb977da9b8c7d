/**
 * The programs: each main class turns its command line into one node and waits for the process to end.
 *
 * <p>In: arguments, signals. Out: a running node, log lines, an exit status. The main thread starts the node and then
 * only waits; everything else happens on the node's event loop.
 */
@NullMarked
package dev.vedette.launcher;

import org.jspecify.annotations.NullMarked;
