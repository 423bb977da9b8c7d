#!/usr/bin/env python3
"""Failovers of Vedette beside those of redis-server and redis-sentinel: one master, two replicas, three sentinels, quorum 2,
down-after-milliseconds 1000, everything else as it comes. Five rounds each, alternating, each with a new family.

A client writes all the time, one SET after the other, as a well-behaved Sentinel client does: when its connection ends or a
write is refused it asks the sentinels where the master is. What is measured:

  kill      kill -9 of the master; later it is started again, from a dump that it made before the writes began
  stop      SIGSTOP of the master; after the failover SIGCONT
  shutdown  SHUTDOWN; later it is started again
  planned   SENTINEL FAILOVER with all in good health
  asleep    all sentinels are stopped for 3 s, go on, and at once the master is killed

"detection" is the first +sdown of the master at any sentinel; "lost" are acknowledged writes that the new master does not
have. Times are milliseconds, medians of the rounds.

Usage: bench/failover.py [--rounds N] [--only kill,stop,...] [--kind vedette|redis] [--clustered] [--down-after MS] [--verbose]
"""
import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import report
import servers

MASTER = "mymaster"
SCENARIOS = ("kill", "stop", "shutdown", "planned", "asleep")
NEVER = float("inf")
SWITCH_LIMIT_S = 45
RETURN_LIMIT_S = 60
SETTLE_S = 2.0
ASLEEP_S = 3.0
PAUSE_OF_WRITER_S = 0.0002
WAIT_FOR_REPLY_S = 0.02


# ---------------------------------------------------------------------- talking

class Refused(Exception):
    """An error reply."""


class Talk:
    """One connection; replies are None, int, str or lists of them. An error reply is a Refused."""

    def __init__(self, port, timeout=5):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.bytes = bytearray()

    def send(self, *words):
        parts = [b"*%d\r\n" % len(words)]
        for word in words:
            word = str(word).encode()
            parts.append(b"$%d\r\n%s\r\n" % (len(word), word))
        self.socket.sendall(b"".join(parts))

    def ask(self, *words):
        self.send(*words)
        return self.read()

    def line(self):
        while True:
            end = self.bytes.find(b"\r\n")
            if end >= 0:
                line = bytes(self.bytes[:end])
                del self.bytes[:end + 2]
                return line.decode()
            self.more()

    def more(self):
        got = self.socket.recv(65536)
        if not got:
            raise ConnectionError("closed")
        self.bytes += got

    def read(self):
        line = self.line()
        kind, rest = line[:1], line[1:]
        if kind == "+":
            return rest
        if kind == ":":
            return int(rest)
        if kind == "-":
            raise Refused(rest)
        if kind == "$":
            length = int(rest)
            if length < 0:
                return None
            while len(self.bytes) < length + 2:
                self.more()
            text = bytes(self.bytes[:length]).decode(errors="replace")
            del self.bytes[:length + 2]
            return text
        if kind == "*":
            return [self.read() for _ in range(int(rest))]
        raise ConnectionError("not RESP: " + line)

    def close(self):
        self.socket.close()


def ask(port, *words):
    talk = Talk(port)
    try:
        return talk.ask(*words)
    finally:
        talk.close()


def info(port, section):
    lines = ask(port, "INFO", section).split("\r\n")
    return dict(line.split(":", 1) for line in lines if ":" in line)


def pairs(flat):
    return dict(zip(flat[::2], flat[1::2]))


