package dev.vedette.sentinel.decide;

import org.jspecify.annotations.Nullable;

/**
 * This sentinel's last vote for a master: the single record behind both doors (ballots and is-master-down-by-addr).
 *
 * @param leader whom we voted for; null before the first vote and after a restart, since sentinel.conf keeps only the
 *     epoch
 * @param epoch no further vote is ever cast in this epoch or an older one ({@code leader-epoch} in sentinel.conf)
 */
public record Vote(@Nullable String leader, long epoch) {}
