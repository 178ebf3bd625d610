"""idle: memory and processor share of `perennial serve` that nobody asks anything."""

import time

from measure import spread
from parts.server import Server

NAME = "idle"
SETTLE_SECONDS, WATCH_SECONDS, STEP_SECONDS = 5, 30, 0.5


class Part:
    def __init__(self, settings, workspace):
        self.settings, self.workspace = settings, workspace
        self.watches = []

    def prepare(self):
        self.workspace.get()

    def round(self, number):
        with Server(self.settings, self.workspace.get()) as server:
            time.sleep(SETTLE_SECONDS)
            cpu, started, sizes = server.cpu(), time.perf_counter(), []
            while time.perf_counter() - started < WATCH_SECONDS:
                sizes.append(server.rss_mb())
                time.sleep(STEP_SECONDS)
            share = (server.cpu() - cpu) / (time.perf_counter() - started) * 100
            self.watches.append({"cpu_percent": share, "rss_mb": max(sizes)})

    def finish(self):
        figures = {key: spread([watch[key] for watch in self.watches]) for key in ("cpu_percent", "rss_mb")}
        return {"figures": {"customers": self.workspace.customers, **figures},
                "headers": ["customers", "MB, largest", "share of one core, %"],
                "rows": [[f"{self.workspace.customers:,}", f"{figures['rss_mb']['median']:,.0f}", f"{figures['cpu_percent']['median']:.2f}"]],
                "notes": [f"{WATCH_SECONDS} s, from {SETTLE_SECONDS} s after the server was ready; the clock of processor time has steps of 10 ms (.03 %)."]}
