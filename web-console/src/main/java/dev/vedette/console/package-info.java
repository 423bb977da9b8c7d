/**
 * The web console, a verticle of its own: {@link dev.vedette.console.ConsoleVerticle} and its {@link
 * dev.vedette.console.ConsoleOptions}.
 *
 * <p>In: what nodes publish on the clustered event bus, or answer by RESP. Out: a live page for browsers, and commands
 * that an operator types into its shell. The verticle's event loop owns all state.
 */
@NullMarked
package dev.vedette.console;

import org.jspecify.annotations.NullMarked;
