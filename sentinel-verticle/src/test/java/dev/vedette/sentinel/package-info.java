/** Tests of the sentinel as a whole. */
@NullMarked
package dev.vedette.sentinel;

import org.jspecify.annotations.NullMarked;
