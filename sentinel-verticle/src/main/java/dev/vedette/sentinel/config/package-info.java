/**
 * sentinel.conf: reading it, and rewriting it in place with the state that a sentinel must not forget.
 *
 * <p>What enters: the text of the file and the command line's overrides. What leaves: a {@link
 * dev.vedette.sentinel.config.SentinelConfig}, or a {@link dev.vedette.sentinel.config.ConfigError} in the words of
 * Redis; later, new file contents for each change. Reading and composing text is pure; only {@link
 * dev.vedette.sentinel.config.ConfigFile} touches the disk, and it blocks, so it is called on a worker thread.
 */
@NullMarked
package dev.vedette.sentinel.config;

import org.jspecify.annotations.NullMarked;
