/** What the store knows and says of replication, on a server in memory that the tests tell what a replication verticle would. */
@NullMarked
package dev.vedette.store.command.replication;

import org.jspecify.annotations.NullMarked;
