"""build: the release binary from nothing on two cores, and a check after a change in `api`. Once a run; with --build only."""

import os
import shutil

from measure import ROOT, run

NAME = "build"
JOBS = "2"
TOUCHED = ROOT / "crates/api/src/lib.rs"


class Part:
    def __init__(self, settings, _workspace):
        self.target = settings.work / "target"
        self.clean = self.check = None

    def prepare(self):
        shutil.rmtree(self.target, ignore_errors=True)

    def cargo(self, *arguments):
        # The console is Node's work and has its own time.
        env = {"CARGO_TARGET_DIR": str(self.target), "PERENNIAL_CONSOLE": "skip"}
        return run(["cargo", *arguments, "--locked", "--jobs", JOBS], env=env, cwd=ROOT)

    def round(self, number):
        if number > 0:
            return
        self.clean = self.cargo("build", "--release", "--package", "perennial-server", "--bin", "perennial")
        self.cargo("check", "--workspace")
        os.utime(TOUCHED)
        self.check = self.cargo("check", "--workspace")

    def finish(self):
        figures = {"clean_s": self.clean.wall_s, "clean_cpu_s": self.clean.cpu_s, "clean_rss_mb": self.clean.rss_mb, "check_s": self.check.wall_s}
        return {"figures": figures,
                "headers": ["what", "wall s", "CPU s", "peak MB of one process"],
                "rows": [[what, f"{cost.wall_s:,.1f}", f"{cost.cpu_s:,.1f}", f"{cost.rss_mb:,.0f}"]
                         for what, cost in (("release binary, from nothing", self.clean), ("check after touching crates/api/src/lib.rs", self.check))],
                "notes": [f"{JOBS} jobs; crates were downloaded before where the machine had them; without the console."]}
