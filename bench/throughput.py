#!/usr/bin/env python3
"""Ten commands, values of 3 and 256 bytes, pipelines of 1, 16 and 64, beside redis-server's, from the same run.

Both servers run all the time and the rounds alternate between them; figures are medians. 50 clients, random keys over
1,000,000. Besides requests per second there is the server's CPU time for a million requests, the fairer figure where
load generator and server share the cores. Replies are checked: what each command must have left behind is asked for.

Usage: bench/throughput.py [--rounds N, default 5] [--commands get,set,...] [--pipelines 1,16,64] [--sizes 3,256]
                           [--other PROGRAM, a further server with redis-server's command line, shown beside]
"""
import argparse
import math
import subprocess
import sys

import report
import servers

KEYS = 1_000_000
COMMANDS = ("set", "get", "incr", "lpush", "rpop", "sadd", "hset", "zadd", "lrange_100", "mset")
REQUESTS = {1: 100_000, 16: 500_000, 64: 1_000_000}
# Commands whose replies or requests are large take fewer requests for the same time.
SHARE = {"lrange_100": {1: 0.6, 16: 0.2, 64: 0.1}, "mset": {1: 0.8, 16: 0.3, 64: 0.2}}
CLIENTS = 50
LEAST = {1: 1.0, 16: 1.5, 64: 2.0}
MOST_CPU = {1: 0.95, 16: 0.65, 64: 0.5}
LEAST_CELL = 0.9


def requests(test, pipeline):
    return int(REQUESTS[pipeline] * SHARE.get(test, {}).get(pipeline, 1))


def run(server, test, pipeline, size, count):
    """Requests per second, and CPU seconds of the server per million requests."""
    before = server.cpu_seconds()
    output = subprocess.run(
        ["redis-benchmark", "-p", str(server.port), "-t", test, "-P", str(pipeline), "-n", str(count), "-r", str(KEYS),
         "-c", str(CLIENTS), "-d", str(size), "--csv"],
        capture_output=True, text=True, timeout=600, check=True).stdout
    cpu = server.cpu_seconds() - before
    wanted = {"mset": "mset (10 keys)", "lrange_100": "lrange_100 (first 100 elements)"}.get(test, test)
    for line in output.splitlines():
        fields = [field.strip('"') for field in line.split('","')]
        if fields[0].lower() == wanted:
            return float(fields[1]), cpu / count * 1e6
    raise SystemExit("redis-benchmark said nothing of %s: %s" % (test, output))


def fail(server, what):
    raise SystemExit("%s: %s: these replies are wrong, so no figure counts" % (server.name, what))


def check(server, test, size, count):
    """A benchmark of wrong answers is worth nothing."""
    value = server.command("GET", "key:%012d" % 1) if test in ("set", "mset") else None
    if value and len(value) != size:
        fail(server, "a value of %d bytes instead of %d" % (len(value), size))
    bounds = {
        "set": ("DBSIZE", 1, KEYS + 10),
        "lpush": ("LLEN", count, 1 << 40),
        "sadd": ("SCARD", 1, KEYS),
        "hset": ("HLEN", 1, KEYS),
        "zadd": ("ZCARD", 1, KEYS),
    }
    names = {"lpush": "mylist", "sadd": "myset", "hset": "myhash", "zadd": "myzset"}
    if test in bounds:
        command, low, high = bounds[test]
        found = int(server.command(*[command] + ([names[test]] if test in names else [])))
        if not low <= found <= high:
            fail(server, "%s says %d" % (command, found))
    if test == "lrange_100" and len(server.command("LRANGE", "mylist", "0", "99").splitlines()) != 100:
        fail(server, "LRANGE does not give 100 elements")
    if test == "rpop" and server.command("LPUSH", "check-list", "a", "b") + server.command("RPOP", "check-list") \
            + server.command("DEL", "check-list") != "2a1":
        fail(server, "RPOP does not give the first that was pushed")
    if test == "incr":
        before = int(server.command("INCR", "check"))
        if int(server.command("INCR", "check")) != before + 1:
            fail(server, "INCR does not count by one")


def prepare(server, test, pipeline, size, count, rounds):
    """Data that the command needs, and requests enough to warm up."""
    if test == "lrange_100":
        server.command("DEL", "mylist")
        run(server, "lpush", 64, size, 2_000)
    elif test == "rpop":
        server.command("DEL", "mylist")
        run(server, "lpush", 64, size, (rounds + 1) * count + 1000)
    elif test == "lpush":
        server.command("DEL", "mylist")
    run(server, test, max(16, pipeline), size, count if test == "rpop" else max(count, 50_000))


