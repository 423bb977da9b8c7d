/** Tests of reading and rewriting sentinel.conf. */
@NullMarked
package dev.vedette.sentinel.config;

import org.jspecify.annotations.NullMarked;