def until(claim, limit_s, what=None, pause_s=0.01):
    """Waits until the claim is true; the time when it was, or NEVER. With a text for what, never is the end of all."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        try:
            if claim():
                return time.monotonic()
        except (OSError, Refused, KeyError):
            pass
        time.sleep(pause_s)
    if what:
        raise SystemExit(what)
    return NEVER


# ---------------------------------------------------------------------- the cast

class Node:
    """A process with a directory and a configuration file of its own."""

    def __init__(self, family, name, program, arguments, config):
        self.port = servers.free_port()
        self.directory = os.path.join(family.directory, name)
        self.command = [program, "node.conf", *arguments]
        os.makedirs(self.directory)
        with open(os.path.join(self.directory, "node.conf"), "w") as file:
            file.write("port %d\nbind 127.0.0.1\n%s" % (self.port, config))
        self.start()

    def start(self):
        with open(os.path.join(self.directory, "out"), "ab") as out:
            self.process = subprocess.Popen(self.command, cwd=self.directory, stdout=out, stderr=out)
        until(lambda: ask(self.port, "PING") == "PONG", 60, "%s in %s does not answer" % (self.command, self.directory))

    def signal(self, number):
        self.process.send_signal(number)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Listener(threading.Thread):
    """Notes what a sentinel says, and when it was heard."""

    def __init__(self, number, port, events):
        super().__init__(daemon=True)
        self.number, self.events = number, events
        self.talk = Talk(port, timeout=None)
        self.talk.ask("PSUBSCRIBE", "*")
        self.start()

    def run(self):
        try:
            while True:
                heard = self.talk.read()
                if heard[0] == "pmessage":
                    self.events.append((time.monotonic(), self.number, heard[2], heard[3]))
        except (OSError, ValueError):
            pass


class Family:
    def __init__(self, kind, options):
        self.kind = kind
        self.directory = tempfile.mkdtemp(prefix="bench-failover-")
        self.nodes, self.sentinels, self.events = [], [], []
        ours = kind == "vedette"
        server = os.path.join(servers.HOME, "bin", "vedette-server") if ours else "redis-server"
        sentinel = os.path.join(servers.HOME, "bin", "vedette-sentinel") if ours else "redis-sentinel"
        cluster = []
        if ours and options.clustered:
            cluster = ["--cluster-config", self.cluster_file()]
        try:
            self.nodes.append(Node(self, "server0", server, [], ""))
            for number in (1, 2):
                self.nodes.append(Node(
                    self, "server%d" % number, server, [], "replicaof 127.0.0.1 %d\n" % self.nodes[0].port))
            watch = "sentinel monitor %s 127.0.0.1 %d 2\nsentinel down-after-milliseconds %s %d\n" % (
                MASTER, self.nodes[0].port, MASTER, options.down_after)
            for number in range(3):
                self.sentinels.append(Node(self, "sentinel%d" % number, sentinel, cluster, watch))
            self.settle(cluster)
            for number, node in enumerate(self.sentinels):
                Listener(number, node.port, self.events)
        except BaseException:
            self.end()
            raise

    def cluster_file(self):
        path = os.path.join(self.directory, "cluster.xml")
        with open(os.path.join(servers.HOME, "cluster.xml")) as given, open(path, "w") as file:
            file.write(given.read().replace("<cluster-name>vedette<",
                                            "<cluster-name>%s<" % os.path.basename(self.directory)))
        return path

    def settle(self, cluster):
        """Everyone knows everyone, all replicas are in step."""
        until(lambda: info(self.nodes[0].port, "replication")["connected_slaves"] == "2", 60, "no replicas")
        for sentinel in self.sentinels:
            until(lambda: self.acquainted(sentinel), 60, "a sentinel does not know all of its family")
            if cluster:
                until(lambda: self.joined(sentinel), 60, "the sentinels have not joined")
        time.sleep(SETTLE_S)

    def acquainted(self, sentinel):
        master = pairs(ask(sentinel.port, "SENTINEL", "MASTER", MASTER))
        replicas = [pairs(replica) for replica in ask(sentinel.port, "SENTINEL", "REPLICAS", MASTER)]
        others = [pairs(other) for other in ask(sentinel.port, "SENTINEL", "SENTINELS", MASTER)]
        return (master["flags"] == "master" and len(others) == 2 and len(replicas) == 2
                and all(other["flags"] == "sentinel" for other in others)
                and all(replica["flags"] == "slave" and replica["master-link-status"] == "ok" for replica in replicas))

    @staticmethod
    def joined(sentinel):
        with open(os.path.join(sentinel.directory, "out")) as out:
            return "Joined the cluster" in out.read()

    def said(self, channel, since, start=""):
        """When each sentinel first said that since then, as far as they have."""
        first = {}
        for at, number, heard, text in list(self.events):
            if at >= since and heard == channel and text.startswith(start):
                first.setdefault(number, at)
        return sorted(first.values())

    def master_port(self, awake=None):
        for sentinel in awake or self.sentinels:
            try:
                answer = ask(sentinel.port, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
                return int(answer[1])
            except (OSError, Refused, TypeError):
                pass
        return None

    def full_syncs(self):
        total = 0
        for node in self.nodes:
            total += int(info(node.port, "stats")["sync_full"])
        return total

    def end(self):
        for node in self.nodes + self.sentinels:
            node.end()
        shutil.rmtree(self.directory, ignore_errors=True)


class Writer(threading.Thread):
    """Writes one key after the other; knows which were acknowledged, when, and by whom."""

    def __init__(self, family):
        super().__init__(daemon=True)
        self.family = family
        self.acknowledged = []
        self.times = []
        self.first_at = {}
        self.going_on = True
        self.start()

    def run(self):
        failed = None
        number = 0
        while self.going_on:
            port = self.find(failed)
            if port is None:
                time.sleep(0.005)
                continue
            try:
                talk = Talk(port, timeout=WAIT_FOR_REPLY_S)
            except OSError:
                failed = port
                continue
            failed = None
            try:
                while self.going_on:
                    number += 1
                    talk.send("SET", "key:%d" % number, number)
                    self.reply(talk, port)
                    now = time.monotonic()
                    self.acknowledged.append(number)
                    self.times.append(now)
                    self.first_at.setdefault(port, now)
                    time.sleep(PAUSE_OF_WRITER_S)
            except Refused:
                time.sleep(0.005)
            except OSError:
                failed = port
            talk.close()

    def reply(self, talk, port):
        """Waits as long as the sentinels do not name another master."""
        while True:
            try:
                return talk.read()
            except TimeoutError:
                if not self.going_on or self.announced(port):
                    raise ConnectionError("no longer the master")

    def announced(self, port):
        """Whether some sentinel has said that the master has left that port."""
        return any(channel == "+switch-master" and text.split()[2] == str(port)
                   for _, _, channel, text in list(self.family.events))

    def find(self, failed):
        """The master's port as any sentinel names it, preferably another than the one that failed."""
        named = None
        for sentinel in self.family.sentinels:
            port = self.family.master_port([sentinel])
            if port is not None and port != failed:
                return port
            named = named or port
        return None if named == failed else named

    def stop(self):
        self.going_on = False
        self.join(10)

    def lost(self, port):
        """Acknowledged writes that the server at that port does not have."""
        talk = Talk(port, timeout=30)
        missing = 0
        for start in range(0, len(self.acknowledged), 500):
            some = self.acknowledged[start:start + 500]
            values = talk.ask("MGET", *["key:%d" % number for number in some])
            missing += sum(value != str(number) for number, value in zip(some, values))
        talk.close()
        return missing

    def longest_pause_ms(self, since):
        times = [at for at in self.times if at >= since]
        return max((b - a for a, b in zip(times, times[1:])), default=NEVER) * 1000


