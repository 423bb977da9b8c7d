#!/usr/bin/env python3
"""Cuts in the network between the nodes of a family, Vedette's beside that of redis-server and redis-sentinel.

One master, two replicas and three sentinels (quorum 2), each in a network namespace of its own, joined by a bridge in one
more; nothing outside is touched, and all of it goes when the run ends, however it ends. A cut drops packets where they
arrive, silently, so it can be of one direction. Two clients write all the time, one SET after the other: one stays on the
first master's host and knows no other node, as an application on the wrong side of a cut; one asks the sentinels.

  master             the master and a sentinel on one side, all others on the other
  master-replica     the master, a replica and a sentinel on one side
  master-unheard     packets from the master do not arrive anywhere
  master-deaf        packets to the master do not arrive
  replica-deaf       packets from the master do not arrive at one replica; nothing to fail over
  sentinels          the master cannot talk with two of the three sentinels, and with everybody else it can
  flapping           as "master", for 2 s, ten times, with 2 s between

After the cut there must be exactly one master that all nodes follow and all sentinels name. Writes that the winning side
acknowledged must be there. Those that the losing side acknowledged are counted; Vedette must have put every one of them
into a file on the old master (lost-writes-*.resp).

Usage: bench/partition.py [--cases master,...] [--kinds vedette,clustered,redis] [--seconds N, length of a cut]
                          [--down-after MS] [--min-replicas] [--keep, leave the logs]
"clustered" are Vedette's sentinels joined by Hazelcast, too. --min-replicas sets min-replicas-to-write 1 and
min-replicas-max-lag 2 on all servers. Needs root, iproute2, nftables and util-linux.
"""
import argparse
import contextlib
import ctypes
import glob
import os
import re
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
SERVER_PORT = 6379
SENTINEL_PORT = 26379
SUBNET = "10.203.0."
CLONE_NEWNET = 0x40000000
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)

START_LIMIT_S = 120
SETTLE_LIMIT_S = 90
CASE_LIMIT_S = 300
BEFORE_S = 3
AFTER_S = 2
FLAPS = 10
FLAP_S = 2
PAUSE_OF_WRITER_S = 0.0025
REPLY_LIMIT_S = 1

SERVERS = ("n1", "n2", "n3")
SENTINELS = ("s1", "s2", "s3")
CLIENT = "c"
HOSTS = SERVERS + SENTINELS + (CLIENT,)


def both_ways(side):
    """Every way between this side and the rest."""
    rest = [host for host in HOSTS if host not in side]
    return [way for a in side for b in rest for way in ((a, b), (b, a))]


CASES = {
    "master": both_ways(("n1", "s1")),
    "master-replica": both_ways(("n1", "n2", "s1")),
    "master-unheard": [("n1", other) for other in HOSTS if other != "n1"],
    "master-deaf": [(other, "n1") for other in HOSTS if other != "n1"],
    "replica-deaf": [("n1", "n2")],
    "sentinels": [way for s in ("s2", "s3") for way in (("n1", s), (s, "n1"))],
    "flapping": both_ways(("n1", "s1")),
}
NO_FAILOVER = ("replica-deaf",)


# ---------------------------------------------------------------------- what is there

def demand_tools(kinds):
    """Says what this machine lacks, and stops."""
    lacking = []
    if os.geteuid() != 0:
        lacking.append("root: network namespaces are made")
    tools = {"ip": "iproute2", "nft": "nftables", "setpriv": "util-linux"}
    if "redis" in kinds:
        tools.update({"redis-server": "redis-server", "redis-sentinel": "redis-sentinel"})
    for tool, package in tools.items():
        if shutil.which(tool) is None:
            lacking.append("%s (Debian: apt-get install %s)" % (tool, package))
    if lacking:
        raise SystemExit("bench/partition.py lacks:\n  " + "\n  ".join(lacking))


def run(*words, text=None):
    done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=30)
    if done.returncode != 0:
        raise SystemExit("%s: %s" % (" ".join(words), done.stderr.strip()))
    return done.stdout


