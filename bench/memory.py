#!/usr/bin/env python3
"""Resident memory of the server process for the same data, beside redis-server's, from the same run.

What counts is the whole process with the data in it: the JVM's own part is in our figure. The process is looked at once
the commands are over and its memory has stopped falling (30 seconds at most), Redis the same way.

Usage: bench/memory.py [rounds, default 3]
"""
import sys
import time

import report
import servers

LOADS = (
    # what, aim, script: runs in both servers alike
    ("1,000,000 keys, values of 3 bytes", 0.9, "strings", 1_000_000, 3),
    ("5,000,000 keys, values of 3 bytes", 0.6, "strings", 5_000_000, 3),
    ("5,000,000 keys, values of 32 bytes", 0.6, "strings", 5_000_000, 32),
    ("100,000 hashes of 10 fields", 0.8, "hashes", 100_000, 10),
    ("1,000 sorted sets of 1,000 members", 0.8, "zsets", 1_000, 1_000),
)


def encode(*words):
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        word = word if isinstance(word, bytes) else str(word).encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(word), word))
    return b"".join(parts)


def commands(kind, count, size):
    """The commands that make the data, the same for both servers."""
    for i in range(count):
        if kind == "strings":
            # Not a number: an integer would be kept as one.
            yield encode("SET", "key:%012d" % i, ("v%d" % i).ljust(size, "x")[:size])
        elif kind == "hashes":
            words = ["HSET", "hash:%07d" % i]
            for field in range(size):
                words += ["field%d" % field, "value%07d" % (i * 31 + field)]
            yield encode(*words)
        else:
            words = ["ZADD", "zset:%d" % i]
            for member in range(size):
                words += ["%d.5" % ((member * 7919 + i) % 100_003), "member:%06d" % member]
            yield encode(*words)


def settled(server):
    """Resident bytes once they have stopped falling."""
    last = server.resident_bytes()
    still = 0
    for _ in range(60):
        time.sleep(0.5)
        now = server.resident_bytes()
        still = still + 1 if now >= last * 0.995 else 0
        last = min(last, now) if now < last else now
        if still >= 8:
            break
    return server.resident_bytes()


def fill(server, kind, count, size):
    servers.feed(server.port, commands(kind, count, size))
    found = int(server.command("DBSIZE"))
    if found != count:
        raise SystemExit("%s has %d keys instead of %d" % (server.name, found, count))


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    rows = []
    empty = {"vedette": [], "redis": []}
    for what, aim, kind, count, size in LOADS:
        found = {"vedette": [], "redis": []}
        for _ in range(rounds):
            for start in (servers.vedette, servers.redis):
                with start() as server:
                    empty[server.name].append(settled(server))
                    fill(server, kind, count, size)
                    found[server.name].append(settled(server))
        rows.append(report.row(what, servers.median(found["vedette"]) / 1e6, servers.median(found["redis"]) / 1e6,
                               "MB resident", aim))
        report.show(rows[-1:])
    rows.append(report.row("an empty server", servers.median(empty["vedette"]) / 1e6,
                           servers.median(empty["redis"]) / 1e6, "MB resident", 90, "absolute"))
    report.keep("memory", rows, "Medians of %d rounds; a new process for each." % rounds)
    print()
    report.show(rows)


if __name__ == "__main__":
    main()
