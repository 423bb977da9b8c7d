/**
 * RESP, the protocol between clients and servers, versions 2 and 3, for everybody but the store (which has a parser of
 * its own, made for speed): sentinels, replicas shaking hands, tools and tests.
 *
 * <pre>
 *   client to server   *2\r\n $3\r\n GET\r\n $3\r\n key\r\n          {@link dev.vedette.wire.resp.RespEncoder#command}
 *                      GET "key"\r\n                                  {@link dev.vedette.wire.resp.CommandDecoder} takes both
 *
 *   server to client   +OK\r\n  -ERR text\r\n  :42\r\n                simple, error, integer
 *                      $3\r\n abc\r\n   $-1\r\n   *-1\r\n             bulk, nulls of RESP2
 *                      *2\r\n ...                                     array
 *                      _\r\n  #t\r\n  ,1.5\r\n  (123\r\n              null, boolean, double, big number
 *                      !5\r\n ERR x\r\n   =7\r\n txt:abc\r\n          error as bulk, verbatim text
 *                      %1\r\n key value   ~2\r\n ...   &gt;2\r\n ...  map, set, push
 *                      |1\r\n key value                               attribute: read and dropped
 * </pre>
 *
 * <p>What enters: chunks of bytes, split anywhere, not trusted. What leaves: {@link dev.vedette.wire.resp.Reply} and
 * arrays of arguments, immutable by convention. A decoder belongs to one connection and to the thread that reads it.
 */
@NullMarked
package dev.vedette.wire.resp;

import org.jspecify.annotations.NullMarked;
