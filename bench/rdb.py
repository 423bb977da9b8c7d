#!/usr/bin/env python3
"""How long saving and loading a dump of 5,000,000 keys takes, beside redis-server's, from the same run.

SAVE is timed by its reply; loading from the start of the process to the first PONG that is not LOADING, less the time that
an empty server takes for the same. Both write and read the same keys, with the default compression and checksum.

Usage: bench/rdb.py [rounds, default 5] [keys, default 5000000]
"""
import os
import shutil
import sys
import tempfile
import time

import memory
import report
import servers


def started_in(start, options):
    """Seconds from exec to the first PONG, and the server."""
    before = time.monotonic()
    server = start(options)
    return time.monotonic() - before, server


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    keys = int(sys.argv[2]) if len(sys.argv) > 2 else 5_000_000
    saves = {"vedette": [], "redis": []}
    loads = {"vedette": [], "redis": []}
    backgrounds = {"vedette": [], "redis": []}
    folders = {}
    for start in (servers.vedette, servers.redis):
        with start() as server:
            memory.fill(server, "strings", keys, 32)
            server.command("SAVE")  # compiles, warms the file system
            folders[start] = tempfile.mkdtemp(prefix="bench-rdb-")
            for _ in range(rounds):
                before = time.monotonic()
                if server.command("SAVE") != "OK":
                    raise SystemExit("%s does not save" % server.name)
                saves[server.name].append(time.monotonic() - before)
            for _ in range(rounds):
                before = time.monotonic()
                server.command("BGSAVE")
                while "rdb_bgsave_in_progress:1" in server.command("INFO", "persistence"):
                    time.sleep(0.01)
                backgrounds[server.name].append(time.monotonic() - before)
            shutil.copy(os.path.join(server.directory, "dump.rdb"), folders[start])
    for _ in range(rounds):
        for start in (servers.vedette, servers.redis):
            idle, server = started_in(start, [])
            with server:
                pass
            took, server = started_in(start, ["--dir", folders[start]])
            with server:
                if int(server.command("DBSIZE")) != keys:
                    raise SystemExit("%s did not load all" % server.name)
                loads[server.name].append(took - idle)
    for folder in folders.values():
        shutil.rmtree(folder)
    rows = [report.row("%s, %d keys" % (what, keys), servers.median(found["vedette"]), servers.median(found["redis"]),
                       "s", aim)
            for what, found, aim in (("SAVE", saves, 1.0), ("BGSAVE", backgrounds, None), ("load", loads, 1.0))]
    report.keep("rdb", rows, "Values of 32 bytes, medians of %d rounds." % rounds)
    report.show(rows)


if __name__ == "__main__":
    main()
