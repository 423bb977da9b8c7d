/**
 * The directives of redis.conf: their declarations, a node's values, and the file they are read from and written back
 * to.
 *
 * <p>In: the text of a configuration file and command line, the pairs of CONFIG SET. Out: typed values, the textual
 * answers of CONFIG GET, a rewritten file. {@link dev.vedette.store.config.Directives} is the one place where a
 * directive's name, bounds, default and mutability are said; parsing, CONFIG GET, SET and REWRITE all follow from it.
 *
 * <p>Text is bytes: every {@link java.lang.String} of this package holds one byte per char (ISO 8859-1), because Redis
 * takes any byte in a value. {@link dev.vedette.store.config.ServerConfig#resolve} turns such a string into a path.
 *
 * <p>Threads: a {@link dev.vedette.store.config.ServerConfig} is built by the launcher's main thread and owned by its
 * node's event loop from the moment the store verticle has started. The declarations are immutable.
 */
@NullMarked
package dev.vedette.store.config;

import org.jspecify.annotations.NullMarked;
