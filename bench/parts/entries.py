"""entries: how soon a fact moves its customer into a segment while thousands come each second and 500 segments are kept; how long a
new rule takes to be worked out of all facts; how soon a start answers, from the file of the last process and without one."""

import json
import shutil
import subprocess
import time

from measure import Failed, executable, json_of, percentile, run, spread
from parts.server import Client, Server, token_of_first_administrator
from parts.tracking import LOAD, PROBE_PAUSE_SECONDS, USERS, VISIBLE_BATCH, VISIBLE_CONNECTIONS, VISIBLE_RATE

NAME = "entries"
SEGMENTS = 500
EVENTS = ("Product Viewed", "Product Added", "Product List Viewed", "Checkout Started", "Cart Viewed")
THRESHOLDS = (3, 5, 8, 12, 20, 30, 50, 80, 100, 200)
SECONDS = {"small": 15, "full": 60}
SECONDS_MAX = 300


class Part:
    def __init__(self, settings, workspace):
        self.settings, self.workspace = settings, workspace
        self.data = settings.work / "entries"
        self.entered_ms, self.sent, self.rss_mb, self.filled_s, self.built_s, self.read_s = [], [], [], [], [], []

    def prepare(self):
        executable(LOAD, "make bench")
        shutil.rmtree(self.data, ignore_errors=True)
        shutil.copytree(self.workspace.get(), self.data)
        made = run([self.settings.binary(), "source", "create", "--name", "entries", "--data", self.data, "--json"])
        self.key = json_of(made)["write_key"]
        with Server(self.settings, self.data) as server:
            self.token = token_of_first_administrator(server)
            # A rule speaks of events that came.
            sender, client = Client(server.address), Client(server.address, self.token)
            for event in ("Probed", *EVENTS):
                self.send(sender, "first", event, f"first-{event}")
            self.wait_for_events(client)
            self.segment(client, "probe", 'count of event "Probed" >= 1')
            days = range(1, 1 + SEGMENTS // (len(EVENTS) * len(THRESHOLDS)))
            texts = [f'count of event "{event}" in last {day} days >= {least}' for day in days for event in EVENTS for least in THRESHOLDS]
            for number, text in enumerate(texts[:SEGMENTS - 2]):
                self.segment(client, f"s{number}", text)
            self.until(client, lambda counted: len(counted["counts"]) == SEGMENTS - 1)

    def round(self, number):
        shutil.rmtree(self.data / "index", ignore_errors=True)
        with Server(self.settings, self.data) as server:
            client = Client(server.address, self.token)
            self.built_s.append(self.until(client, lambda counted: True))
            self.look(server, client, number)
            self.fill(client, number)
        with Server(self.settings, self.data) as server:
            self.read_s.append(self.until(Client(server.address, self.token), lambda counted: True))

    def look(self, server, client, number):
        sender = Client(server.address)
        command = [LOAD, "--address", server.address, "--write-key", self.key, "--run", f"entries-{number}", "--batch", VISIBLE_BATCH,
                   "--connections", VISIBLE_CONNECTIONS, "--users", USERS, "--seconds", SECONDS[self.settings.scale], "--rate", VISIBLE_RATE]
        seen = self.newest(client)
        beside = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE)
        try:
            probe = 0
            while beside.poll() is None:
                self.send(sender, f"probe-{number}-{probe}", "Probed", f"probe-{number}-{probe}")
                accepted = time.perf_counter()
                while not (came := self.newest(client) - seen):
                    if time.perf_counter() - accepted > SECONDS_MAX:
                        raise Failed(f"nobody had come into the segment after {SECONDS_MAX} s")
                    time.sleep(0.01)
                self.entered_ms.append((time.perf_counter() - accepted) * 1000)
                seen |= came
                self.rss_mb.append(server.rss_mb())
                probe += 1
                time.sleep(PROBE_PAUSE_SECONDS)
        finally:
            beside.kill()
        self.sent.append(json.loads(beside.stdout.read())["facts_per_second"])

    def fill(self, client, number):
        code = f"fill{number}"
        self.segment(client, code, f"count of orders in last {400 + number} days >= 2")
        self.filled_s.append(self.until(client, lambda counted: code in counted["counts"]))
        client.call("POST", f"/api/v1/segments/{code}/archive")

    def send(self, client, user, event, message):
        client.call("POST", "/v1/track", {"writeKey": self.key, "userId": user, "event": event, "messageId": message})

    @staticmethod
    def segment(client, code, text):
        client.call("POST", "/api/v1/segments", {"code": code, "name": code, "text": text})

    @staticmethod
    def wait_for_events(client):
        """What was accepted is known to rules once it is applied."""
        asked = time.perf_counter()
        while time.perf_counter() - asked < SECONDS_MAX:
            _, catalogue = client.call("GET", "/api/v1/rules/catalogue")
            known = {event["name"] for event in catalogue["events"]}
            if known.issuperset(("Probed", *EVENTS)):
                return
            time.sleep(0.05)
        raise Failed("rules do not know the events that were sent")

    @staticmethod
    def newest(client):
        _, page = client.call("GET", "/api/v1/segments/probe/moves?limit=20")
        return {move["customer"]["id"] for move in page["items"]}

    @staticmethod
    def until(client, is_there):
        """Seconds until the counts of segments are as wanted. While nothing is known the server says that it is busy."""
        asked = time.perf_counter()
        while (passed := time.perf_counter() - asked) < SECONDS_MAX:
            try:
                _, counted = client.call("GET", "/api/v1/segment-counts")
                if is_there(counted):
                    return time.perf_counter() - asked
            except Failed as failed:
                if ": 503 " not in str(failed):
                    raise
            time.sleep(0.05)
        raise Failed(f"the segments were not there after {passed:.0f} s")

    def finish(self):
        entered = {"probes": len(self.entered_ms), "p50_ms": percentile(self.entered_ms, 50), "p99_ms": percentile(self.entered_ms, 99),
                   "facts_per_second": spread(self.sent), "rss_mb": max(self.rss_mb)}
        figures = {"customers": self.workspace.customers, "segments": SEGMENTS, "entered": entered, "filled_s": spread(self.filled_s),
                   "built_s": spread(self.built_s), "read_s": spread(self.read_s)}
        row = lambda what, seconds: [what, f"{spread(seconds)['median']:.2f}"]
        return {"figures": figures, "headers": ["what", "seconds"],
                "rows": [["a fact until its entry is told, p50", f"{entered['p50_ms'] / 1000:.2f}"],
                         ["a fact until its entry is told, p99", f"{entered['p99_ms'] / 1000:.2f}"],
                         row("a new rule until it is answered", self.filled_s), row("a start until it answers, built of all facts", self.built_s),
                         row("a start until it answers, from the file of the last process", self.read_s)],
                "notes": [f"Beside {entered['facts_per_second']['median']:,.0f} facts/s of {USERS:,} users, {self.workspace.customers:,} customers and "
                          f"{SEGMENTS} segments over windows; {entered['probes']} probes, memory at most {entered['rss_mb']:,.0f} MB. The load generator runs on the same cores.",
                          "A new rule asks for a measure of orders that no segment had: all facts are looked through."]}
