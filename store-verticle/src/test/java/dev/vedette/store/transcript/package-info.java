/**
 * Conversations with a server as text files, {@code src/test/resources/transcripts/<family>/<command>.txt}, checked in
 * memory on a virtual clock and against a real redis-server, so that a wrong expectation is found, too.
 *
 * <pre>
 *   # a comment
 *   &gt; SET k "a\r\n\xff"          a command of the client without a name; words quoted as in redis-cli
 *   OK                           the reply, as redis-cli prints it
 *   a&gt; BLPOP q 0                 a command of the client called a (a letter first: 1&gt; begins a push's element)
 *   (waits)                      no reply yet
 *   &gt; RPUSH q x
 *   (integer) 1
 *   a&lt;                           what came to a since
 *   1) "q"
 *   2) "x"
 *   ~&gt; SMEMBERS s                the elements of the reply come in no order: they are sorted
 *   ?&gt; TIME                      the reply is not compared, and there is none here
 *   +20                          twenty milliseconds pass
 *   = SET k v EX 10              what the commands since the last such line left in the change stream, one line each
 *                                (in memory only; SELECT lines left out)
 *   !config maxmemory 1mb        on the first lines: configuration of the server
 *   !resp3                       on the first lines: every client speaks RESP3
 *   !memory                      on the first lines: says what is ours alone, is not shown to a real redis-server
 * </pre>
 */
@NullMarked
package dev.vedette.store.transcript;

import org.jspecify.annotations.NullMarked;
