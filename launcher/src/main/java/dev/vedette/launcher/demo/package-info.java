/**
 * {@code vedette demo}: a whole family of nodes on one machine, for someone who wants to see a failover.
 *
 * <p>In: options. Out: configuration files, processes (or, with {@code --in-process}, verticles) that use them, and text
 * on standard output that says what to try. Main thread, until Ctrl-C.
 */
@NullMarked
package dev.vedette.launcher.demo;

import org.jspecify.annotations.NullMarked;
