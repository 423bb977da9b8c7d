/** Snapshots and loads over keyspaces in memory, on an event loop that the tests turn. */
@NullMarked
package dev.vedette.store.snapshot;

import org.jspecify.annotations.NullMarked;
