/** Tests of the commands that concern keys whatever they hold. */
@NullMarked
package dev.vedette.store.command.key;

import org.jspecify.annotations.NullMarked;
