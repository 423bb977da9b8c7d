/**
 * Vedette and Redis in one family, each in every place: what one writes, the other must hold, key by key and byte by
 * byte, whichever way it came there.
 */
@NullMarked
package dev.vedette.launcher.interop;

import org.jspecify.annotations.NullMarked;
