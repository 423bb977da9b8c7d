#!/usr/bin/env python3
"""SET and GET at pipeline 1, 16 and 64 beside redis-server's, from the same run: throughput and CPU as ratios.

Both servers run all the time; the rounds alternate between them. 50 clients, random keys over 1,000,000, values of 3
bytes. The load generator shares the machine with the server, so at pipeline 1 it is often the limit: CPU per request is
the fairer figure there.

Usage: bench/quick.py [rounds, default 3]
"""
import subprocess
import sys

import servers

KEYS = 1_000_000
REQUESTS = {1: 200_000, 16: 1_200_000, 64: 2_400_000}
# Below these the architecture has a fault.
FLOOR = {1: 0.8, 16: 1.0, 64: 1.2}


def run(server, test, pipeline, requests):
    """Requests per second, and CPU seconds of the server per million requests."""
    before = server.cpu_seconds()
    output = subprocess.run(
        ["redis-benchmark", "-p", str(server.port), "-t", test, "-P", str(pipeline), "-n", str(requests),
         "-r", str(KEYS), "-c", "50", "--csv"],
        capture_output=True, text=True, timeout=600, check=True).stdout
    cpu = server.cpu_seconds() - before
    for line in output.splitlines():
        fields = [field.strip('"') for field in line.split(",")]
        if fields[0].lower() == test:
            return float(fields[1]), cpu / requests * 1e6
    raise SystemExit("redis-benchmark said nothing of %s: %s" % (test, output))


def check(server):
    """A benchmark of wrong answers is worth nothing."""
    assert server.command("SET", "check", "value") == "OK"
    assert server.command("GET", "check") == "value"
    sample = server.command("GET", server.command("RANDOMKEY"))
    assert sample in ("VXK", "xxx", "value"), sample


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    vedette, redis = servers.both()
    with vedette, redis:
        for server in (vedette, redis):
            for test in ("set", "get"):
                run(server, test, 16, 1_000_000)  # fills the key range, warms up
            check(server)
        print("%-4s %9s %16s %16s %8s %10s %12s" % (
            "test", "pipeline", "vedette req/s", "redis req/s", "ratio", "CPU ratio", "floor"))
        below = 0
        for pipeline in sorted(REQUESTS):
            for test in ("set", "get"):
                rates = {vedette: [], redis: []}
                cpus = {vedette: [], redis: []}
                for _ in range(rounds):
                    for server in (vedette, redis):
                        rate, cpu = run(server, test, pipeline, REQUESTS[pipeline])
                        rates[server].append(rate)
                        cpus[server].append(cpu)
                ratio = servers.median(rates[vedette]) / servers.median(rates[redis])
                cpu_ratio = servers.median(cpus[vedette]) / servers.median(cpus[redis])
                below += ratio < FLOOR[pipeline]
                print("%-4s %9d %16.0f %16.0f %8.2f %10.2f %12.1f" % (
                    test.upper(), pipeline, servers.median(rates[vedette]), servers.median(rates[redis]),
                    ratio, cpu_ratio, FLOOR[pipeline]))
        for server in (vedette, redis):
            check(server)
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
