/** A store in memory, on a virtual clock, and the tests of the module as a whole. */
@NullMarked
package dev.vedette.store;

import org.jspecify.annotations.NullMarked;
