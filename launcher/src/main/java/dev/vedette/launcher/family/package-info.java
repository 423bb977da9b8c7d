/**
 * A whole family of nodes on one machine: {@code vedette demo}, and {@link dev.vedette.launcher.family.VedetteFamily} for tests.
 *
 * <p>In: a plan. Out: configuration files, processes (or verticles in this process) that use them, and for the demo text
 * on standard output that says what to try.
 */
@NullMarked
package dev.vedette.launcher.family;

import org.jspecify.annotations.NullMarked;
