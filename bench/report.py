"""Machine, load and tables, as Markdown for people and JSON for programs. States only what this run measured."""

import hashlib
import json
import os
import platform
import subprocess
import sys
from datetime import datetime, timezone
from importlib.metadata import PackageNotFoundError, version

from limits import judge
from measure import ROOT

PEERS = ("duckdb", "chdb", "polars", "scikit-learn", "lifetimes", "numpy", "scipy", "pandas", "psutil")


def first(path, key):
    try:
        lines = open(path, encoding="utf-8").read().splitlines()
    except OSError:
        return "unknown"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), "unknown")


def said(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def machine():
    return {
        "processor": first("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory": first("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def now():
    return {"at": datetime.now(timezone.utc).isoformat(timespec="seconds"), "load_average": [round(load, 2) for load in os.getloadavg()]}


def versions(binary):
    found = {}
    for name in PEERS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    found["rustc"] = said("rustc", "--version")
    found["commit"] = said("git", "rev-parse", "--short", "HEAD")
    found["uncommitted changes"] = "yes" if said("git", "status", "--porcelain") else "no"
    if binary.is_file():
        found["perennial"] = said(str(binary), "--version")
        found["perennial sha256"] = hashlib.sha256(binary.read_bytes()).hexdigest()
    return found


def table(headers, rows):
    head = ["| " + " | ".join(headers) + " |", "|" + "---|" * len(headers)]
    return "\n".join(head + ["| " + " | ".join(row) + " |" for row in rows])


def write(settings, started, ended, results, skipped):
    body = {"machine": machine(), "started": started, "ended": ended, "scale": settings.scale, "rounds": settings.rounds,
            "versions": versions(settings.binary_path), "arguments": " ".join(settings.arguments), "skipped": skipped,
            "parts": {name: result["figures"] for name, result in results.items()}}
    body["limits"] = judge(body["parts"])
    settings.json_path.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    settings.report_path.write_text(markdown(body, results), encoding="utf-8")
    return body["limits"]


def markdown(body, results):
    machine_, started, ended = body["machine"], body["started"], body["ended"]
    text = [
        "# Benchmark report", "",
        "Written by `bench/run.py`; states only what this run measured. Processor time (user + system of all processes) is the primary figure, "
        "medians of the rounds, which took turns; wall time depends on what else the machine did. Absolute figures do not transfer to another machine.", "",
        table(["", ""], [
            ["machine", f"{machine_['processor']}, {machine_['cores']} cores, {machine_['memory']}, {machine_['system']}"],
            ["started", f"{started['at']}, load average {' '.join(map(str, started['load_average']))}"],
            ["ended", f"{ended['at']}, load average {' '.join(map(str, ended['load_average']))}"],
            ["scale, rounds", f"{body['scale']}, {body['rounds']}"],
            *[[name, str(value)] for name, value in body["versions"].items()],
        ]), "",
        "Repeat:", "", "```", f"make bench ARGS='{body['arguments']}'", "```", "",
        "## Limits", "", table(["part", "work", "promised", "measured", "verdict"], body["limits"]), "",
        "- A missed limit fails nothing. Where the run was smaller than the promise, the verdict says so.", "",
    ]
    for name, result in results.items():
        text += [f"## {name}", "", table(result["headers"], result["rows"]), ""]
        text += [f"- {note}" for note in result["notes"]] + [""]
    if body["skipped"]:
        text += ["## Not measured", ""] + [f"- {name}: {why}" for name, why in body["skipped"].items()] + [""]
    return "\n".join(text)


def say(text):
    print(text, file=sys.stderr, flush=True)
