#!/usr/bin/env python3
"""Latencies beside redis-server's: 4,000,000 keys, GET and SET alike often, at half the rate that the slower of the two
reaches; steady, while BGSAVE runs, and while 1,000,000 keys expire at one instant. Medians of the rounds, which alternate
between the servers. The generator (dev.vedette.bench.Load) counts from when a request was due, and shares the machine: many late
sends in the quiet phase mean that something else had the cores, and that the figures are worth nothing.

Prints a table, and writes it to target/bench/latency.json.

Usage: bench/latency.py [rounds, default 5]   (VEDETTE_BENCH_KEYS=n for fewer keys, to try it out)
"""
import contextlib
import json
import os
import socket
import subprocess
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


class Line:
    """A connection that asks without starting a process, which would be felt by a server under load."""

    def __init__(self, server):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=60)
        self.file = self.socket.makefile("rb")

    def ask(self, words):
        self.socket.sendall(words.encode() + b"\r\n")
        head = self.file.readline().decode().strip()
        if head.startswith("-"):
            raise SystemExit("%s: %s" % (words, head))
        if head.startswith("$"):
            return self.file.read(int(head[1:]) + 2).decode().strip()
        return head[1:]

    def info(self, section, field):
        for line in self.ask("INFO " + section).splitlines():
            if line.startswith(field + ":"):
                return line.split(":", 1)[1]
        raise SystemExit("INFO %s has no %s" % (section, field))

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.file.close()
        self.socket.close()


def program(name, *options, told=False):
    """Starts a program of bench/src; told: it ends when its standard input does."""
    bench = os.path.join(servers.HOME, "bench", "target")
    java = subprocess.run([os.path.join(servers.HOME, "scripts", "jdk25.sh")],
                          capture_output=True, text=True, check=True).stdout.strip()
    return subprocess.Popen(
        [os.path.join(java, "bin", "java"), "@" + os.path.join(servers.HOME, "launcher/src/dist/jvm/common.options"),
         "-XX:+UseSerialGC", "-Xmx256m",
         "-cp", os.path.join(bench, "bench.jar") + ":" + os.path.join(bench, "lib", "*"),
         "dev.vedette.bench." + name, *options], stdin=subprocess.PIPE if told else None,
        stdout=subprocess.PIPE, text=True)


def generator(server, *options, told=False):
    """Starts the load generator; told: it ends when its standard input does."""
    return program("Load", "--port", str(server.port), *options, told=told)


def begun(process):
    """Waits until the generator measures."""
    if process.stdout.readline().strip() != "measuring":
        raise SystemExit("the load generator failed: " + process.stdout.read())


def figures(process):
    """What the generator found, when it is at its end."""
    output = process.stdout.read()
    if process.wait() != 0:
        raise SystemExit("the load generator failed: " + output)
    return json.loads(output)


def fill(server, *options):
    """Sets keys; answers how many seconds that took."""
    began = time.time()
    process = generator(server, "--fill", *options)
    output, _ = process.communicate(timeout=300)
    if process.returncode != 0:
        raise SystemExit("filling %s failed: %s" % (server.name, output))
    return time.time() - began


def measure(server, rate, meanwhile=None, warmup=WARMUP_SECONDS, seconds=SECONDS):
    """The generator's figures; meanwhile(ended) runs beside the measurement, until ended is set."""
    process = generator(server, "--rate", str(rate), "--keys", str(KEYS), "--seconds", str(seconds),
                        "--warmup", str(warmup), "--format", "json")
    begun(process)
    ended = threading.Event()
    beside = threading.Thread(target=meanwhile, args=(ended,)) if meanwhile else None
    if beside:
        beside.start()
    try:
        return figures(process)
    finally:
        ended.set()
        if beside:
            beside.join()


def saving(server, rate):
    """One BGSAVE after the other, so that all of the measurement lies within one."""
    saves = []

    def save(ended):
        with Line(server) as line:
            while not ended.is_set():
                line.ask("BGSAVE")
                while line.info("persistence", "rdb_bgsave_in_progress") != "0":
                    if ended.wait(0.05):
                        break
                saves.append(line.info("persistence", "rdb_last_bgsave_status"))

    result = measure(server, rate, save)
    with Line(server) as line:
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
        fill(server, "--keys", str(EXPIRING_KEYS), "--prefix", "expiring:", "--expire-at", str(int(at * 1000)))
        left = at - time.time()
        if left > 3 + BEFORE_EXPIRY_SECONDS:
            return left
        ahead_seconds *= 2


def expiring(server, rate, fill_seconds):
    with Line(server) as line:
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
        fill_seconds = {server.name: fill(server, "--keys", str(KEYS)) * EXPIRING_KEYS / KEYS for server in both}
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