def cell(all_servers, test, pipeline, size, rounds):
    """The medians of each server: requests per second, CPU seconds per million."""
    count = requests(test, pipeline)
    rates = {server: [] for server in all_servers}
    cpus = {server: [] for server in all_servers}
    for server in all_servers:
        prepare(server, test, pipeline, size, count, rounds)
    for _ in range(rounds):
        for server in all_servers:
            rate, cpu = run(server, test, pipeline, size, count)
            rates[server].append(rate)
            cpus[server].append(cpu)
    for server in all_servers:
        check(server, test, size, count)
    return {server: (servers.median(rates[server]), servers.median(cpus[server])) for server in all_servers}


def geometric_mean(values):
    return math.exp(sum(math.log(value) for value in values) / len(values))


def clear(all_servers):
    for server in all_servers:
        server.command("FLUSHALL")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--commands", default=",".join(COMMANDS))
    options.add_argument("--pipelines", default="1,16,64")
    options.add_argument("--sizes", default="3,256")
    options.add_argument("--other")
    asked = options.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    pipelines = [int(pipeline) for pipeline in asked.pipelines.split(",")]
    vedette, redis = servers.both()
    others = [servers.Server("other", asked.other)] if asked.other else []
    everyone = [vedette, redis] + others
    cells = {}
    try:
        for size in sizes:
            clear(everyone)
            for server in everyone:
                run(server, "set", 16, size, KEYS)  # fills most of the key range
            for test in asked.commands.split(","):
                for pipeline in pipelines:
                    found = cell(everyone, test, pipeline, size, asked.rounds)
                    cells[test, size, pipeline] = found
                    print("%-10s %4d B  P=%-3d" % (test, size, pipeline) + "".join(
                        "   %s %8.0f/s %6.2f CPU s/M" % (server.name, *found[server]) for server in everyone)
                        + "   ratio %.2f CPU %.2f" % ratios(found, vedette, redis)
                        + "".join("   to other %.2f CPU %.2f" % ratios(found, vedette, o) for o in others), flush=True)
                if test in ("lpush", "lrange_100", "sadd", "hset", "zadd"):
                    for server in everyone:
                        server.command("DEL", "mylist", "myset", "myhash", "myzset")
    finally:
        for server in everyone:
            server.__exit__()
    rows = summary(cells, pipelines, vedette, redis)
    if set(asked.commands.split(",")) == set(COMMANDS) and sizes == [3, 256]:
        report.keep("throughput", rows + [
            line for key in sorted(cells, key=lambda k: (k[2], k[1], COMMANDS.index(k[0])))
            for line in cell_rows(key, cells[key], vedette, redis)],
            "50 clients, random keys over 1,000,000, medians of %d rounds; the means are geometric, over ten commands"
            " and two sizes." % asked.rounds)
    print()
    report.show(rows)
    for other in others:
        print("\nbeside " + asked.other)
        report.show(summary(cells, pipelines, vedette, other))


def ratios(found, ours, theirs):
    return found[ours][0] / found[theirs][0], found[ours][1] / max(found[theirs][1], 1e-9)


def summary(cells, pipelines, vedette, redis):
    rows = []
    for pipeline in pipelines:
        pairs = [ratios(found, vedette, redis) for key, found in cells.items() if key[2] == pipeline]
        rows.append({"what": "P=%d: mean throughput" % pipeline, "ratio": geometric_mean([p[0] for p in pairs]),
                     "aim": LEAST[pipeline], "kind": "at least"})
        rows.append({"what": "P=%d: mean CPU per request" % pipeline, "ratio": geometric_mean([p[1] for p in pairs]),
                     "aim": MOST_CPU[pipeline], "kind": "at most"})
        rows.append({"what": "P=%d: least throughput of a cell" % pipeline, "ratio": min(p[0] for p in pairs),
                     "aim": LEAST_CELL, "kind": "at least"})
    return rows


def cell_rows(key, found, vedette, redis):
    test, size, pipeline = key
    what = "%s, %d B, P=%d" % (test.upper(), size, pipeline)
    return (report.row(what, found[vedette][0], found[redis][0], "requests/s", LEAST_CELL, "at least"),
            report.row(what, found[vedette][1], found[redis][1], "CPU s per million"))


if __name__ == "__main__":
    sys.exit(main())
