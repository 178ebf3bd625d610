"""segments: exact answers of the live index, what a fact takes beside 500 segments, what the index holds; and groups that are
found by k-means. Peers answer the same questions about the same customers, and every answer is compared."""

import json
import os
import random
import re
import shutil
import subprocess
from dataclasses import dataclass

from measure import ROOT, Failed, executable, peer, percentile, run, spread
from parts.delta import active_files

NAME = "segments"
THREADS = 2
EXAMPLES = ROOT / "target/release/examples"
INDEX, PLAN, CLUSTERS = EXAMPLES / "index_speed", EXAMPLES / "plan_speed", EXAMPLES / "cluster_speed"
HOW = "cargo build --locked --release --workspace --example index_speed"
# Customers and tags; customers and facts of each; customers and tags of the index whose memory counts; points of k-means.
SIZES = {"small": ((200_000, 60), (20_000, 50), (20_000, 600), 20_000), "full": ((10_000_000, 300), (1_000_000, 50), (1_000_000, 3_000), 200_000)}
BEHAVIOUR_TAGS = 40
QUESTIONS = 100
# Of behaviour, peers are asked the first of the questions only: each of them reads all facts.
QUESTIONS_OF_FILES = 5
SEGMENTS, MEASURES = 500, 50
FACTS = {"small": 5_000, "full": 20_000}
TAGS_OF_A_PORTRAIT = 50
REPEATED = 30
FEATURES, CLUSTERS_MIN, CLUSTERS_MAX = 12, 4, 8
# `k = 4, begun 1 ×: 0.300 s, inertia 123.4, 9 rounds of the best`: of one thread, so that this is no less than its processor time.
CLUSTERED = re.compile(r"^k = (\d+), begun 1 ×: ([\d.]+) s, inertia ([\d.]+), (\d+) rounds")
WORKS = {
    "tags": "six tags", "tags and ranges": "six tags, two ranges", "behaviour": "ten conditions, four of them windows",
    "history": "ten conditions, four of them windows, asked of history", "fact": "a fact beside 500 segments", "overlap": "overlap of three groups",
    "portrait": "portrait on 50 tags", "k-means": "k-means",
}
# Midnight of day 20,000, in which the index stands.
NOW = "2024-10-04 00:00:00"


@dataclass(frozen=True)
class Question:
    """The same in the rule language, as a condition over the wide table, and over bitmaps a tag."""

    rule: str
    wide: str
    bitmaps: str


def yuan(minor):
    return f"{minor // 100}.{minor % 100:02} CNY"


def tag_questions(tags, is_with_ranges):
    """Six tags and two ranges, nested: each time other tags of about the same sizes, other ranges."""
    draws, questions = random.Random(1), []
    for _ in range(QUESTIONS):
        a, b, c, d, e, f = (f"t{int((tags - 1) * (place + draws.uniform(-0.02, 0.02)))}" for place in (0.97, 0.95, 0.8, 0.9, 0.98, 0.93))
        least, width, day = draws.randrange(400_000), draws.randrange(50_000, 250_000), draws.randrange(300, 900)
        rule = f"((has tag {a} and has tag {b}) or has tag {c}) and not has tag {d} and (has tag {e} or has tag {f})"
        wide = f"(({a} AND {b}) OR {c}) AND NOT {d} AND ({e} OR {f})"
        ranges = f"spend BETWEEN {least} AND {least + width} AND last_day >= {day}"
        of = lambda tag: f"(SELECT who FROM states WHERE tag = '{tag}')"
        bitmap = f"bitmapAnd(bitmapAndnot(bitmapOr(bitmapAnd({of(a)}, {of(b)}), {of(c)}), {of(d)}), bitmapOr({of(e)}, {of(f)}))"
        if is_with_ranges:
            rule += f" and spend between {yuan(least)} and {yuan(least + width)} and last_day >= {day}"
            wide += f" AND {ranges}"
            bitmap = f"bitmapAnd({bitmap}, (SELECT groupBitmapState(customer) FROM wide WHERE {ranges}))"
        questions.append(Question(rule, f"SELECT count(*) FROM wide WHERE {wide}", f"SELECT bitmapCardinality({bitmap})"))
    return questions


