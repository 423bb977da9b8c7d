/**
 * RDB, the format in which Redis dumps its data set to a file or to a replica: {@link
 * dev.vedette.wire.rdb.RdbWriter} makes it, {@link dev.vedette.wire.rdb.RdbReader} takes it apart for an {@link
 * dev.vedette.wire.rdb.RdbVisitor}, {@link dev.vedette.wire.rdb.DumpPayload} does both for the single value of DUMP and
 * RESTORE. Nothing here knows a keyspace, a file name or a socket.
 *
 * <pre>
 *   "REDIS0009"                                      nine bytes, the last four are the version
 *   250 name value                                   auxiliary fields: redis-ver, ctime, repl-id, repl-offset ...
 *   245 code                                         function libraries (since 7.0)
 *   254 database                                     for each database that is not empty:
 *   251 keys expires                                   how large it will become
 *       252 milliseconds                               a key may be preceded by its expiry (253: seconds),
 *       248 seconds | 249 counter                      and by how it was used lately
 *       type key value                                 and is then one of:
 *
 *          0 string          | string |
 *          1 list, 2 set     | count | string | string | ...
 *          4 hash            | count | field string | value string | ...
 *          5 sorted set      | count | member string | score: IEEE 754, little endian | ...
 *          3 sorted set      | count | member string | score: u8 length and text; 253 NaN, 254 inf, 255 -inf | ...
 *         18 list            | nodes | 1: plain, 2: listpack | string | ...         (14: ziplists, without the kind)
 *         one string that holds it all:  9 zipmap (hash)   10 ziplist (list)   11 intset   12 ziplist (sorted set)
 *                          13 ziplist (hash)  16 listpack (hash)  17 listpack (sorted set)  20 listpack (set)
 *         15 stream, before Redis 7.0; 19, 21 (7.2) stream
 *                         | blocks | id: one string of 16 bytes | listpack: one string | ...
 *                         | length | last id | first id | greatest deleted id | entries added |
 *                         | groups | name string | last id | entries read |
 *                                    pending | id: 16 bytes | delivered at: 8 bytes | deliveries | ...
 *                                    consumers | name string | seen at: 8 bytes | pending | id: 16 bytes | ... | ...
 *                         (without a word on it an id is two lengths; 15 lacks first id, deleted id, entries added and
 *                         read; 21 has 8 more bytes for each consumer, when it was active; ids are big endian)
 *          7 module value: handed over and written back as it is
 *
 *   255 checksum                                     CRC-64 of all before, little endian; 0 = none
 *
 *   length:  00LLLLLL                                6 bits
 *            01LLLLLL LLLLLLLL                       14 bits
 *            10000000 L L L L                        32 bits, big endian
 *            10000001 L L L L L L L L                64 bits, big endian
 *
 *   string:  length bytes
 *            11000000 n | 11000001 n n | 11000010 n n n n         a number of 8, 16, 32 bits, little endian
 *            11000011 packed-length length bytes                  compressed by LZF
 * </pre>
 *
 * <p>What enters the reader is not trusted: see {@link dev.vedette.wire.rdb.RdbFormatException}. Threads: reader and
 * writer belong to whoever calls them, one caller at a time; they hold nothing but their buffers, their checksum and
 * what the collection at hand still lacks.
 */
@NullMarked
package dev.vedette.wire.rdb;

import org.jspecify.annotations.NullMarked;
