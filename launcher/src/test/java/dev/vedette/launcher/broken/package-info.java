/**
 * What a server is given that it ought not to be: bytes that are no command, commands that never end, connections that
 * say nothing, files that cannot be read or written. It answers in Redis's words, for the same is asked of Redis, and
 * goes on serving the others.
 */
@NullMarked
package dev.vedette.launcher.broken;

import org.jspecify.annotations.NullMarked;