def behaviour_questions():
    """Ten conditions, four of them windows over behaviour: each time other thresholds of the same measures."""
    draws, questions = random.Random(2), []
    for _ in range(QUESTIONS):
        a, b, c, d, e = (f"t{tag}" for tag in draws.sample(range(BEHAVIOUR_TAGS), 5))
        spend, orders, sum_, views = draws.randrange(100_000), draws.randint(1, 4), draws.randrange(5_000, 40_000), draws.randint(1, 2)
        rule = (f"has tag {a} and not has tag {b} and (has tag {c} or has tag {d}) and spend >= {yuan(spend)} and not has tag {e} and "
                f"count of orders in last 365 days >= {orders} and sum amount of orders in last 90 days >= {yuan(sum_)} and "
                f'count of event "Product Viewed" in last 30 days >= {views} and count of orders in last 14 days is 0')

        def since(days):
            return f"\"at\" > TIMESTAMP '{NOW}' - INTERVAL '{days}' DAY"

        sql = (f"SELECT count(*) FROM customers INNER JOIN (SELECT customer AS who, "
               f"sum(CASE WHEN kind = 'order' THEN 1 ELSE 0 END) AS orders_365, "
               f"sum(CASE WHEN kind = 'order' AND {since(90)} THEN amount_minor ELSE 0 END) AS amount_90, "
               f"sum(CASE WHEN event = 'Product Viewed' AND {since(30)} THEN 1 ELSE 0 END) AS views_30, "
               f"sum(CASE WHEN kind = 'order' AND {since(14)} THEN 1 ELSE 0 END) AS orders_14 "
               f"FROM facts WHERE {since(365)} GROUP BY customer) AS lives ON customers.customer = lives.who "
               f"WHERE {a} AND NOT {b} AND ({c} OR {d}) AND spend >= {spend} AND NOT {e} AND "
               f"orders_365 >= {orders} AND amount_90 >= {sum_} AND views_30 >= {views} AND orders_14 = 0")
        questions.append(Question(rule, sql, ""))
    return questions


# Rules of crates/history/examples/plan_speed.rs, where it is 2026-01-01: six months ago the day of 1 July passed out of them.
PLANNED = {"ten_conditions": "vip = 1 AND blocked = 0 AND sms = 1 AND city IN ('Shanghai', 'Chengdu') AND age >= 25 AND age < 60", "four_windows": "age >= 0"}


def planned_queries():
    now = "TIMESTAMP '2026-01-01 00:00:00'"
    lives = (f"SELECT customer AS who, sum(CASE WHEN event = 'Product Added' AND \"at\" > {now} - INTERVAL '30' DAY THEN 1 ELSE 0 END) AS added, "
             f"sum(CASE WHEN kind = 'page' AND \"at\" > {now} - INTERVAL '90' DAY THEN 1 ELSE 0 END) AS pages, "
             f"sum(CASE WHEN kind = 'order' THEN amount_minor ELSE 0 END) AS amount, "
             f"sum(CASE WHEN event = 'Content Read' AND \"at\" > {now} - INTERVAL '14' DAY THEN 1 ELSE 0 END) AS contents "
             f"FROM facts WHERE \"at\" >= TIMESTAMP '2025-07-02 00:00:00' GROUP BY customer")
    return [f"SELECT count(*) FROM customers INNER JOIN ({lives}) AS lives ON customers.customer = lives.who "
            f"WHERE {known} AND added >= 1 AND pages >= 3 AND amount >= 10000 AND contents = 0" for known in PLANNED.values()]


def segment_rules():
    """Segments of four conditions over fifty measures."""
    return [f"count of orders in last {10 + number % MEASURES} days >= {1 + number % 3} and has tag t{number % BEHAVIOUR_TAGS} and "
            f"spend >= {number}.00 CNY and not has tag t{(number + 7) % BEHAVIOUR_TAGS}" for number in range(SEGMENTS)]


