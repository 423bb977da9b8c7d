/** Names are found without waiting for whoever does not answer. */
@NullMarked
package dev.vedette.sentinel.observe;

import org.jspecify.annotations.NullMarked;