# ---------------------------------------------------------------------- the network

class Network:
    """A bridge in a namespace of its own and a namespace for every host; ends with the block that it is used in."""

    PREFIX = "vdp"
    RULES = """table inet cut {
        set from { type ipv4_addr; }
        chain arriving { type filter hook input priority 0; policy accept; ip saddr @from drop; }
    }"""

    def __init__(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.mine = "%s%d-" % (self.PREFIX, os.getpid())
        self.addresses = {host: SUBNET + str(number + 1) for number, host in enumerate(HOSTS)}
        self.remove_leftovers()

    def __enter__(self):
        try:
            hub = self.namespace("hub")
            run("ip", "netns", "add", hub)
            run("ip", "-n", hub, "link", "add", "bridge", "type", "bridge")
            run("ip", "-n", hub, "link", "set", "bridge", "up")
            for host, address in self.addresses.items():
                name = self.namespace(host)
                run("ip", "netns", "add", name)
                run("ip", "-n", name, "link", "set", "lo", "up")
                run("ip", "-n", name, "link", "add", "eth0", "type", "veth", "peer", "name", host, "netns", hub)
                run("ip", "-n", hub, "link", "set", host, "master", "bridge", "up")
                run("ip", "-n", name, "address", "add", address + "/24", "dev", "eth0")
                run("ip", "-n", name, "link", "set", "eth0", "up")
                self.nft(host, self.RULES)
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(self, *failure):
        self.remove()

    def namespace(self, host):
        return self.mine + host

    def nft(self, host, rules):
        run("ip", "netns", "exec", self.namespace(host), "nft", "-f", "-", text=rules)

    def cut(self, ways):
        """Packets on these ways, (from, to), are dropped from now on."""
        senders = {}
        for sender, receiver in ways:
            senders.setdefault(receiver, []).append(self.addresses[sender])
        for receiver, addresses in senders.items():
            self.nft(receiver, "add element inet cut from { %s }" % ", ".join(addresses))

    def heal(self):
        for host in HOSTS:
            self.nft(host, "flush set inet cut from")

    @contextlib.contextmanager
    def inside(self, host):
        """This thread is in the host's network meanwhile; a socket made there stays there."""
        there = os.open("/run/netns/" + self.namespace(host), os.O_RDONLY)
        try:
            self.enter(there)
            yield
        finally:
            self.enter(self.home)
            os.close(there)

    def enter(self, descriptor):
        if self.libc.setns(descriptor, CLONE_NEWNET) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    def talk(self, host, address, port):
        with self.inside(host):
            return Talk(address, port)

    def popen(self, host, command, directory):
        """A process on that host, which does not outlive this one."""
        log = open(os.path.join(directory, "out"), "ab")
        with log:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "ip", "netns", "exec", self.namespace(host), *command],
                cwd=directory, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)

    def remove(self):
        """All of it, and without being disturbed in that."""
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        for name in self.listed():
            if name.startswith(self.mine):
                self.remove_namespace(name)

    def remove_leftovers(self):
        """What a run that was killed has left."""
        for name in self.listed():
            owner = re.match(self.PREFIX + r"(\d+)-", name)
            if owner and not os.path.exists("/proc/" + owner.group(1)):
                self.remove_namespace(name)

    @staticmethod
    def listed():
        return [line.split()[0] for line in run("ip", "netns", "list").splitlines() if line]

    @staticmethod
    def remove_namespace(name):
        for pid in run("ip", "netns", "pids", name).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        run("ip", "netns", "delete", name)


class Refused(Exception):
    """An error reply."""


class Talk:
    """One connection; replies are None, int, str or lists of them. An error reply is a Refused."""

    def __init__(self, address, port):
        self.socket = socket.create_connection((address, port), timeout=REPLY_LIMIT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.replies = self.socket.makefile("rb")

    def ask(self, *words):
        encoded = [str(word).encode() for word in words]
        self.socket.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(e), e) for e in encoded))
        return read_reply(self.replies)

    def close(self):
        self.replies.close()
        self.socket.close()


