/** Saving and ending, on servers in memory. */
@NullMarked
package dev.vedette.store.command.persistence;

import org.jspecify.annotations.NullMarked;
