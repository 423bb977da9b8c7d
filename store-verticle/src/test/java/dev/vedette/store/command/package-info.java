/** Tests of what holds for all commands. */
@NullMarked
package dev.vedette.store.command;

import org.jspecify.annotations.NullMarked;