def read_reply(replies):
    line = replies.readline()
    if not line.endswith(b"\r\n"):
        raise OSError("the connection ended")
    kind, rest = line[:1], line[1:-2].decode()
    if kind == b"-":
        raise Refused(rest)
    if kind == b":":
        return int(rest)
    if kind == b"$":
        return None if rest == "-1" else replies.read(int(rest) + 2)[:-2].decode()
    if kind == b"*":
        return None if rest == "-1" else [read_reply(replies) for _ in range(int(rest))]
    return rest


def wait_until(what, limit_s, condition):
    """Waits; returns the seconds. A node that does not answer is a condition that does not hold."""
    begin = time.monotonic()
    last = None
    while time.monotonic() - begin < limit_s:
        try:
            last = condition()
            if last is True:
                return time.monotonic() - begin
        except (OSError, Refused) as failure:
            last = failure
        time.sleep(0.05)
    raise Failed("%s, not within %d s: %s" % (what, limit_s, last))


class Failed(Exception):
    """A family did not do what it must."""


# ---------------------------------------------------------------------- the family

class Family:
    """The nodes of one kind, started and discovered; ends with the block that it is used in."""

    def __init__(self, network, kind, options, directory):
        self.network = network
        self.kind = kind
        self.options = options
        self.directory = directory
        self.processes = {}

    def __enter__(self):
        try:
            for host in SERVERS:
                self.start_server(host)
            for host in SERVERS:
                wait_until(host + " answers", START_LIMIT_S, lambda: self.ask(host, "PING") == "PONG")
            wait_until("replicas follow", START_LIMIT_S, lambda: self.fault("n1", sentinels=()) or True)
            for host in SENTINELS:
                self.start_sentinel(host)
            wait_until("all is discovered", START_LIMIT_S, self.is_discovered)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *failure):
        self.stop()

    def stop(self):
        for process in self.processes.values():
            process.kill()
        for process in self.processes.values():
            process.wait()

    def home(self, host):
        return os.path.join(self.directory, host)

    def start_server(self, host):
        lines = ["save \"\"", "repl-diskless-sync-delay 0"]
        if self.options.min_replicas:
            lines += ["min-replicas-to-write 1", "min-replicas-max-lag 2"]
        if host != "n1":
            lines.append("replicaof %s %d" % (self.network.addresses["n1"], SERVER_PORT))
        self.start(host, "server", SERVER_PORT, lines, [])

    def start_sentinel(self, host):
        lines = ["sentinel monitor %s %s %d 2" % (MASTER, self.network.addresses["n1"], SERVER_PORT),
                 "sentinel down-after-milliseconds %s %d" % (MASTER, self.options.down_after),
                 "sentinel failover-timeout %s 20000" % MASTER]
        self.start(host, "sentinel", SENTINEL_PORT, lines, self.cluster(host) if self.kind == "clustered" else [])

    def start(self, host, what, port, lines, arguments):
        os.makedirs(self.home(host), exist_ok=True)
        config = os.path.join(self.home(host), what + ".conf")
        address = self.network.addresses[host]
        with open(config, "w") as file:
            file.write("\n".join(["port %d" % port, "bind %s 127.0.0.1" % address, "protected-mode no",
                                  "dir " + self.home(host), *lines, ""]))
        program = "redis-" + what if self.kind == "redis" else os.path.join(servers.HOME, "bin", "vedette-" + what)
        self.processes[host] = self.network.popen(host, [program, config, *arguments], self.home(host))

    def cluster(self, host):
        """The shipped cluster.xml with the sentinels' hosts in it."""
        with open(os.path.join(servers.HOME, "cluster.xml")) as file:
            text = file.read()
        members = "".join("<member>%s</member>" % self.network.addresses[other] for other in SENTINELS)
        text = text.replace("<member>127.0.0.1</member>", members)
        text = text.replace("<interface>127.0.0.1</interface>",
                            "<interface>%s</interface>" % self.network.addresses[host])
        os.makedirs(self.home(host))
        path = os.path.join(self.home(host), "cluster.xml")
        with open(path, "w") as file:
            file.write(text)
        return ["--cluster-config", path]

    def ask(self, host, *words):
        """Asked on the host itself, so no cut is in the way."""
        talk = self.network.talk(host, "127.0.0.1", SENTINEL_PORT if host in SENTINELS else SERVER_PORT)
        try:
            return talk.ask(*words)
        finally:
            talk.close()

    def is_discovered(self):
        for host in SENTINELS:
            answer = self.ask(host, "SENTINEL", "MASTER", MASTER)
            seen = dict(zip(answer[::2], answer[1::2]))
            if (seen["flags"], seen["num-slaves"], seen["num-other-sentinels"]) != ("master", "2", "2"):
                return "%s: %s" % (host, seen)
            if "sentinel_tilt:0" not in self.ask(host, "INFO", "sentinel"):
                return host + " is in tilt mode"
        return self.kind != "clustered" or self.is_joined() or "the cluster is not complete"

    def is_joined(self):
        """Whether all three are members: the last that joined has said so, the first may have joined alone."""
        members = []
        for host in SENTINELS:
            with open(os.path.join(self.home(host), "out")) as file:
                members += map(int, re.findall(r"Joined the cluster .* members: (\d+)", file.read()))
        return len(members) == len(SENTINELS) and max(members) == len(SENTINELS)

    def fault(self, master, sentinels=SENTINELS):
        """What is not as it must be when this host is the master of all; None when all is."""
        address = self.network.addresses[master]
        for host in SERVERS:
            role = self.ask(host, "ROLE")
            if host == master and role[0] != "master":
                return "%s is %s" % (host, role)
            if host != master and role[:4] != ["slave", address, SERVER_PORT, "connected"]:
                return "%s is %s, and not of %s" % (host, role, address)
        for host in sentinels:
            named = self.ask(host, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)
            if named != [address, str(SERVER_PORT)]:
                return "%s names %s, not %s" % (host, named, address)
        return None

    def master(self):
        """The host that the sentinels name in unison, or None."""
        named = {tuple(self.ask(host, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER) or ()) for host in SENTINELS}
        addresses = {(address, str(SERVER_PORT)): host for host, address in self.network.addresses.items()}
        return addresses.get(named.pop()) if len(named) == 1 else None

    def await_settled(self):
        """Waits until one master has all; its host and the seconds that took."""
        def settled():
            master = self.master()
            if master is None:
                return "the sentinels disagree"
            return self.fault(master) or True
        return wait_until("one master for all", SETTLE_LIMIT_S, settled), self.master()

    def await_same(self, master):
        """Waits until the replicas have all that the master has."""
        def same():
            offsets = {self.ask(host, "INFO", "replication").split("master_repl_offset:")[1].split()[0]
                       for host in SERVERS}
            sizes = {self.ask(host, "DBSIZE") for host in SERVERS}
            return True if len(offsets) == 1 and len(sizes) == 1 else "%s %s" % (offsets, sizes)
        wait_until("replicas have all of " + master, SETTLE_LIMIT_S, same)

    def missing(self, numbers_by_key):
        """Those of these keys that the master does not have."""
        master = self.master()
        keys = list(numbers_by_key)
        missing = []
        for begin in range(0, len(keys), 500):
            part = keys[begin:begin + 500]
            values = self.ask(master, "MGET", *part)
            missing += [key for key, value in zip(part, values) if value is None]
        return missing

    def kept_in_files(self):
        """The keys that were put into lost-writes files, of all servers."""
        keys = set()
        for host in SERVERS:
            for path in glob.glob(os.path.join(self.home(host), "lost-writes-*.resp")):
                with open(path, "rb") as file:
                    while file.peek(1):
                        command = read_reply(file)
                        if command[0].upper() == "SET":
                            keys.add(command[1])
        return keys


