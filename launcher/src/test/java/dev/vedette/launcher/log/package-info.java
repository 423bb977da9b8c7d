/** Tests of log lines. */
@NullMarked
package dev.vedette.launcher.log;

import org.jspecify.annotations.NullMarked;
