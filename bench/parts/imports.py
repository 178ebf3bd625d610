"""import: a file of order lines into an empty workspace, end to end and durable, beside what only reads or only inserts."""

import shutil

from measure import Failed, peer, spread, spreads
from parts.brand import check_import, customers_for, import_orders, simulate

NAME = "import"
LINES = {"small": 1_000_000, "full": 10_000_000}


class Part:
    def __init__(self, settings, _workspace):
        self.settings = settings
        self.folder = settings.work / "import"
        self.costs = {"perennial, by time": [], "perennial, by customer": [], "duckdb": [], "sqlite": [], "sqlite, inserts only": []}

    def prepare(self):
        self.settings.binary()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.made = simulate(self.settings, customers_for(self.settings, LINES[self.settings.scale]), self.folder)
        self.by_customer, self.by_time = self.folder / "orders.csv", self.folder / "orders-by-time.csv"
        peer("duckdb_sort", self.by_customer, self.by_time, self.folder)

    def round(self, number):
        for name, file in (("perennial, by time", self.by_time), ("perennial, by customer", self.by_customer)):
            cost, imported = import_orders(self.settings, file, self.folder / "data")
            check_import(self.made, imported)
            self.costs[name].append(cost.numbers())
        cost, copied = peer("duckdb_copy", self.by_time, self.folder / "copy.parquet", 2)
        self.same_rows(copied)
        self.costs["duckdb"].append(cost.numbers())
        cost, inserted = peer("sqlite_insert", self.by_time, self.folder / "raw.db")
        self.same_rows(inserted)
        self.costs["sqlite"].append(cost.numbers())
        self.costs["sqlite, inserts only"].append({**inserted, "rss_mb": cost.rss_mb})
        self.sqlite_version = inserted["sqlite"]

    def same_rows(self, answer):
        if answer["rows"] != self.made["order_lines"]:
            raise Failed(f"a peer has {answer['rows']} rows, the file {self.made['order_lines']}")

    def finish(self):
        shutil.rmtree(self.folder / "data", ignore_errors=True)
        lines = self.made["order_lines"]
        figures = {name: spreads(costs) for name, costs in self.costs.items()}
        for name, costs in self.costs.items():
            figures[name]["lines_per_wall_s"] = spread([lines / cost["wall_s"] for cost in costs])
        ours = figures["perennial, by time"]
        rows = []
        for name, figure in figures.items():
            rows.append([
                name, f"{figure['cpu_s']['median']:.2f}", f"{figure['cpu_s']['median'] / ours['cpu_s']['median']:.2f}",
                f"{figure['wall_s']['median']:.2f}", f"{figure['lines_per_wall_s']['median']:,.0f}", f"{figure['rss_mb']['median']:,.0f}",
            ])
        simulated = self.made["cost"]
        return {
            "figures": {"lines": lines, "customers": self.made["customers"], "simulate": simulated, "sqlite": self.sqlite_version, **figures},
            "headers": ["what", "CPU s", "CPU as a ratio to ours by time", "wall s", "lines / wall s", "peak MB"],
            "rows": rows,
            "notes": [
                f"{lines:,} order lines, {self.made['orders']:,} orders of {self.made['customers']:,} customers; the same lines by time, as a shop exports them, and by customer.",
                "Perennial: the whole command, from the start to the end of the process, into an empty workspace. Its counts of rows, customers and orders were compared with the simulator's.",
                "DuckDB reads the CSV and writes Parquet; SQLite takes the rows as text from Python. They resolve nothing: limits to compare with, not alternatives.",
                f"Making the file took {simulated['cpu_s']:.2f} CPU s, {lines / simulated['wall_s']:,.0f} lines per wall second (once, not in turn).",
            ],
        }
