/**
 * The client libraries that people use, each connected through three of our sentinels to a family of ours: it must go on
 * by itself when the master dies or hands over. Every library does so in its own way; a fault of ours in a reply or in
 * the order of events shows here and nowhere else.
 */
@NullMarked
package dev.vedette.launcher.clients;

import org.jspecify.annotations.NullMarked;
