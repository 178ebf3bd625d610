#!/usr/bin/env python3
"""Measures Perennial beside its peers in one run and writes bench/report.md and bench/report.json.

    python3 bench/run.py                          every part, small
    python3 bench/run.py --scale full             every part at the sizes that the design promises
    python3 bench/run.py import engine            some parts
    python3 bench/run.py value --without-workspace

Parts: import, value, engine, segments, start, idle, tracking, entries, lists, lcp (the console's first screens, by `npm run lcp`). Their rounds take
turns, so that a busy minute of the machine hits all of them. Peers come by pip into bench/.venv (requirements.txt);
nothing of ours is built here: a part without its binary says what to build, is skipped, and the exit code is 1.
--build adds the part `build`, which compiles everything from nothing: half an hour.

The report begins with what the design promises, each limit reached, missed or not measured; that changes no exit code.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

BENCH = Path(__file__).resolve().parent
VENV = BENCH / ".venv"
PYTHON = VENV / "bin" / "python"
PARTS = ("import", "value", "engine", "segments", "start", "idle", "tracking", "entries", "lists", "lcp")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}; all unless given")
    parser.add_argument("--scale", choices=("small", "full"), default="small")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--binary", type=Path, default=BENCH.parent / "target/release/perennial", metavar="FILE")
    parser.add_argument("--work", type=Path, default=BENCH / "work", metavar="DIR", help="scratch space; full needs about 60 GB")
    parser.add_argument("--report", type=Path, default=BENCH / "report", metavar="NAME", help="written as NAME.md and NAME.json")
    parser.add_argument("--pareto-whole", action="store_true", help="lifetimes' Pareto/NBD on all customers: minutes a round")
    parser.add_argument("--without-workspace", action="store_true", help="value: leave out `perennial value` on a workspace")
    parser.add_argument("--build", action="store_true", help="measure a clean build and a check too: half an hour once")
    parsed = parser.parse_args()
    unknown = [part for part in parsed.parts if part not in PARTS]
    if unknown:
        parser.error(f"unknown part {unknown[0]}: any of {', '.join(PARTS)}")
    if parsed.rounds < 1:
        parser.error("--rounds is at least 1")
    return parsed


def enter_venv():
    """Makes bench/.venv from requirements.txt, once for each content of it, and goes on inside."""
    wanted = hashlib.sha256((BENCH / "requirements.txt").read_bytes()).hexdigest()
    stamp = VENV / "requirements.sha256"
    if not stamp.exists() or stamp.read_text() != wanted:
        if not PYTHON.exists():
            venv.create(VENV, with_pip=True, symlinks=True)
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "-r", BENCH / "requirements.txt"], check=True)
        stamp.write_text(wanted)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), str(Path(__file__).resolve()), *sys.argv[1:]])


class Settings:
    def __init__(self, parsed):
        self.scale, self.rounds = parsed.scale, parsed.rounds
        self.binary_path = parsed.binary.resolve()
        self.work = parsed.work.resolve() / f"perennial-{parsed.scale}"
        self.report_path = parsed.report.with_suffix(".md")
        self.json_path = parsed.report.with_suffix(".json")
        self.pareto_whole, self.without_workspace = parsed.pareto_whole, parsed.without_workspace
        self.arguments = sys.argv[1:]

    def binary(self):
        from measure import executable

        return executable(self.binary_path, "make build")


def attempt(name, what, skipped):
    """Whether it went well; otherwise the part is out, and the reason kept."""
    from measure import Failed, Missing
    from report import say

    try:
        what()
        return True
    except (Failed, Missing) as error:
        lines = str(error).strip().splitlines()
        skipped[name] = lines[0] if len(lines) == 1 else f"{lines[0]} {lines[-1]}"
        say(f"{name}: skipped: {error}")
    except Exception as error:  # one broken part must not lose the figures of the others
        skipped[name] = f"{type(error).__name__}: {error}"
        say(f"{name}: skipped: {type(error).__name__}: {error}")
    return False


def main():
    parsed = arguments()
    enter_venv()
    import report
    from parts import brand, build, engine, entries, idle, imports, lcp, lists, segments, start, tracking, value

    settings = Settings(parsed)
    settings.work.mkdir(parents=True, exist_ok=True)
    workspace = brand.Workspace(settings)
    kinds = {module.NAME: module for module in (imports, value, engine, segments, start, idle, lists, tracking, entries, lcp, build)}
    wanted = [name for name in PARTS if not parsed.parts or name in parsed.parts] + [build.NAME] * parsed.build
    chosen = {name: kinds[name].Part(settings, workspace) for name in wanted}
    skipped, results = {}, {}
    report.say(f"prepare {', '.join(chosen)}")
    ready = {name: part for name, part in chosen.items() if attempt(name, part.prepare, skipped)}
    started = report.now()
    for number in range(settings.rounds):
        for name, part in list(ready.items()):
            report.say(f"round {number + 1} of {settings.rounds}: {name}")
            if not attempt(name, lambda part=part: part.round(number), skipped):
                del ready[name]
    ended = report.now()
    for name, part in ready.items():
        attempt(name, lambda: results.update({name: part.finish()}), skipped)
    limits = report.write(settings, started, ended, results, skipped)
    shutil.rmtree(settings.work, ignore_errors=True)
    for part, work, promised, measured, verdict in limits:
        report.say(f"{verdict}: {part}: {work}: {measured}, promised {promised}")
    report.say(f"written: {settings.report_path}, {settings.json_path}")
    return 1 if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
