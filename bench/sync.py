#!/usr/bin/env python3
"""Full synchronizations beside redis-server's: 1,000,000 keys of 100 bytes, clients at 2,000 requests/s, GET and SET alike
often. Each round starts a master and a replica of either kind, twice synchronizes the replica with the master, from
empty and over the data that it has, does the same with another pair whose memory is looked at meanwhile, and then cuts the
link of a third for 3 seconds while 6,000 writes/s come in, all settings being the default ones. Medians of the rounds, which
alternate between the servers.

Duration: from REPLICAOF until the replica says that the link is up. Latencies: of the master's clients, from the instant
when a request was due. Memory: of the process and its children (proportional set size), the most while synchronizing over
what it was before; of a replica that was empty, over what it is afterwards. It is looked at 20 times a second, for which
the kernel walks all page tables and holds up the process, a large part of what clients wait for: hence the pair of its own.

Prints a table, and writes it to target/bench/sync.json.

Usage: bench/sync.py [rounds, default 5]   (VEDETTE_BENCH_KEYS=n for fewer keys, to try it out)
"""
import contextlib
import os
import socket
import sys
import threading
import time

import latency
import report
import servers

KEYS = int(os.environ.get("VEDETTE_BENCH_KEYS", "1000000"))
VALUE_BYTES = 100
RATE = 2000
BEFORE_SECONDS = 3
SETTLE_SECONDS = 2
SAMPLE_SECONDS = 0.05
CUT_SECONDS = 3
CUT_KEYS = 100_000
CUT_RATE = 6000
LATENCY_MAX_MS = 10
MEMORY_AIM = 1.05
# What a replica is synchronized over.
FROM = ["empty", "filled"]


def memory_bytes(pid):
    """Proportional set size of a process and its children."""
    pids = [pid]
    try:
        for task in os.listdir("/proc/%d/task" % pid):
            with open("/proc/%d/task/%s/children" % (pid, task)) as children:
                pids += [int(child) for child in children.read().split()]
    except OSError:
        pass
    total = 0
    for one in pids:
        try:
            with open("/proc/%d/smaps_rollup" % one) as rollup:
                total += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) * 1024
        except (OSError, StopIteration):
            pass  # a child that has ended meanwhile
    return total


class Peak:
    """The most memory that processes have while the block runs."""

    def __init__(self, *those):
        self.servers = those
        self.most = {server: 0 for server in those}
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.sample)

    def sample(self):
        # To read it costs milliseconds.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
        while True:
            for server in self.servers:
                self.most[server] = max(self.most[server], memory_bytes(server.process.pid))
            if self.ended.wait(SAMPLE_SECONDS):
                return

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *failure):
        self.ended.set()
        self.thread.join()


def settled(server):
    """What a server takes when nothing happens."""
    time.sleep(SETTLE_SECONDS)
    return servers.median([memory_bytes(server.process.pid) for _ in range(3)])


@contextlib.contextmanager
def filled_pair(start):
    """A master with all keys and an empty replica to be: the two, and a connection to the latter."""
    options = ["--repl-diskless-sync-delay", "0"]
    with start(options) as master, start(options) as replica, servers.Line(replica) as line:
        servers.fill(master, "--keys", str(KEYS), "--size", str(VALUE_BYTES))
        yield master, replica, line
        if int(line.ask("DBSIZE")) != KEYS:
            raise SystemExit("%s: the replica does not have all keys" % master.name)


def diverge(line, over):
    line.ask("REPLICAOF NO ONE")
    if over == "filled":
        line.ask("SET own write")  # it has left the master's history and needs all data anew


def timed(start):
    """One round of one kind, nobody looking on: how long it took and what clients saw, by name."""
    found = {}
    with filled_pair(start) as (master, replica, line):
        with servers.Load(master, RATE, KEYS, VALUE_BYTES) as before:
            time.sleep(BEFORE_SECONDS)
        found["before"] = before.figures
        for over in FROM:
            diverge(line, over)
            time.sleep(SETTLE_SECONDS)
            with servers.Load(master, RATE, KEYS, VALUE_BYTES) as during:
                found["seconds", over] = servers.replicate(replica, master.port, line)
            found["during", over] = during.figures
    return found