# ---------------------------------------------------------------------- clients

class Writer(threading.Thread):
    """Writes SET NAME:NUMBER NUMBER, one after the other; notes by whom each was acknowledged, and when."""

    def __init__(self, network, host, name, only=None):
        super().__init__(daemon=True)
        self.network = network
        self.host = host
        self.prefix = name
        self.only = only
        self.acknowledged = {}
        self.stopping = threading.Event()
        self.start()

    def run(self):
        talk, address, number = None, None, 0
        while not self.stopping.wait(PAUSE_OF_WRITER_S):
            number += 1
            key = "%s:%d" % (self.prefix, number)
            try:
                if talk is None:
                    address = self.only or self.named()
                    talk = self.network.talk(self.host, address, SERVER_PORT)
                talk.ask("SET", key, number)
                self.acknowledged[key] = (address, time.monotonic())
            except (OSError, Refused):
                if talk is not None:
                    talk.close()
                talk = None

    def named(self):
        """The master's address, from the first sentinel that answers."""
        for sentinel in SENTINELS:
            try:
                talk = self.network.talk(self.host, self.network.addresses[sentinel], SENTINEL_PORT)
                try:
                    return talk.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER)[0]
                finally:
                    talk.close()
            except OSError:
                continue
        raise OSError("no sentinel answers")

    def stop(self):
        self.stopping.set()
        self.join(30)
        if self.is_alive():
            raise Failed("a client hangs")


