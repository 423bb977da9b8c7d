/**
 * Streams: {@link dev.vedette.store.command.stream.StreamCommands} for the entries themselves, {@link
 * dev.vedette.store.command.stream.StreamReads} for XREAD and XREADGROUP, which may wait, {@link
 * dev.vedette.store.command.stream.StreamGroupCommands} and {@link dev.vedette.store.command.stream.StreamClaims} for
 * consumer groups and what is pending in them, {@link dev.vedette.store.command.stream.StreamInfo} for XINFO.
 *
 * <p>What enters the change stream names ids, times and owners: whatever the clock, a group or a limit decided here is not
 * decided again by a replica.
 */
@NullMarked
package dev.vedette.store.command.stream;

import org.jspecify.annotations.NullMarked;
