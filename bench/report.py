#!/usr/bin/env python3
"""Keeps what the benchmarks found and writes docs/benchmarks/latest.md from it.

Each benchmark leaves target/bench/NAME.json: {"name": ..., "rows": [{"what", "ours", "redis", "unit", "ratio", "aim",
"kind"}]}. A ratio is ours / Redis. The aim is the most that the ratio may be, or the least when "kind" is "at least"; when
"kind" is "absolute" the aim is the most that our own figure may be, when it is "absolute least" the least.

Usage: bench/report.py        writes the page from all that is there; what is not there stays in the page as it was
"""
import datetime
import glob
import json
import os
import platform
import re
import subprocess
import sys

import servers

FOUND = os.path.join(servers.HOME, "target", "bench")
PAGE = os.path.join(servers.HOME, "docs", "benchmarks", "latest.md")
TITLES = {
    "throughput": "Throughput and CPU",
    "memory": "Resident memory",
    "latency": "Latency at half of the maximum rate",
    "start": "Start-up and idleness",
    "rdb": "Saving and loading",
    "sync": "Synchronizing a replica",
    "lag": "Following a master",
    "failover": "Failovers",
    "partition": "Cuts in the network",
    "micro": "Hot pieces",
}


def row(what, ours, redis, unit, aim=None, kind="at most"):
    """One line of a benchmark's result; the ratio is worked out here."""
    return {"what": what, "ours": ours, "redis": redis, "unit": unit, "ratio": ours / redis if redis else None,
            "aim": aim, "kind": kind}


def keep(name, rows, note=""):
    """Leaves what a benchmark found for the page."""
    os.makedirs(FOUND, exist_ok=True)
    with open(os.path.join(FOUND, name + ".json"), "w") as file:
        json.dump({"name": name, "note": note, "when": datetime.date.today().isoformat(), "commit": commit(),
                   "rows": rows}, file, indent=1)


def reached(entry):
    """True or False; None without an aim or a ratio."""
    if entry.get("aim") is None:
        return None
    if entry.get("kind") == "absolute":
        return entry["ours"] <= entry["aim"]
    if entry.get("kind") == "absolute least":
        return entry["ours"] >= entry["aim"]
    if entry.get("ratio") is None:
        return None
    least = entry.get("kind") == "at least"
    return entry["ratio"] >= entry["aim"] if least else entry["ratio"] <= entry["aim"]


def number(value):
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if abs(value) >= 1000:
        return "{:,.0f}".format(value)
    return "%.3g" % value


def aim_text(entry):
    if entry.get("aim") is None:
        return ""
    if entry.get("kind") == "absolute":
        return "<= %g %s" % (entry["aim"], entry["unit"])
    if entry.get("kind") == "absolute least":
        return ">= %g %s" % (entry["aim"], entry["unit"])
    sign = ">=" if entry.get("kind") == "at least" else "<="
    return "%s %.2f" % (sign, entry["aim"])


def lines(rows):
    """The rows as cells of text."""
    verdicts = {True: "yes", False: "**no**", None: ""}
    for entry in rows:
        ratio = entry.get("ratio")
        yield (entry["what"], number(entry.get("ours")), number(entry.get("redis")), entry.get("unit", ""),
               "" if ratio is None else "%.2f" % ratio, aim_text(entry), verdicts[reached(entry)])


HEAD = ("what", "Vedette", "Redis", "unit", "ratio", "aim", "reached")


def show(rows):
    """Prints the rows as a table for the terminal."""
    table = [HEAD] + [tuple(cell.replace("**", "") for cell in line) for line in lines(rows)]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEAD))]
    for line in table:
        print("  ".join(cell.ljust(width) if column == 0 else cell.rjust(width)
                        for column, (cell, width) in enumerate(zip(line, widths))))
    sys.stdout.flush()


def commit():
    return subprocess.run(["git", "-C", servers.HOME, "describe", "--always", "--dirty"],
                          capture_output=True, text=True).stdout.strip()


def first_line(*command):
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError:
        return "not installed"
    text = (done.stdout or done.stderr).strip()
    return text.splitlines()[0] if text else "unknown"


def machine():
    with open("/proc/cpuinfo") as info:
        models = re.findall(r"model name\s*: (.*)", info.read())
    with open("/proc/meminfo") as info:
        total = int(re.search(r"MemTotal:\s+(\d+)", info.read()).group(1)) / (1 << 20)
    return "%d x %s, %.0f GiB, Linux %s" % (
        os.cpu_count(), models[0] if models else platform.machine(), total, platform.release().split("-")[0])


def java_home():
    return subprocess.run([os.path.join(servers.HOME, "scripts", "jdk25.sh")],
                          capture_output=True, text=True).stdout.strip()


def flags():
    found = []
    for name in ("common", "store"):
        with open(os.path.join(servers.HOME, "launcher", "src", "dist", "jvm", name + ".options")) as options:
            found += [line.strip() for line in options if line.startswith("-XX")]
    return " ".join(found)


def section(name, result):
    """A benchmark's part of the page, without its title."""
    part = ["`make bench-%s`, commit %s, %s." % (name, result.get("commit", "unknown"), result.get("when", "")), ""]
    if result.get("note"):
        part += [result["note"], ""]
    part += ["| %s |" % " | ".join(HEAD), "|---|" + "---:|" * (len(HEAD) - 1)]
    return "\n".join(part + ["| %s |" % " | ".join(line) for line in lines(result["rows"])])


def sections_of_page():
    """The parts of the page as it is, by title."""
    if not os.path.exists(PAGE):
        return {}
    with open(PAGE) as file:
        parts = re.split(r"^## (.*)$", file.read(), flags=re.MULTILINE)
    return {title: text.strip() for title, text in zip(parts[1::2], parts[2::2])}


def write_page():
    results = {}
    for path in glob.glob(os.path.join(FOUND, "*.json")):
        with open(path) as file:
            result = json.load(file)
        results[result["name"]] = result
    if not results:
        raise SystemExit("Nothing in %s: run a benchmark first." % FOUND)
    page = ["# Benchmarks", "",
            "Written by `make bench`. Ratios are Vedette / redis-server from the same run, alternating; load generator"
            " and server share the machine. Differences under 15 % are noise.", "",
            "| | |", "|---|---|",
            "| Machine | %s |" % machine(),
            "| Redis | %s |" % first_line("redis-server", "--version"),
            "| Java | %s |" % first_line(os.path.join(java_home(), "bin", "java"), "--version"),
            "| Flags | `%s` |" % flags(), ""]
    sections = sections_of_page()
    sections.update({TITLES.get(name, name): section(name, result) for name, result in results.items()})
    order = list(TITLES.values())
    for title in sorted(sections, key=lambda t: order.index(t) if t in order else len(order)):
        page += ["## " + title, "", sections[title], ""]
    os.makedirs(os.path.dirname(PAGE), exist_ok=True)
    with open(PAGE, "w") as file:
        file.write("\n".join(page))
    print("Written: " + os.path.relpath(PAGE, servers.HOME))


if __name__ == "__main__":
    write_page()