# ---------------------------------------------------------------------- one run

def cut_and_heal(network, case, seconds):
    """Returns when the (first) cut began."""
    begin = time.monotonic()
    if case != "flapping":
        network.cut(CASES[case])
        time.sleep(seconds)
        network.heal()
        return begin
    for flap in range(FLAPS):
        network.cut(CASES[case])
        time.sleep(FLAP_S)
        network.heal()
        if flap < FLAPS - 1:
            time.sleep(FLAP_S)
    return begin


def measure(network, kind, case, options, directory):
    """What came of one cut, as a dictionary; Failed where the family did not come together."""
    with Family(network, kind, options, directory) as family:
        # By its own address: replies and acknowledgements take no way that a cut is in.
        losing = Writer(network, "n1", "inside", only=network.addresses["n1"])
        asking = Writer(network, CLIENT, "outside")
        try:
            time.sleep(BEFORE_S)
            begin = cut_and_heal(network, case, options.seconds)
            healed_s, master = family.await_settled()
            time.sleep(AFTER_S)
        finally:
            losing.stop()
            asking.stop()
        family.await_same(master)
        if family.fault(master):
            raise Failed("it did not stay so: " + family.fault(master))
        return judged(family, master, begin, healed_s, {**losing.acknowledged, **asking.acknowledged}, asking)


def judged(family, master, begin, healed_s, acknowledged, asking):
    winner = family.network.addresses[master]
    missing = family.missing(acknowledged)
    kept = family.kept_in_files()
    elsewhere = [when for address, when in asking.acknowledged.values()
                 if address == winner and when > begin]
    return {
        "master": master,
        "acknowledged": len(acknowledged),
        "lost_by_winner": sum(acknowledged[key][0] == winner for key in missing),
        "lost_by_loser": sum(acknowledged[key][0] != winner for key in missing),
        "lost_and_not_kept": sum(key not in kept for key in missing),
        "writes_again_s": min(elsewhere) - begin if elsewhere and master != "n1" else None,
        "healed_s": healed_s,
    }


def faults_of(kind, case, result):
    """Claims that did not hold."""
    faults = []
    if case in NO_FAILOVER and result["master"] != "n1":
        faults.append("a failover that nobody needed")
    if case not in NO_FAILOVER + ("flapping",) and result["master"] == "n1":
        faults.append("no failover")
    if result["lost_by_winner"]:
        faults.append("the winning side lost %d writes" % result["lost_by_winner"])
    if kind != "redis" and result["lost_and_not_kept"]:
        faults.append("%d lost writes are in no file" % result["lost_and_not_kept"])
    return faults


