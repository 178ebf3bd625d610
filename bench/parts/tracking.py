"""tracking: track calls to a running server that are durable when they are answered, beside what SQLite alone can keep; and how
soon a fact is in its profile while thousands come each second."""

import json
import shutil
import subprocess
import time

from measure import ROOT, Failed, executable, json_of, peer, percentile, run, spread
from parts.postgres import Postgres
from parts.server import Client, Server, token_of_first_administrator

NAME = "tracking"
LOAD = ROOT / "target/release/examples/track_load"
SECONDS = {"small": 8, "full": 20}
USERS = 100_000
# Batches of 100 over 16 connections; single calls over as many as wait for one commit.
KINDS = {"batches of 100": (100, 16), "single calls": (1, 64)}
VISIBLE_RATE, VISIBLE_BATCH, VISIBLE_CONNECTIONS = 5_000, 10, 8
PROBES = {"small": 60, "full": 200}
PROBE_PAUSE_SECONDS, VISIBLE_SECONDS_MAX = 0.1, 60


class Part:
    def __init__(self, settings, workspace):
        self.settings, self.workspace = settings, workspace
        self.seconds = SECONDS[settings.scale]
        self.folder = settings.work / "tracking"
        self.rates, self.visible_ms, self.rss_mb, self.sent = {}, [], [], []
        self.token = None

    def prepare(self):
        executable(LOAD, "make bench")
        self.folder.mkdir(parents=True, exist_ok=True)
        # Of its own: what is tracked is no part of the workspace that other parts look at. Before `lists`, which makes the first
        # administrator in the shared one.
        self.crowded = self.folder / "crowded"
        shutil.copytree(self.workspace.get(), self.crowded)
        with Server(self.settings, self.crowded) as server:
            self.token = token_of_first_administrator(server)

    def round(self, number):
        for kind, (batch, _) in KINDS.items():
            _, kept = peer("sqlite_track", self.folder / "raw.db", batch, self.seconds)
            self.note("sqlite alone", kind, {**kept, "cpu_us": None, "p99_ms": None})
        self.flood("perennial on SQLite", number, self.folder / "sqlite", None)
        with Postgres() as postgres:
            self.flood("perennial on PostgreSQL", number, self.folder / "postgres", postgres.database("bench"))
        self.look(number)

    def flood(self, name, number, data, database_url):
        shutil.rmtree(data, ignore_errors=True)
        with Server(self.settings, data, database_url) as server:
            key = self.source(data, database_url)
            for kind, (batch, connections) in KINDS.items():
                before = server.cpu()
                found = self.load(server, key, f"{number}-{batch}", batch, connections, self.seconds)
                if found["others"] and set(found["others"]) != {"429"}:
                    raise Failed(f"the server answered {found['others']}")
                self.note(name, kind, {**found, "cpu_us": (server.cpu() - before) / found["facts"] * 1e6})
        self.check(data, database_url, name)

    def check(self, data, database_url, name):
        """Every acknowledged fact is there, once."""
        counts = json_of(run([self.settings.binary(), "facts", "count", "--data", data, *self.database(database_url), "--json"]))
        sent = sum(one["facts"] for one in self.rates[name, "batches of 100"][-1:] + self.rates[name, "single calls"][-1:])
        if counts["accepted"] != sent or counts["duplicates"]:
            raise Failed(f"{sent} facts were acknowledged, counted are {counts}")

    def source(self, data, database_url):
        made = run([self.settings.binary(), "source", "create", "--name", f"bench-{time.monotonic_ns()}", "--data", data, *self.database(database_url), "--json"])
        return json_of(made)["write_key"]

    @staticmethod
    def database(url):
        return ["--database-url", url] if url else []

    def command(self, server, key, name, batch, connections, seconds):
        return [str(part) for part in (LOAD, "--address", server.address, "--write-key", key, "--run", name, "--batch", batch,
                                       "--connections", connections, "--users", USERS, "--seconds", seconds)]

    def load(self, *asked):
        return json_of(run(self.command(*asked)))

    def note(self, name, kind, found):
        self.rates.setdefault((name, kind), []).append(found)

    def look(self, number):
        """Probes: a fact of a known person, and how long until the profile has counted it."""
        with Server(self.settings, self.crowded) as server:
            key = self.source(self.crowded, None)
            client, sender = Client(server.address, self.token), Client(server.address)
            self.send(sender, key, number, -1)
            person = self.person(client, number)
            seconds = PROBES[self.settings.scale] * (PROBE_PAUSE_SECONDS + 0.4)
            command = self.command(server, key, f"{number}-visible", VISIBLE_BATCH, VISIBLE_CONNECTIONS, seconds)
            beside = subprocess.Popen([*command, "--rate", str(VISIBLE_RATE)], stdout=subprocess.PIPE)
            try:
                probe = 0
                while beside.poll() is None:
                    self.send(sender, key, number, probe)
                    self.visible_ms.append(self.until_counted(client, person, probe + 2))
                    self.rss_mb.append(server.rss_mb())
                    probe += 1
                    time.sleep(PROBE_PAUSE_SECONDS)
            finally:
                beside.kill()
            self.sent.append(json.loads(beside.stdout.read())["facts_per_second"])

    @staticmethod
    def send(client, key, number, probe):
        client.call("POST", "/v1/track", {"writeKey": key, "userId": f"probe-{number}", "event": "Seen", "messageId": f"probe-{number}-{probe}"})

    @staticmethod
    def person(client, number):
        asked = time.perf_counter()
        while time.perf_counter() - asked < VISIBLE_SECONDS_MAX:
            _, page = client.call("GET", f"/api/v1/customers?search=probe-{number}&limit=1")
            if page["items"]:
                return page["items"][0]["id"]
            time.sleep(0.05)
        raise Failed("a new person was not there within a minute")

    @staticmethod
    def until_counted(client, person, events):
        accepted = time.perf_counter()
        while (passed := time.perf_counter() - accepted) < VISIBLE_SECONDS_MAX:
            _, profile = client.call("GET", f"/api/v1/customers/{person}")
            if profile["activity"] and profile["activity"]["events"] >= events:
                return (time.perf_counter() - accepted) * 1000
            time.sleep(0.01)
        raise Failed(f"a fact was not counted within {passed:.0f} s")

    def finish(self):
        figures, rows = {"customers": self.workspace.customers}, []
        for (name, kind), all_found in self.rates.items():
            rate = spread([found["facts_per_second"] for found in all_found])
            raw = spread([found["facts_per_second"] for found in self.rates["sqlite alone", kind]])
            figures[f"{name}, {kind}"] = {"facts_per_second": rate, "of_raw": rate["median"] / raw["median"]}
            known = [found for found in all_found if found["cpu_us"] is not None]
            cpu = f"{spread([found['cpu_us'] for found in known])['median']:.1f}" if known else "–"
            p99 = f"{spread([found['p99_ms'] for found in known])['median']:.1f}" if known else "–"
            rows.append([name, kind, f"{rate['median']:,.0f}", f"{rate['median'] / raw['median']:.2f}", cpu, p99])
        visible = {"probes": len(self.visible_ms), "p50_ms": percentile(self.visible_ms, 50), "p99_ms": percentile(self.visible_ms, 99),
                   "facts_per_second": spread(self.sent), "rss_mb": max(self.rss_mb)}
        figures["visible"] = visible
        return {"figures": figures, "rows": rows,
                "headers": ["who", "how", "facts / s", "as a ratio to SQLite alone", "server CPU µs a fact", "p99 of the answers, ms"],
                "notes": [f"{USERS:,} users, drawn evenly; the load generator runs on the same cores.",
                          "SQLite alone: one writer, one commit a request, nothing parsed and nothing counted; ours puts several requests in one commit.",
                          f"Counted in the profile after the answer, beside {visible['facts_per_second']['median']:,.0f} facts/s, {self.workspace.customers:,} customers before: "
                          f"p50 {visible['p50_ms']:.0f} ms, p99 {visible['p99_ms']:.0f} ms of {visible['probes']} probes; memory at most {visible['rss_mb']:,.0f} MB."]}
