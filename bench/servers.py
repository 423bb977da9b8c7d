"""The two servers of a benchmark, started alike, side by side on this machine."""
import os
import shutil
import socket
import subprocess
import tempfile
import time

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


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
    return Server("vedette", os.path.join(HOME, "bin", "vedette-server"), options)


def redis(options=()):
    return Server("redis", "redis-server", options)


def both(options=()):
    """Vedette and Redis, in this order."""
    return vedette(options), redis(options)


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
