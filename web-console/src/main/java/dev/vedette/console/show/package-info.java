/**
 * The page and what feeds it. In: {@link dev.vedette.console.observe.ClusterView}s, and requests of browsers. Out: the
 * page, the state as JSON, a stream of changes to each browser, and the answers of the shell.
 *
 * <p>Thread: the console's event loop.
 */
@NullMarked
package dev.vedette.console.show;

import org.jspecify.annotations.NullMarked;
