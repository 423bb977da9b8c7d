/** Tests of the command line. */
@NullMarked
package dev.vedette.launcher.config;

import org.jspecify.annotations.NullMarked;
