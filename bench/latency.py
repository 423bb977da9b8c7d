#!/usr/bin/env python3
"""Latencies beside redis-server's: 4,000,000 keys, GET and SET alike often, at half the rate that the slower of the two
reaches; steady, while BGSAVE runs, and while 1,000,000 keys expire at one instant. Medians of the rounds, which alternate
between the servers. The generator (dev.vedette.bench.Load) counts from when a request was due, and shares the machine: many late
sends in the quiet phase mean that something else had the cores, and that the figures are worth nothing.

Prints a table, and writes it to target/bench/latency.json.

Usage: bench/latency.py [rounds, default 5]   (VEDETTE_BENCH_KEYS=n for fewer keys, to try it out)
"""
import contextlib
import os
import sys
import threading
import time

import report
import servers

KEYS = int(os.environ.get("VEDETTE_BENCH_KEYS", "4000000"))
EXPIRING_KEYS = KEYS // 4
WARMUP_SECONDS = 2
SECONDS = 10
# The expiring keys have so long to be set before they are due, times what the last filling took for as many.
EXPIRY_AHEAD = 2
# So much of a run lies before the keys expire.
BEFORE_EXPIRY_SECONDS = 1.5
FIGURES = [("p50", "p50_us"), ("p99", "p99_us"), ("p99.9", "p99.9_us"), ("max", "max_us")]
PHASES = ["steady", "while BGSAVE runs", "while keys expire"]
AIM = 1.0


def measure(server, rate, meanwhile=None, warmup=WARMUP_SECONDS, seconds=SECONDS):
    """The generator's figures; meanwhile(ended) runs beside the measurement, until ended is set."""
    process = servers.generator(server, "--rate", str(rate), "--keys", str(KEYS), "--seconds", str(seconds),
                        "--warmup", str(warmup), "--format", "json")
    servers.begun(process)
    ended = threading.Event()
    beside = threading.Thread(target=meanwhile, args=(ended,)) if meanwhile else None
    if beside:
        beside.start()
    try:
        return servers.figures(process)
    finally:
        ended.set()
        if beside:
            beside.join()


def saving(server, rate):
    """One BGSAVE after the other, so that all of the measurement lies within one."""
    saves = []

    def save(ended):
        with servers.Line(server) as line:
            while not ended.is_set():
                line.ask("BGSAVE")
                while line.info("persistence", "rdb_bgsave_in_progress") != "0":
                    if ended.wait(0.05):
                        break
                saves.append(line.info("persistence", "rdb_last_bgsave_status"))

    result = measure(server, rate, save)
    with servers.Line(server) as line:
        while line.info("persistence", "rdb_bgsave_in_progress") != "0":
            time.sleep(0.05)
        saves.append(line.info("persistence", "rdb_last_bgsave_status"))
    if set(saves) != {"ok"}:
        raise SystemExit("%s could not save: %s" % (server.name, saves))
    return result


def set_expiring(server, ahead_seconds):
    """Sets the keys that expire at one instant; answers how many seconds are left, at least those of a start."""
    while True:
        at = time.time() + ahead_seconds
        servers.fill(server, "--keys", str(EXPIRING_KEYS), "--prefix", "expiring:", "--expire-at", str(int(at * 1000)))
        left = at - time.time()
        if left > 3 + BEFORE_EXPIRY_SECONDS:
            return left
        ahead_seconds *= 2


def expiring(server, rate, fill_seconds):
    with servers.Line(server) as line:
        left = set_expiring(server, EXPIRY_AHEAD * fill_seconds + BEFORE_EXPIRY_SECONDS + 4)
        before = int(line.info("stats", "expired_keys"))
        # The generator's own start takes some of it.
        result = measure(server, rate, warmup=left - BEFORE_EXPIRY_SECONDS - 0.5)
        deadline = time.time() + 60
        while int(line.info("stats", "expired_keys")) - before < EXPIRING_KEYS:
            if time.time() > deadline:
                raise SystemExit("%s has not removed all expired keys" % server.name)
            time.sleep(0.1)
    return result


def rows(results):
    """What the report takes: milliseconds, medians, ours through Redis's."""
    for phase in PHASES:
        for name, field in FIGURES:
            ours, redis = (servers.median([result[field] for result in results[phase, who]]) / 1000
                           for who in ("vedette", "redis"))
            yield {"what": "%s %s" % (name, phase), "ours": round(ours, 3), "redis": round(redis, 3), "unit": "ms",
                   "ratio": round(ours / redis, 2), "aim": AIM}


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    results = {(phase, who): [] for phase in PHASES for who in ("vedette", "redis")}
    with contextlib.ExitStack() as stack:
        both = [stack.enter_context(server) for server in servers.both()]
        fill_seconds = {server.name: servers.fill(server, "--keys", str(KEYS)) * EXPIRING_KEYS / KEYS for server in both}
        # The first run of each warms up.
        rates = {server.name: measure(server, "max", warmup=5, seconds=5)["rate"] for server in both}
        rate = int(min(rates.values()) / 2)
        print("at most %.0f requests/s (vedette), %.0f (redis); measured at %d, %d keys, %d rounds" % (
            rates["vedette"], rates["redis"], rate, KEYS, rounds), flush=True)
        for _ in range(rounds):
            for phase in PHASES:
                for server in both:
                    if phase == "steady":
                        result = measure(server, rate)
                    elif phase == "while BGSAVE runs":
                        result = saving(server, rate)
                    else:
                        result = expiring(server, rate, fill_seconds[server.name])
                    if result["rate"] < 0.95 * rate:
                        print("%s reached only %.0f requests/s %s" % (server.name, result["rate"], phase), flush=True)
                    results[phase, server.name].append(result)
    table = list(rows(results))
    print("%-26s %12s %12s %8s" % ("milliseconds", "vedette", "redis", "ratio"))
    for row in table:
        print("%-26s %12.3f %12.3f %8.2f" % (row["what"], row["ours"], row["redis"], row["ratio"]))
    for phase in PHASES:
        late = ["%.2f %%" % (100 * sum(result["late"] for result in results[phase, who])
                             / sum(result["requests"] for result in results[phase, who]))
                for who in ("vedette", "redis")]
        print("sent over 1 ms late, %-18s %s (vedette), %s (redis)" % (phase + ":", *late))
    report.keep("latency", table, "%d keys, GET and SET alike often, %d requests/s, medians of %d rounds of %d seconds." % (
        KEYS, rate, rounds, SECONDS))


if __name__ == "__main__":
    main()
