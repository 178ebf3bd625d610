"""lists: the customer screens over HTTP with an API token, one request after the other."""

import random
from urllib.parse import quote

from measure import percentile
from parts.server import Client, Server, token_of_first_administrator

NAME = "lists"
REQUESTS = {"small": 100, "full": 300}
KNOWN = 500


class Part:
    def __init__(self, settings, workspace):
        self.settings, self.workspace = settings, workspace
        self.times, self.cpu = {}, {}
        self.token = None

    def prepare(self):
        self.workspace.get()
        with Server(self.settings, self.workspace.get()) as server:
            self.token = token_of_first_administrator(server)
            client = Client(server.address, self.token)
            self.known, path = [], "/api/v1/customers?limit=100"
            while path and len(self.known) < KNOWN:
                _, page = client.timed(path)
                self.known += page["items"]
                cursor = page["next_cursor"]
                path = cursor and f"/api/v1/customers?limit=100&cursor={quote(cursor)}"

    def round(self, number):
        draws = random.Random(number)
        count = REQUESTS[self.settings.scale] // self.settings.rounds + 1
        with Server(self.settings, self.workspace.get()) as server:
            client = Client(server.address, self.token)
            client.timed("/api/v1/customers?limit=1")
            for name, path in self.questions(draws):
                before = server.cpu()
                times = [client.timed(path())[0] for _ in range(count)]
                self.times.setdefault(name, []).extend(times)
                self.cpu.setdefault(name, []).append((server.cpu() - before) / count * 1000)
            self.turn_pages(client, server, count)

    def questions(self, draws):
        def identifier(kind):
            having = [item["value"] for row in self.known for item in row["identifiers"] if item["type"] == kind]
            return draws.choice(having)

        def one():
            return draws.choice(self.known)["id"]

        lists = "/api/v1/customers?limit=50&"
        return [
            ("first page", lambda: lists),
            ("sorted by lifetime value", lambda: f"{lists}sort=lifetime_value&order=desc"),
            ("sorted by last purchase", lambda: f"{lists}sort=last_purchase_at&order=desc"),
            ("filter: one RFM group", lambda: f"{lists}group=champions"),
            ("filter: orders and revenue", lambda: f"{lists}min_orders={draws.randint(2, 9)}&min_revenue_minor={draws.randint(1, 40) * 1000}"),
            ("filter: last purchase before a day", lambda: f"{lists}last_purchase_before=2026-0{draws.randint(1, 6)}-15"),
            ("search: start of a phone", lambda: f"{lists}search={quote(identifier('phone')[:10])}"),
            ("search: a whole customer id", lambda: f"{lists}search={quote(identifier('customer_id'))}"),
            ("search: nobody", lambda: f"{lists}search=zz{draws.randint(1, 10**9)}"),
            ("profile", lambda: f"/api/v1/customers/{one()}"),
            ("timeline", lambda: f"/api/v1/customers/{one()}/timeline?limit=50"),
        ]

    def turn_pages(self, client, server, count):
        name, cursor, before = "following pages, by lifetime value", None, server.cpu()
        for _ in range(count):
            path = "/api/v1/customers?limit=50&sort=lifetime_value&order=desc"
            time_ms, page = client.timed(path + (f"&cursor={quote(cursor)}" if cursor else ""))
            self.times.setdefault(name, []).append(time_ms)
            cursor = page["next_cursor"]
        self.cpu.setdefault(name, []).append((server.cpu() - before) / count * 1000)

    def finish(self):
        figures, rows = {"customers": self.workspace.customers}, []
        for name, times in self.times.items():
            cpu = sorted(self.cpu[name])[len(self.cpu[name]) // 2]
            figures[name] = {"requests": len(times), "cpu_ms": cpu, "p50_ms": percentile(times, 50), "p99_ms": percentile(times, 99), "max_ms": max(times)}
            rows.append([name, str(len(times)), f"{cpu:.1f}", *(f"{figures[name][key]:.1f}" for key in ("p50_ms", "p99_ms", "max_ms"))])
        return {"figures": figures, "rows": rows,
                "headers": ["question", "requests", "server CPU ms a request", "p50 ms", "p99 ms", "slowest ms"],
                "notes": [f"{self.workspace.customers:,} customers; one client on the same machine, one connection; times of the client, its own work (Python) included.",
                          "Processor time of the server has steps of 10 ms, spread over the requests of a round."]}
