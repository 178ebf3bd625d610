"""Runs programs and says what they cost.

Processor time is user + system of the process and of its children that have ended (wait4). Peak memory is
the largest resident set of one of these processes. Wall time includes the start of the process.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

BENCH = Path(__file__).resolve().parent
ROOT = BENCH.parent


class Missing(Exception):
    """A program that this part needs is not there; the text says how to make it."""


class Failed(Exception):
    """A program ended with an error, or its answer is wrong."""


@dataclass
class Cost:
    cpu_s: float
    wall_s: float
    rss_mb: float
    out: str = field(default="", repr=False)

    def numbers(self):
        result = asdict(self)
        del result["out"]
        return result


def run(command, env=None, cwd=None, good=(0,)):
    """Runs to the end; an exit code other than the good ones is `Failed`. Standard error goes to a file of its own."""
    log = BENCH / "work" / "stderr.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    with open(log, "wb") as errors:
        child = subprocess.Popen(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=errors,
            env={**os.environ, **(env or {})},
            cwd=cwd,
        )
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    if child.returncode not in good:
        tail = log.read_text(errors="replace")[-2000:]
        raise Failed(f"{' '.join(map(str, command))} ended with {child.returncode}:\n{tail}")
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, out.decode())


def peer(name, *arguments, threads=2):
    """A script of `peers/` in a process of its own; its last line is JSON with what it measured inside."""
    env = {"POLARS_MAX_THREADS": str(threads), "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    cost = run([sys.executable, BENCH / "peers" / f"{name}.py", *arguments], env=env)
    return cost, json.loads(cost.out.strip().splitlines()[-1])


def json_of(cost):
    """The one JSON object that a command with --json prints."""
    return json.loads(cost.out.strip().splitlines()[-1])


def executable(path, how):
    if not (path.is_file() and os.access(path, os.X_OK)):
        raise Missing(f"{path} is not there; make it with: {how}")
    return path


def spread(values):
    """Median with the smallest and the largest of the rounds."""
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "rounds": len(values)}


def spreads(costs):
    return {key: spread([cost[key] for cost in costs]) for key in ("cpu_s", "wall_s", "rss_mb")}


def percentile(values, share):
    """Nearest rank: a value that really occurred."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 100) - 1))]
