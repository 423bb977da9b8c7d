/** Tests of the dump format: against itself split, cut and damaged, against fixtures, and against a real redis-server. */
@NullMarked
package dev.vedette.wire.rdb;

import org.jspecify.annotations.NullMarked;
