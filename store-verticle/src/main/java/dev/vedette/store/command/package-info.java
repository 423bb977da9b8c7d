/**
 * Commands: their declarations, one table, one dispatcher, and a package for each family.
 *
 * <p>What enters: a session and its arguments. What leaves: a reply in the session, changes in the keyspace, and what
 * they mean to others (watchers, blocked clients, subscribers, the change stream), all by way of {@link
 * dev.vedette.store.command.Call}. Thread: the event loop of the store verticle.
 *
 * <p>To find a command: {@code string/StringCommands}, {@code list/ListCommands}, ... each family's {@code FAMILY} list
 * declares name, summary, arity, flags, ACL categories and key positions beside the handler. To add a family, add its
 * list to {@link dev.vedette.store.command.CommandTable}.
 */
@NullMarked
package dev.vedette.store.command;

import org.jspecify.annotations.NullMarked;