# The server's allocator keeps for a while what was freed; the one of an example is told to do so too.
KEEPS_MEMORY = {"MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_MMAP_THRESHOLD_": "33554432", "MALLOC_TOP_PAD_": "67108864"}


class Index:
    """index_speed, built and waiting for questions."""

    def __init__(self, work, customers, each):
        self.process = subprocess.Popen([INDEX, work, str(customers), str(each)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **KEEPS_MEMORY})
        self.built = self.said()

    def said(self):
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"{INDEX} ended with {self.process.wait()}")
        return json.loads(line)

    def ask(self, *words):
        self.process.stdin.write("\t".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        return self.said()

    def end(self):
        self.process.stdin.close()
        self.process.wait()


class Part:
    def __init__(self, settings, _workspace):
        self.settings = settings
        self.tags, self.behaviour, self.held, self.points = SIZES[settings.scale]
        self.folder = settings.work / "segments"
        # By what was asked and who answered: one measurement a round.
        self.costs, self.answers, self.versions, self.notes = {}, {}, {}, {}
        self.indexes = {}

    def prepare(self):
        executable(INDEX, HOW)
        shutil.rmtree(self.folder, ignore_errors=True)
        questions = {"tags": tag_questions(self.tags[1], False), "tags and ranges": tag_questions(self.tags[1], True),
                     "behaviour": behaviour_questions()}
        for work, (customers, each), tags in (("tags", self.tags, self.tags[1]), ("behaviour", self.behaviour, BEHAVIOUR_TAGS)):
            folder = self.folder / work
            folder.mkdir(parents=True)
            run([INDEX, work, customers, each, folder])
            peer("columns", "wide" if work == "tags" else work, folder, customers, tags, threads=THREADS)
            for columns in ("tags.bits", "customer.u32", "at.i64", "amount.i32"):
                (folder / columns).unlink()
        for name, asked in questions.items():
            self.write(f"{name}.rules", [question.rule for question in asked])
            self.write(f"{name}.wide", [question.wide for question in (asked if name != "behaviour" else asked[:QUESTIONS_OF_FILES])])
            self.write(f"{name}.bitmaps", [question.bitmaps for question in asked])
        self.write("segments.rules", segment_rules())
        self.write("history.wide", planned_queries())
        for name, (work, (customers, each)) in {"tags": ("tags", self.tags), "behaviour": ("behaviour", self.behaviour), "held": ("tags", self.held)}.items():
            self.indexes[name] = Index(work, customers, each)
        behaviour = self.indexes["behaviour"]
        self.notes["learnt"] = behaviour.ask("learn", self.folder / "behaviour.rules")
        self.notes["segments learnt"] = behaviour.ask("learn", self.folder / "segments.rules")
        self.notes["segments kept"] = behaviour.ask("keep", self.folder / "segments.rules")

        self.notes["snapshot"] = self.indexes["held"].ask("snapshot", self.folder / "held.snapshot")

    def write(self, name, lines):
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    def round(self, number):
        for name in ("tags", "tags and ranges"):
            self.ours(name, self.indexes["tags"].ask("count", self.folder / f"{name}.rules"))
            for engine, kind in turned([("duckdb", "wide"), ("chdb", "wide"), ("chdb", "bitmaps")], number):
                self.theirs(name, engine, kind, self.folder / "tags", 3)
        behaviour = self.indexes["behaviour"]
        # Compared before any new fact: the files have none of them.
        self.ours("behaviour", behaviour.ask("count", self.folder / "behaviour.rules"), is_compared=number == 0)
        if number == 0:
            for engine in ("duckdb", "chdb", "polars"):
                self.theirs("behaviour", engine, "wide", self.folder / "behaviour", 1)
        facts = FACTS[self.settings.scale]
        self.note("fact", "perennial", {"answers": facts, **behaviour.ask("facts", facts)})
        self.groups(self.indexes["held"])
        self.plan()
        self.cluster()

    def ours(self, name, answer, is_compared=True):
        self.note(name, "perennial", answer)
        if is_compared:
            self.compare(name, "perennial", answer["counts"])

    def theirs(self, name, engine, kind, folder, warm):
        _, answer = peer("ask", engine, folder, self.folder / f"{name}.{kind}", THREADS, warm, threads=THREADS)
        who = f"{engine}, bitmaps" if kind == "bitmaps" else engine
        self.versions[engine] = answer["version"]
        self.note(name, who, answer)
        self.compare(name, who, [count for (count,) in answer["answers"]])

    def note(self, name, who, answer):
        self.costs.setdefault((name, who), []).append(answer)

    def compare(self, name, who, counts):
        """Of all that were asked the same, as far as both were asked."""
        known_by, known = self.answers.setdefault(name, (who, counts))
        both = min(len(known), len(counts))
        if known[:both] != counts[:both] or not both:
            raise Failed(f"{name}: {who} counts {counts[:both]}, {known_by} {known[:both]}")
        if len(counts) > len(known):
            self.answers[name] = (who, counts)

    def groups(self, index):
        tags = self.held[1]
        rules = [question.rule for question in tag_questions(tags, True)]
        portrait = [f"has tag t{tag}" for tag in range(tags - TAGS_OF_A_PORTRAIT, tags)]
        overlaps = [index.ask("overlap", *rules[turn * 3:turn * 3 + 3]) for turn in range(REPEATED)]
        portraits = [index.ask("portrait", rules[turn], *portrait) for turn in range(REPEATED)]
        for name, answers in (("overlap", overlaps), ("portrait", portraits)):
            self.note(name, "perennial", {"ms": [answer["ms"] for answer in answers], "cpu_s": sum(answer["cpu_s"] for answer in answers)})

    def cluster(self):
        """Both make the same customers; from one start each finds an optimum of its own, so the sums of squares are told, not compared."""
        words = (self.points, FEATURES, CLUSTERS_MIN, CLUSTERS_MAX)
        _, answer = peer("kmeans", *words, threads=1)
        self.versions["scikit-learn"] = answer["version"]
        self.clustered("scikit-learn", answer["answers"])
        if CLUSTERS.is_file():
            cost = run([CLUSTERS, *words], env={"RAYON_NUM_THREADS": "1"})
            lines = [match for match in map(CLUSTERED.match, cost.out.splitlines()) if match]
            if len(lines) != CLUSTERS_MAX - CLUSTERS_MIN + 1:
                raise Failed(f"{CLUSTERS} printed no k-means for each number:\n{cost.out}")
            self.clustered("perennial", {line[1]: {"cpu_s": float(line[2]), "wall_s": float(line[2]), "inertia": float(line[3]),
                                                   "rounds": int(line[4])} for line in lines})

    def clustered(self, who, answers):
        self.note("k-means", who, {"ms": [one["wall_s"] * 1000 for one in answers.values()], "cpu_s": sum(one["cpu_s"] for one in answers.values()),
                                   "answers": answers})

    def plan(self):
        """A plan over the history that plan_speed wrote, and the peers over the files of it."""
        if not PLAN.is_file():
            return
        folder, (customers, each) = self.folder / "plan", self.behaviour
        cost = run([PLAN, customers * each, customers, THREADS], env={"PLAN_SPEED_FOLDER": str(folder)})
        found = {answer["rule"]: answer for answer in map(json.loads, cost.out.splitlines())}
        asked = [found[name] for name in PLANNED]
        self.note("history", "perennial", {"ms": [one["wall"] * 1000 for one in asked], "cpu_s": sum(one["processor"] + one["told_processor"] for one in asked)})
        self.compare("history", "perennial", [one["count"] for one in asked])
        (folder / "facts.txt").write_text("\n".join(map(str, active_files(folder / "facts"))), encoding="utf-8")
        for engine in ("duckdb", "chdb", "polars"):
            self.theirs("history", engine, "wide", folder, 1)

    def finish(self):
        for index in self.indexes.values():
            index.end()
        figures = {f"{name}, {who}": of(costs) for (name, who), costs in self.costs.items()}
        rows = []
        for name, who in sorted(self.costs, key=lambda one: (list(WORKS).index(one[0]), one[1] != "perennial", one[1])):
            figure, ours = figures[f"{name}, {who}"], figures.get(f"{name}, perennial")
            ratio = figure["cpu_ms"]["median"] / ours["cpu_ms"]["median"] if ours and who != "perennial" else None
            rows.append([WORKS[name], who, str(figure["answers"]), f"{figure['cpu_ms']['median']:.3f}", f"{ratio:.1f}" if ratio else "–",
                         f"{figure['p50_ms']:.3f}", f"{figure['p99_ms']:.3f}"])
        built = {name: index.built for name, index in self.indexes.items()}
        figures |= {"tags_customers": self.tags[0], "behaviour_customers": self.behaviour[0], "held_customers": self.held[0], "points": self.points,
                    "built": built, **self.notes, "versions": self.versions, "counts": {name: counts for name, (_, counts) in self.answers.items()}}
        learnt, kept = self.notes["segments learnt"], self.notes["segments kept"]
        notes = [
            f"Tags and ranges: {self.tags[0]:,} customers, {self.tags[1]} tags; {QUESTIONS} questions of other tags and other ranges. Behaviour: {self.behaviour[0]:,} customers, "
            f"{self.behaviour[0] * self.behaviour[1]:,} facts; {QUESTIONS} questions of other thresholds, ours live from measures that are kept; theirs the first {QUESTIONS_OF_FILES}, once, "
            "from 64 Parquet files by customer % 64, sorted by customer and time. All counts were compared and are equal.",
            "Ours: one thread; a new rule each time, parsed before. Theirs: two threads, in their process, their tables written and read before. Bitmaps: a groupBitmap state a tag; ranges from columns.",
            f"A fact beside {kept['segments']} segments on {learnt['subjects'] + self.notes['learnt']['subjects']} measures; how soon a fact that comes to a server is in its segment is another part's.",
            f"The index of {self.held[0]:,} customers with {self.held[1]:,} tags, {built['held']['held']:,} in all, and two fields: {built['held']['resident_mib']:,} MiB of the process. Overlap and portrait are asked of it. "
            f"Written down it is {self.notes['snapshot']['bytes'] / 1e6:,.0f} MB; written in {self.notes['snapshot']['write_ms']:,} ms, read in {self.notes['snapshot']['read_ms']:,} ms.",
            f"Built from nothing in {built['tags']['build_s']:.1f} s ({self.tags[0]:,} customers), {built['held']['build_s']:.1f} s ({self.held[0]:,}).",
            f"k-means: {self.points:,} customers, {FEATURES} figures, {CLUSTERS_MIN} to {CLUSTERS_MAX} groups, one start and one thread each; each finds an optimum of its own. Of ours the time is that of the clock.",
        ]
        for path in (PLAN, CLUSTERS):
            if not path.is_file():
                notes.append(f"Not measured: {path.name}, which was not built.")
        return {"figures": figures, "headers": ["what", "who", "answers", "CPU ms each", "their CPU / ours", "p50 ms", "p99 ms"], "rows": rows, "notes": notes}


def of(costs):
    """Of the rounds: processor time of one answer, and how long all the answers took."""
    if "cpu_us" in costs[0]:
        return {"answers": sum(cost["answers"] for cost in costs), "cpu_ms": spread([cost["cpu_us"] / 1000 for cost in costs]),
                "p50_ms": spread([cost["p50_us"] for cost in costs])["median"] / 1000, "p99_ms": spread([cost["p99_us"] for cost in costs])["median"] / 1000}
    times = [time for cost in costs for time in cost["ms"]]
    each = [cost["cpu_s"] * 1000 / len(cost["ms"]) for cost in costs]
    return {"answers": len(times), "cpu_ms": spread(each), "p50_ms": percentile(times, 50), "p99_ms": percentile(times, 99)}


def turned(order, number):
    turn = number % len(order)
    return order[turn:] + order[:turn]