def shown(kind, case, result):
    again = result["writes_again_s"]
    print("%-15s %-10s master %s  acknowledged %6d  lost: winning side %d, losing side %d%s  writes again %s  healed %.1f s"
          % (case, kind, result["master"], result["acknowledged"], result["lost_by_winner"], result["lost_by_loser"],
             "" if kind == "redis" else " (%d not in a file)" % result["lost_and_not_kept"],
             "-" if again is None else "%.1f s" % again, result["healed_s"]), flush=True)


def one(network, kind, case, options):
    """Runs, shows and judges one case; its result or None, and what failed."""
    directory = tempfile.mkdtemp(prefix="partition-%s-%s-" % (case, kind))
    faults = []
    result = None
    signal.alarm(CASE_LIMIT_S)
    try:
        result = measure(network, kind, case, options, directory)
        faults = faults_of(kind, case, result)
        shown(kind, case, result)
    except Failed as failure:
        faults = [str(failure)]
    finally:
        signal.alarm(0)
        network.heal()
        if faults or options.keep:
            print("  logs: " + directory, flush=True)
        else:
            shutil.rmtree(directory)
    for fault in faults:
        print("  %s, %s: %s" % (case, kind, fault), flush=True)
    return result, ["%s, %s: %s" % (case, kind, fault) for fault in faults if kind != "redis"]


def rows(found):
    """The page's rows: what must never be, over all cases, and for each failover what it cost, beside Redis's."""
    result = []
    for kind, title in (("vedette", ""), ("clustered", ", sentinels joined by Hazelcast")):
        results = {case: one_result for (case, its), one_result in found.items() if its == kind}
        if not results:
            continue
        redis = {case: found.get((case, "redis")) for case in results}

        def add(what, field, unit, cases):
            for case in cases:
                ours = results[case][field]
                if ours is not None:
                    theirs = redis[case] and redis[case][field]
                    result.append(report.row("%s%s: %s" % (case, title, what), ours, theirs, unit))

        for what, field, compared in (("lost by the winning side", "lost_by_winner", all(redis.values())),
                                      ("lost and in no file", "lost_and_not_kept", False)):
            theirs = sum(each[field] for each in redis.values()) if compared else None
            result.append(report.row("all cases%s: %s" % (title, what),
                                     sum(each[field] for each in results.values()), theirs, "writes", 0, "absolute"))
        failovers = [case for case in results if case not in NO_FAILOVER]
        add("lost by the losing side", "lost_by_loser", "writes", failovers)
        lasting = [case for case in failovers if case != "flapping"]
        add("writes again", "writes_again_s", "s", lasting)
        add("healed", "healed_s", "s", lasting)
    return result


def interrupted(number, frame):
    raise SystemExit("stopped by signal %d" % number)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--kinds", default="vedette,clustered,redis")
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--down-after", type=int, default=3000)
    parser.add_argument("--min-replicas", action="store_true")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    cases, kinds = options.cases.split(","), options.kinds.split(",")
    if not set(cases) <= set(CASES) or not set(kinds) <= {"vedette", "clustered", "redis"}:
        parser.error("unknown case or kind")
    demand_tools(kinds)
    for number in STOPPING:
        signal.signal(number, interrupted)
    found, faults = {}, []
    with Network() as network:
        for case in cases:
            for kind in kinds:
                result, wrong = one(network, kind, case, options)
                faults += wrong
                if result:
                    found[case, kind] = result
    note = ("Cuts of %g s, down-after-milliseconds %d, one write every %.1f ms by each of two clients. Lost are writes that"
            " were acknowledged and are not there in the end; healed is counted from the end of the cut until one master"
            " has all." % (options.seconds, options.down_after, PAUSE_OF_WRITER_S * 1000))
    report.keep("partition", rows(found), note)
    report.show(rows(found))
    if faults:
        sys.exit("not as it must be:\n  " + "\n  ".join(faults))


if __name__ == "__main__":
    main()