def weighed(start):
    """The same once more: what memory it took, by name."""
    found = {}
    with filled_pair(start) as (master, replica, line):
        for over in FROM:
            diverge(line, over)
            masters = settled(master)
            replicas = settled(replica)
            with servers.Load(master, RATE, KEYS, VALUE_BYTES), Peak(master, replica) as peak:
                servers.replicate(replica, master.port, line)
            found["master memory", over] = peak.most[master] / masters
            found["replica memory", over] = peak.most[replica] / (settled(replica) if over == "empty" else replicas)
    return found


class Link:
    """Forwards a port to another one, until it is cut."""

    def __init__(self, to_port):
        self.to_port = to_port
        self.open = True
        self.sockets = set()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if not self.open:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.to_port))
            self.sockets |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self.forward, args=(one, other), daemon=True).start()

    def forward(self, one, other):
        with contextlib.suppress(OSError):
            while True:
                data = one.recv(1 << 18)
                if not data:
                    break
                other.sendall(data)
        for each in (one, other):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def cut(self):
        self.open = False
        for each in list(self.sockets):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self.sockets.clear()

    def mend(self):
        self.open = True

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.listener.close()
        self.cut()


def link_cut(start):
    """Seconds from the link's return until it is up, and the full synchronizations that it took."""
    with start() as master, start() as replica, Link(master.port) as link, servers.Line(replica) as line, \
            servers.Line(master) as asked:
        servers.fill(master, "--keys", str(CUT_KEYS), "--size", str(VALUE_BYTES))
        servers.replicate(replica, link.port, line)
        with servers.Load(master, CUT_RATE, CUT_KEYS, VALUE_BYTES, "0:1"):
            time.sleep(2)
            before = int(asked.info("stats", "sync_full"))
            link.cut()
            time.sleep(CUT_SECONDS)
            link.mend()
            began = time.monotonic()
            servers.up(replica, line)
            seconds = time.monotonic() - began
        return seconds, int(asked.info("stats", "sync_full")) - before


def rows(found, cuts):
    """What the report takes; medians of the rounds."""

    def median(who, name, field=None):
        return servers.median([one[name][field] / 1000 if field else one[name] for one in found[who]])

    def pair(what, name, unit, aim=None, kind="at most", field=None):
        return report.row(what, median("vedette", name, field), median("redis", name, field), unit, aim, kind)

    for over in FROM:
        yield pair("full sync of a replica, " + over, ("seconds", over), "s", 1.0)
    for name, field in latency.FIGURES:
        yield pair(name + " before", "before", "ms", field=field)
        for over in FROM:
            yield pair("%s while it is synchronized, %s" % (name, over), ("during", over), "ms", 1.0, field=field)
            if name == "max":
                ours = median("vedette", ("during", over), field)
                yield report.row("the same", ours, None, "ms", LATENCY_MAX_MS, "absolute")
    for who in ("master", "replica"):
        for over in FROM:
            name = ("%s memory" % who, over)
            yield report.row("memory of the %s, replica %s" % (who, over), median("vedette", name), median("redis", name),
                             "of before" if who == "master" or over == "filled" else "of after", MEMORY_AIM, "absolute")
    seconds, fulls = ({who: servers.median([cut[i] for cut in cuts[who]]) for who in cuts} for i in (0, 1))
    yield report.row("up again after a cut of %d s at %d writes/s" % (CUT_SECONDS, CUT_RATE),
                     seconds["vedette"], seconds["redis"], "s", 1.0)
    yield report.row("full syncs for that", fulls["vedette"], fulls["redis"], "", 0, "absolute")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    found = {"vedette": [], "redis": []}
    cuts = {"vedette": [], "redis": []}
    for _ in range(rounds):
        for who, start in (("vedette", servers.vedette), ("redis", servers.redis)):
            found[who].append(timed(start) | weighed(start))
            cuts[who].append(link_cut(start))
    table = list(rows(found, cuts))
    report.keep("sync", table, "%d keys of %d bytes, %d requests/s, GET and SET alike often; medians of %d rounds, each by"
                " servers whose warm-up is over." % (KEYS, VALUE_BYTES, RATE, rounds))
    report.show(table)


if __name__ == "__main__":
    main()
