/** Tests of the commands on strings, bitmaps and sketches. */
@NullMarked
package dev.vedette.store.command.string;

import org.jspecify.annotations.NullMarked;
