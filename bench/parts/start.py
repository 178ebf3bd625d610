"""start: from the start of `perennial serve` to the first 200 of /readyz, on a valued workspace."""

from measure import spread
from parts.server import Server

NAME = "start"
STARTS_PER_ROUND = 3


class Part:
    def __init__(self, settings, workspace):
        self.settings, self.workspace = settings, workspace
        self.starts = []

    def prepare(self):
        self.workspace.get()

    def round(self, number):
        for _ in range(STARTS_PER_ROUND):
            with Server(self.settings, self.workspace.get()) as server:
                self.starts.append({"wall_s": server.ready_s, "cpu_s": server.ready_cpu_s, "rss_mb": server.rss_mb()})

    def finish(self):
        figures = {key: spread([start[key] for start in self.starts]) for key in ("cpu_s", "wall_s", "rss_mb")}
        return {"figures": {"customers": self.workspace.customers, **figures},
                "headers": ["customers", "starts", "CPU s", "wall s, median", "wall s, slowest", "MB when ready"],
                "rows": [[f"{self.workspace.customers:,}", str(len(self.starts)), f"{figures['cpu_s']['median']:.2f}",
                          f"{figures['wall_s']['median']:.3f}", f"{figures['wall_s']['max']:.3f}", f"{figures['rss_mb']['median']:,.0f}"]],
                "notes": ["The files were in the page cache; a start after a reboot reads them from disk and was not measured. /readyz is asked every 2 ms."]}
