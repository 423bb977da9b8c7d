/** Tests of the programs as an operator meets them: command lines, files, signals, exit codes. */
@NullMarked
package dev.vedette.launcher;

import org.jspecify.annotations.NullMarked;