# ---------------------------------------------------------------------- scenarios

def ms(later, earlier):
    return NEVER if later == NEVER else (later - earlier) * 1000


def failover_of(family, writer, began):
    """Waits for the switch that an accident at that time must bring about."""
    found = {}
    old = family.nodes[0].port
    until(lambda: len(family.said("+switch-master", began)) == 3, SWITCH_LIMIT_S)
    switched = family.said("+switch-master", began) or [NEVER]
    down = family.said("+sdown", began, "master") or [began]
    found["death to detection"] = ms(down[0], began)
    found["detection to +switch-master"] = ms(switched[0], down[0])
    found["death to +switch-master"] = ms(switched[0], began)
    found["last sentinel after the first"] = ms(switched[-1], switched[0]) if len(switched) == 3 else NEVER
    until(lambda: any(port != old for port in writer.first_at), 1 if switched == [NEVER] else 10)
    times = [at for port, at in writer.first_at.items() if port != old]
    found["death to first write"] = ms(min(times), began) if times else NEVER
    return found


def follows(node, port):
    state = info(node.port, "replication")
    return state["role"] == "slave" and state["master_port"] == str(port)


def returned(family, bring_back, found):
    """The old master comes back; how long until it follows, and whether it had to take everything anew."""
    time.sleep(1)
    old = family.nodes[0]
    port = family.master_port()
    until(lambda: sum(follows(node, port) for node in family.nodes[1:] if node.port != port) == 1, 30)
    if found["death to +switch-master"] == NEVER:
        return
    full = int(info(port, "stats")["sync_full"])
    began = bring_back()
    found["return to demotion"] = ms(until(lambda: follows(old, port), RETURN_LIMIT_S), began)
    linked = until(lambda: info(old.port, "replication")["master_link_status"] == "up" and follows(old, port),
                   RETURN_LIMIT_S)
    found["return to link up"] = ms(linked, began)
    found["full resyncs on return"] = int(info(port, "stats")["sync_full"]) - full


