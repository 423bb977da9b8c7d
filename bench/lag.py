#!/usr/bin/env python3
"""How far replicas are behind, beside redis-server's: 20,000 SET/s go to the master, and a hundred times a second one more,
which is then looked for on a replica (dev.vedette.bench.Lag): with one replica, with two, and on the replica of a replica.
Then what two replicas cost their master: SET as fast as possible by redis-benchmark with two replicas attached, over the
same without. All processes share the machine, so there the replicas' own work counts, too.

Medians of the rounds, which alternate between the servers. Prints a table, and writes it to target/bench/lag.json.

Usage: bench/lag.py [rounds, default 5]
"""
import contextlib
import sys
import time

import report
import servers
import throughput

KEYS = 100_000
RATE = 20_000
SECONDS = 8
SHAPES = ["one replica", "two replicas", "a chain of two"]
PIPELINES = [1, 16]
REQUESTS = {1: 300_000, 16: 1_500_000}
VALUE_BYTES = 100
SHARE_AIM = 0.85


def shape(how, master, replicas):
    """Makes the replicas follow; answers the one to look at."""
    first, second = replicas
    with servers.Line(first) as one, servers.Line(second) as two:
        one.ask("REPLICAOF NO ONE")
        two.ask("REPLICAOF NO ONE")
        if how is None:
            return None
        servers.replicate(first, master.port, one)
        if how == "one replica":
            return first
        servers.replicate(second, master.port if how == "two replicas" else first.port, two)
        return second


def lag(master, replica):
    """Percentiles of the time from the reply until the replica has it, and how often it was asked for each write.

    Where that is once, the write was there before the question was: the time is that of a question and its answer.
    """
    with servers.Load(master, RATE, KEYS, VALUE_BYTES, "0:1"):
        time.sleep(1)
        found = servers.figures(servers.program(
            "Lag", "--master", str(master.port), "--replica", str(replica.port), "--seconds", str(SECONDS)))
    found["questions_per_write"] = found["questions"] / found["writes"]
    return found


def share(master, replicas, pipeline):
    """Requests per second with two replicas over those without, and the same of the master's CPU time per request."""
    shape("two replicas", master, replicas)
    attached = throughput.run(master, "set", pipeline, VALUE_BYTES, REQUESTS[pipeline])
    servers.caught_up(master, replicas)
    shape(None, master, replicas)
    alone = throughput.run(master, "set", pipeline, VALUE_BYTES, REQUESTS[pipeline])
    return attached[0] / alone[0], attached[1] / alone[1]


def rows(lags, shares):
    def medians(found, name, field):
        return [servers.median([one[field] for one in found[name, who]]) for who in ("vedette", "redis")]

    for how in SHAPES:
        for name, field in (("p50", "p50_us"), ("p99", "p99_us")):
            ours, redis = medians(lags, how, field)
            yield report.row("ack to visible, %s, %s" % (how, name), ours / 1000, redis / 1000, "ms", 1.0)
        yield report.row("questions until visible, %s" % how, *medians(lags, how, "questions_per_write"), "")
    for pipeline in PIPELINES:
        ours, redis = medians(shares, pipeline, 0)
        yield report.row("SET, P=%d, with two replicas" % pipeline, ours, redis, "of alone", SHARE_AIM, "absolute least")
        ours, redis = medians(shares, pipeline, 1)
        yield report.row("the master's CPU, P=%d, with two replicas" % pipeline, ours, redis, "of alone")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    options = ["--repl-diskless-sync-delay", "0"]
    kinds = {"vedette": servers.vedette, "redis": servers.redis}
    lags = {(how, who): [] for how in SHAPES for who in kinds}
    shares = {(pipeline, who): [] for pipeline in PIPELINES for who in kinds}
    with contextlib.ExitStack() as stack:
        trees = {who: [stack.enter_context(start(options)) for _ in range(3)] for who, start in kinds.items()}
        for master, *replicas in trees.values():  # not counted: compiles
            servers.fill(master, "--keys", str(KEYS), "--size", str(VALUE_BYTES))
            lag(master, shape("a chain of two", master, replicas))
            share(master, replicas, 16)
        for _ in range(rounds):
            for how in SHAPES:
                for who, (master, *replicas) in trees.items():
                    lags[how, who].append(lag(master, shape(how, master, replicas)))
            for pipeline in PIPELINES:
                for who, (master, *replicas) in trees.items():
                    shares[pipeline, who].append(share(master, replicas, pipeline))
    table = list(rows(lags, shares))
    report.keep("lag", table, "%d SET/s of %d bytes over %d keys; medians of %d rounds, by servers whose warm-up is over." % (
        RATE, VALUE_BYTES, KEYS, rounds))
    report.show(table)


if __name__ == "__main__":
    main()
