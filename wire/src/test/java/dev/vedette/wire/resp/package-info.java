/** Tests of RESP for everybody but the store: every split, every cut, every protocol error in Redis's words. */
@NullMarked
package dev.vedette.wire.resp;

import org.jspecify.annotations.NullMarked;
