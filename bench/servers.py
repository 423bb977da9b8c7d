"""The two servers of a benchmark, started alike, side by side on this machine, and what asks them."""
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
REPLICATION_SECONDS_MAX = 120
WARM_UP_SECONDS_MAX = 120


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server in a directory of its own; ends with the block that it is used in."""

    def __init__(self, name, program, options=()):
        self.name = name
        self.port = free_port()
        self.directory = tempfile.mkdtemp(prefix="bench-")
        self.log = open(os.path.join(self.directory, "out"), "wb")
        self.process = subprocess.Popen(
            [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", self.directory, "--save", "",
             "--enable-debug-command", "yes", *options],
            stdout=self.log, stderr=subprocess.STDOUT)
        deadline = time.time() + 60
        while True:
            try:
                if self.command("PING") == "PONG":
                    return
            except OSError:
                pass
            if self.process.poll() is not None or time.time() > deadline:
                raise SystemExit("%s did not start; see %s" % (name, self.log.name))
            time.sleep(0.005)

    def warmed_up(self):
        """Waits until Vedette's warm-up is over (INFO warm_up); Redis has none. Answers the server."""
        deadline = time.monotonic() + WARM_UP_SECONDS_MAX
        while any(state in self.command("INFO", "server") for state in ("warm_up:pending", "warm_up:running")):
            if time.monotonic() > deadline:
                raise SystemExit("%s is not at the end of its warm-up" % self.name)
            time.sleep(0.2)
        return self

    def command(self, *words):
        """The answer of redis-cli to one command."""
        answer = subprocess.run(
            ["redis-cli", "-p", str(self.port), *words], capture_output=True, text=True, timeout=120)
        if answer.returncode != 0:
            raise OSError(answer.stderr)
        return answer.stdout.strip()

    def cpu_seconds(self):
        """User and system time of the process so far."""
        with open("/proc/%d/stat" % self.process.pid) as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND

    def resident_bytes(self):
        with open("/proc/%d/statm" % self.process.pid) as statm:
            return int(statm.read().split()[1]) * PAGE_BYTES

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()
        shutil.rmtree(self.directory, ignore_errors=True)


def vedette(options=()):
    """A server that has run for some seconds: its warm-up is over."""
    return Server("vedette", os.path.join(HOME, "bin", "vedette-server"), options).warmed_up()


def redis(options=()):
    return Server("redis", "redis-server", options)


def both(options=()):
    """Vedette and Redis, in this order."""
    return vedette(options), redis(options)


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
    bench = os.path.join(HOME, "bench", "target")
    java = subprocess.run([os.path.join(HOME, "scripts", "jdk25.sh")],
                          capture_output=True, text=True, check=True).stdout.strip()
    return subprocess.Popen(
        [os.path.join(java, "bin", "java"), "@" + os.path.join(HOME, "launcher/src/dist/jvm/common.options"),
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


class Load:
    """Requests at a fixed rate for as long as the block runs; afterwards the figures."""

    def __init__(self, server, rate, keys, value_bytes, mix="1:1"):
        self.process = generator(
            server, "--rate", str(rate), "--keys", str(keys), "--mix", mix, "--size", str(value_bytes), "--seconds", "600",
            "--warmup", "1", "--until-told", "--format", "json", told=True)

    def __enter__(self):
        begun(self.process)
        return self

    def __exit__(self, *failure):
        self.process.stdin.close()
        self.figures = figures(self.process)


def replicate(replica, port, line):
    """Synchronizes; answers how many seconds it took."""
    began = time.monotonic()
    line.ask("REPLICAOF 127.0.0.1 %d" % port)
    up(replica, line)
    return time.monotonic() - began


def up(replica, line):
    """Waits until the link to the master works."""
    until("%s does not get the master's data" % replica.name, line, "master_link_status", lambda status: status == "up")


def caught_up(master, replicas):
    """Waits until the replicas have all that the master has."""
    with Line(master) as line:
        wanted = int(line.info("replication", "master_repl_offset"))
    for replica in replicas:
        with Line(replica) as line:
            until("%s does not catch up" % replica.name, line, "master_repl_offset", lambda offset: int(offset) >= wanted)


def until(failure, line, field, holds):
    """Waits until a field of INFO replication is as it should be; ends the program when it never is."""
    deadline = time.monotonic() + REPLICATION_SECONDS_MAX
    while not holds(line.info("replication", field)):
        if time.monotonic() > deadline:
            raise SystemExit(failure)
        time.sleep(0.01)


def feed(port, commands):
    """Sends encoded commands without waiting for each reply; every reply must be a good one."""
    with socket.create_connection(("127.0.0.1", port)) as to:
        replies = to.makefile("rb")
        batch = []
        for command in commands:
            batch.append(command)
            if len(batch) == 1000:
                send(to, replies, batch)
                batch = []
        send(to, replies, batch)


def send(to, replies, batch):
    to.sendall(b"".join(batch))
    for _ in batch:
        reply = replies.readline()
        if reply[:1] not in (b"+", b":"):
            raise SystemExit("A wrong reply: %r" % reply)


def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]
