"""lcp: the largest paint of a first visit to the console's pages, by `npm run lcp`, on a slowed processor and line."""

import json

from measure import ROOT, Missing, run

NAME = "lcp"
CONSOLE = ROOT / "console"


class Part:
    def __init__(self, settings, _workspace):
        self.answer = None

    def prepare(self):
        if not (CONSOLE / "dist/index.html").is_file() or not (CONSOLE / "node_modules").is_dir():
            raise Missing("console/dist is not there; make it with: make build")

    def round(self, number):
        # It has rounds of its own. 1: a page is over the budget, which the limits tell.
        if number == 0:
            self.answer = json.loads(run(["npm", "run", "--silent", "lcp"], cwd=CONSOLE, good=(0, 1)).out)

    def finish(self):
        pages = self.answer["pages"]
        return {"figures": self.answer,
                "headers": ["page", "largest paint, ms", "of the runs", "blocked, ms", "layout shift"],
                "rows": [[page["path"], str(page["lcp_ms"]), " ".join(map(str, page["runs_ms"])), str(page["blocked_ms"]), str(page["layout_shift"])]
                         for page in pages.values()],
                "notes": [f"Cold cache, processor {self.answer['cpu_slowdown']} times slower, {self.answer['network']['down_mbit']} Mbit/s, {self.answer['network']['round_trip_ms']} ms; "
                          "the console against made-up answers, so that the server's time is not in it."]}
