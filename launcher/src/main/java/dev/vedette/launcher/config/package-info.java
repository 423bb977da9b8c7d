/**
 * The command line of a server or sentinel, as redis-server reads it.
 *
 * <p>In: the arguments of main and, for {@code -}, standard input. Out: {@link dev.vedette.launcher.config.CommandLine},
 * from which {@link dev.vedette.store.config.ServerConfig} is parsed. Main thread only.
 */
@NullMarked
package dev.vedette.launcher.config;

import org.jspecify.annotations.NullMarked;
