@NullMarked
package dev.vedette.sentinel.act;

import org.jspecify.annotations.NullMarked;