def accident(family, strike, bring_back):
    ask(family.nodes[0].port, "SAVE")
    writer = Writer(family)
    until(lambda: len(writer.acknowledged) > 500, 20, "the writer does not get on")
    began = time.monotonic()
    strike()
    found = failover_of(family, writer, began)
    time.sleep(0.5)
    writer.stop()
    port = family.master_port()
    if found["death to +switch-master"] != NEVER:
        found["acknowledged"] = len(writer.acknowledged)
        found["lost"] = writer.lost(port)
    if bring_back:
        returned(family, bring_back, found)
    return found


def start_again(master):
    """Returns when it answers, and when that was."""
    master.start()
    return time.monotonic()


def go_on(master):
    began = time.monotonic()
    master.signal(signal.SIGCONT)
    return began


def kill(family):
    master = family.nodes[0]
    return accident(family, master.kill, lambda: start_again(master))


def stop(family):
    master = family.nodes[0]
    return accident(family, lambda: master.signal(signal.SIGSTOP), lambda: go_on(master))


def shutdown(family):
    master = family.nodes[0]

    def end():
        talk = Talk(master.port)
        talk.send("SHUTDOWN")
        master.process.wait(30)
        talk.close()
    return accident(family, end, lambda: start_again(master))


def planned(family):
    writer = Writer(family)
    until(lambda: len(writer.acknowledged) > 500, 20, "the writer does not get on")
    full = family.full_syncs()
    began = time.monotonic()
    ask(family.sentinels[0].port, "SENTINEL", "FAILOVER", MASTER)
    until(lambda: len(family.said("+switch-master", began)) == 3, SWITCH_LIMIT_S)
    switched = family.said("+switch-master", began) or [NEVER]
    until(lambda: len(writer.first_at) > 1, 10)
    time.sleep(1)
    writer.stop()
    port = family.master_port()
    found = {"order to +switch-master": ms(switched[0], began),
             "last sentinel after the first": ms(switched[-1], switched[0]) if len(switched) == 3 else NEVER,
             "longest pause between writes": writer.longest_pause_ms(began),
             "acknowledged": len(writer.acknowledged),
             "lost": writer.lost(port)}
    others = [node for node in family.nodes if node.port != port]
    linked = until(
        lambda: all(follows(node, port) and info(node.port, "replication")["master_link_status"] == "up"
                    for node in others), RETURN_LIMIT_S)
    found["order to all following"] = ms(linked, began)
    found["full resyncs"] = family.full_syncs() - full
    return found


