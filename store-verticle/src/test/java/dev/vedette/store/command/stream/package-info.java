/** Tests of the commands on streams. */
@NullMarked
package dev.vedette.store.command.stream;

import org.jspecify.annotations.NullMarked;
