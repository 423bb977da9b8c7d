/**
 * Servers and sentinels as processes, started as an operator starts them: ours from bin/, Redis's own as installed. A
 * test that runs with either shows that what it expects is what Redis does.
 */
@NullMarked
package dev.vedette.launcher.nodes;

import org.jspecify.annotations.NullMarked;
