/** Tests of the commands that concern the server as a whole. */
@NullMarked
package dev.vedette.store.command.server;

import org.jspecify.annotations.NullMarked;
