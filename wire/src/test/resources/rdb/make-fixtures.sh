#!/bin/sh
# Makes the fixtures of this folder with the redis-server of the PATH (7.0.15): the same keys, once with all limits of
# packed encodings at their defaults and compression, once with all of them at the least and without.
#   usage: make-fixtures.sh [PORT]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
port=${1:-21000}
work=$(mktemp -d)
trap 'redis-cli -p "$port" shutdown nosave 2>/dev/null || true; rm -r "$work"' EXIT

make_fixture() {
  name=$1
  shift
  redis-server --port "$port" --dir "$work" --save '' --daemonize yes --logfile "$work/log" "$@" > "$work/start"
  until redis-cli -p "$port" ping > "$work/ping" 2>&1; do sleep 0.1; done
  redis-cli -p "$port" > "$work/replies" << 'COMMANDS'
SET str:int 1234567
SET str:negative -129
SET str:big 123456789012345
SET str:text "caf\xc3\xa9 \x00\xff"
SET str:empty ""
RPUSH list:small a 1 -300 70000 9999999999 b
SADD set:int 1 2 3 70000 -5
SADD set:text a b 1
HSET hash:small f v n -7
PEXPIREAT hash:small 33000000000000
ZADD zset:small -1 -1 1.5 m inf inf -inf ninf
XADD stream 1-1 f v g w
XADD stream 2-1 f v
XGROUP CREATE stream group 0
XREADGROUP GROUP group consumer COUNT 1 STREAMS stream >
FUNCTION LOAD "#!lua name=lib\nredis.register_function('f', function() return 1 end)"
EVAL "for i = 1, 600 do redis.call('RPUSH', 'list:large', 'element ' .. i) redis.call('SADD', 'set:large', i * 3) redis.call('HSET', 'hash:large', 'f' .. i, i) redis.call('ZADD', 'zset:large', i / 4, 'm' .. i) end redis.call('SET', 'str:long', string.rep('abcdefgh', 600)) return 1" 0
XCLAIM stream group consumer 0 1-1 TIME 1700000000000 RETRYCOUNT 3 JUSTID
COMMANDS
  redis-cli -p "$port" save > "$work/saved"
  redis-cli -p "$port" shutdown nosave || true
  mv "$work/dump.rdb" "$here/$name.rdb.bin"
}

make_fixture redis-7.0.15-packed
make_fixture redis-7.0.15-unpacked --rdbcompression no --list-max-listpack-size 1 --hash-max-listpack-entries 0 \
  --set-max-intset-entries 0 --zset-max-listpack-entries 0
