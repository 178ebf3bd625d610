"""The simulated brands that several parts share: files once, a workspace once."""

import contextlib
import json
import shutil
import sqlite3

from measure import Failed, json_of, run

SEED = 7
PROBE_CUSTOMERS = 10_000


def simulate(settings, customers, folder):
    command = [settings.binary(), "simulate", "--customers", customers, "--seed", SEED, "-o", folder, "--replace", "--json"]
    cost = run(command)
    made = json_of(cost)
    made["cost"] = cost.numbers()
    return made


def customers_for(settings, lines):
    """How many customers give at least so many order lines."""
    probe = simulate(settings, PROBE_CUSTOMERS, settings.work / "probe")
    return round(lines / probe["order_lines"] * PROBE_CUSTOMERS * 1.005)


def import_orders(settings, file, data):
    shutil.rmtree(data, ignore_errors=True)
    command = [settings.binary(), "import", "orders", file, "--data", data, "--currency", "CNY", "--time-zone", "Asia/Shanghai", "--json"]
    cost = run(command)
    return cost, json_of(cost)


def check_import(made, imported):
    """What the product says it found against what was simulated."""
    said = {key: imported[key] for key in ("rows", "accepted", "customers", "orders")}
    known = {"rows": made["order_lines"], "accepted": made["order_lines"], "customers": made["customers"], "orders": made["orders"]}
    if said != known:
        raise Failed(f"the import says {said}, the simulator wrote {known}")


class Workspace:
    """A valued workspace of so many customers, made when the first part asks for it."""

    def __init__(self, settings):
        self.settings = settings
        self.made = self.broken = None
        self.data = settings.work / "workspace"
        self.customers = {"small": 100_000, "full": 1_000_000}[settings.scale]
        self.orders = settings.work / "workspace-orders"

    def get(self):
        if self.broken:
            raise Failed(f"the workspace could not be made: {self.broken}")
        if self.made is None:
            try:
                made = simulate(self.settings, self.customers, self.orders)
                cost, imported = import_orders(self.settings, self.orders / "orders.csv", self.data)
                check_import(made, imported)
                self.value()
            except Failed as error:
                self.broken = str(error).strip().splitlines()[-1]
                raise
            self.made = {**made, "import": cost.numbers()}
        return self.data

    def value(self):
        return run([self.settings.binary(), "value", "--data", self.data, "--json"])

    def value_in_another_window(self):
        """The same once the window of current value is another: as after a change of that setting."""
        with contextlib.closing(sqlite3.connect(self.data / "perennial.db")) as store:
            text, = store.execute("SELECT value FROM settings WHERE name = 'brand'").fetchone()
            settings = json.loads(text)
            settings["current_window_days"] = 180 if settings["current_window_days"] != 180 else 365
            store.execute("UPDATE settings SET value = ? WHERE name = 'brand'", (json.dumps(settings),))
            store.commit()
        return self.value()
