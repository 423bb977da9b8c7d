/** Tests of whole families, and of the files they start from. */
@NullMarked
package dev.vedette.launcher.family;

import org.jspecify.annotations.NullMarked;
