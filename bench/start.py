#!/usr/bin/env python3
"""Time from exec to the first PONG of bin/vedette-server and redis-server, alternating; medians and their ratio. Then what
both take of a core while nobody asks them anything, and the time until `vedette demo` says that its seven processes are
ready.

Usage: bench/start.py [rounds, default 11]
"""
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

import report
import servers

HOME = servers.HOME
SERVERS = [("redis-server", "redis-server"), ("vedette-server", os.path.join(HOME, "bin", "vedette-server"))]
IDLE_SECONDS = 30


def first_pong_seconds(command, directory):
    port = servers.free_port()
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
    base = servers.free_port() // 2  # below the ephemeral range
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


def idle_percent(start):
    """What an empty server takes of one core when nobody talks to it, once its start is over."""
    with start() as server:
        time.sleep(10)
        before = server.cpu_seconds()
        time.sleep(IDLE_SECONDS)
        return (server.cpu_seconds() - before) / IDLE_SECONDS * 100


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    times = {name: [] for name, _ in SERVERS}
    with tempfile.TemporaryDirectory() as directory:
        for name, command in SERVERS:
            first_pong_seconds(command, directory)  # not counted: brings the files into memory
        for _ in range(rounds):
            for name, command in SERVERS:
                times[name].append(first_pong_seconds(command, directory))
    medians = {name: servers.median(values) for name, values in times.items()}
    demo = servers.median([demo_ready_seconds() for _ in range(3)])
    rows = [
        report.row("exec to the first PONG", medians["vedette-server"], medians["redis-server"], "s", 0.45, "absolute"),
        report.row("an idle server", idle_percent(servers.vedette), idle_percent(servers.redis), "% of a core", 0.5,
                   "absolute"),
        report.row("demo of seven processes ready", demo, None, "s", 10, "absolute"),
    ]
    report.keep("start", rows, "First PONG: medians of %d rounds, ours from %.0f to %.0f ms." % (
        rounds, min(times["vedette-server"]) * 1000, max(times["vedette-server"]) * 1000))
    report.show(rows)


if __name__ == "__main__":
    main()
