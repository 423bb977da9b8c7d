/**
 * What the operating system is told about threads. Knows nothing of what they do.
 */
@NullMarked
package dev.vedette.store.thread;

import org.jspecify.annotations.NullMarked;
