#!/usr/bin/env python3
"""Time from exec to the first PONG of bin/vedette-server and redis-server, alternating; medians and their ratio. Then the
time until `vedette demo` says that its seven processes are ready.

Usage: bench/start.py [rounds, default 11]
"""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

HOME = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SERVERS = [("redis-server", "redis-server"), ("vedette-server", os.path.join(HOME, "bin", "vedette-server"))]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def first_pong_seconds(command, directory):
    port = free_port()
    began = time.perf_counter()
    process = subprocess.Popen(
        [command, "--port", str(port), "--dir", directory, "--save", ""], stdout=subprocess.DEVNULL)
    try:
        while True:
            if process.poll() is not None or time.perf_counter() - began > 60:
                sys.exit(command + " did not start")
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
                    connection.sendall(b"PING\r\n")
                    if b"PONG" in connection.recv(64):
                        return time.perf_counter() - began
            except OSError:
                time.sleep(0.002)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def demo_ready_seconds():
    """What the demo says of itself, on ports of its own, in a new directory."""
    base = free_port() // 2  # below the ephemeral range
    with tempfile.TemporaryDirectory() as directory:
        process = subprocess.Popen(
            [os.path.join(HOME, "bin", "vedette"), "demo", "--dir", os.path.join(directory, "demo"),
             "--port", str(base), "--sentinel-port", str(base + 10), "--console-port", str(base + 20)],
            stdout=subprocess.PIPE, text=True)
        try:
            for line in process.stdout:
                if line.startswith("Ready after "):
                    return float(line.split()[2])
            sys.exit("the demo did not get ready")
        finally:
            process.send_signal(signal.SIGINT)
            process.stdout.read()
            process.wait(60)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    times = {name: [] for name, _ in SERVERS}
    with tempfile.TemporaryDirectory() as directory:
        for name, command in SERVERS:
            first_pong_seconds(command, directory)  # not counted: brings the files into memory
        for _ in range(rounds):
            for name, command in SERVERS:
                times[name].append(first_pong_seconds(command, directory))
    medians = {name: sorted(values)[len(values) // 2] for name, values in times.items()}
    for name, values in times.items():
        print("%-15s median %4.0f ms  (%.0f to %.0f)" % (
            name, medians[name] * 1000, min(values) * 1000, max(values) * 1000))
    print("ratio           %.1f" % (medians["vedette-server"] / medians["redis-server"]))
    print("demo            ready after %.1f s" % demo_ready_seconds())


if __name__ == "__main__":
    main()