def asleep(family):
    def strike_after_sleep():
        family.nodes[0].kill()
    for sentinel in family.sentinels:
        sentinel.signal(signal.SIGSTOP)
    time.sleep(ASLEEP_S)
    for sentinel in family.sentinels:
        sentinel.signal(signal.SIGCONT)
    return accident(family, strike_after_sleep, None)


# ---------------------------------------------------------------------- the account

def aims(scenario, what, down_after):
    """The most that our figure may be; None where nothing was promised."""
    if scenario == "asleep":
        return down_after + 1000 if what == "death to first write" else None
    return {"detection to +switch-master": 250,
            "death to first write": down_after + 400,
            "last sentinel after the first": 100,
            "return to demotion": 2000,
            "return to link up": 2000,
            "full resyncs on return": 0,
            "full resyncs": 0,
            "lost": 0 if scenario == "planned" else None}.get(what)


def middle(values):
    """Counts are summed up over the rounds, times have their median."""
    return servers.median(values)


COUNTS = ("lost", "acknowledged", "full resyncs", "full resyncs on return")


def account(results, down_after):
    rows = []
    for scenario in SCENARIOS:
        ours, theirs = (results.get((scenario, kind), []) for kind in ("vedette", "redis"))
        for what in dict.fromkeys(key for found in ours + theirs for key in found):
            count = what in COUNTS
            figures = []
            for founds in (ours, theirs):
                values = [found.get(what, NEVER) for found in founds]
                figures.append((sum(values) if count else middle(values)) if values else None)
            rows.append(line(scenario, what, figures, count, aims(scenario, what, down_after)))
    return rows


def line(scenario, what, figures, count, aim):
    mine, redis = ("never" if figure == NEVER else figure for figure in figures)
    numbers = all(isinstance(figure, (int, float)) for figure in (mine, redis))
    entry = report.row("%s: %s" % (scenario, what), figures[0] if numbers else 0, figures[1] if numbers else 0,
                       "" if count else "ms", aim, "absolute")
    if not numbers:
        entry["ours"], entry["redis"], entry["ratio"] = mine, redis, None
    return entry


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(SCENARIOS))
    parser.add_argument("--kind", choices=("vedette", "redis"))
    parser.add_argument("--clustered", action="store_true", help="our sentinels joined by Hazelcast")
    parser.add_argument("--down-after", type=int, default=1000)
    parser.add_argument("--verbose", action="store_true", help="what the sentinels said, too")
    options = parser.parse_args()
    results = {}
    kinds = [options.kind] if options.kind else ["vedette", "redis"]
    for scenario in options.only.split(","):
        for number in range(options.rounds):
            for kind in kinds:
                family = Family(kind, options)
                try:
                    found = globals()[scenario](family)
                finally:
                    family.end()
                results.setdefault((scenario, kind), []).append(found)
                print("%-9s %d %-8s %s" % (scenario, number + 1, kind, ", ".join(
                    "%s %s" % (what, "never" if value == NEVER else round(value)) for what, value in found.items())))
                if options.verbose:
                    for at, who, channel, text in family.events:
                        print("    %.3f %d %s %s" % (at, who, channel, text))
                sys.stdout.flush()
    rows = account(results, options.down_after)
    report.show(rows)
    if len(kinds) == 2 and options.only == ",".join(SCENARIOS):
        report.keep("failover", rows, "One master, two replicas, three sentinels, quorum 2, down-after-milliseconds %d,"
                    " %d rounds%s; medians, counts are sums." % (
                        options.down_after, options.rounds, ", our sentinels joined" if options.clustered else ""))


if __name__ == "__main__":
    main()
