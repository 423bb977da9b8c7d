/** Tests of the table of keys. */
@NullMarked
package dev.vedette.store.keyspace;

import org.jspecify.annotations.NullMarked;
