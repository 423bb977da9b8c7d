/** Tests of hash commands that a transcript cannot hold, since they leave something to chance. */
@NullMarked
package dev.vedette.store.command.hash;

import org.jspecify.annotations.NullMarked;
