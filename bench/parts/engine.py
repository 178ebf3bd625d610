"""engine: whole-life questions to the files that our history wrote, by our fold and by DuckDB, chDB and Polars."""

import re
import shutil

from measure import ROOT, Failed, executable, peer, run, spread
from parts.delta import active_files

NAME = "engine"
SIZES = {"small": (100_000, 5_000_000), "full": (1_000_000, 50_000_000)}
PEERS = ("duckdb", "chdb", "polars")
QUESTIONS = ("lives", "rfm", "cohorts")
THREADS = 2
EXAMPLE = ROOT / "target/release/examples/fold_speed"
HOW = "cargo build --locked --release --workspace --example fold_speed"
# `fold, compacted: 1.23 s processor, 1.20 s wall, customers, revenue, orders (1, 2, 3)`; `rfm` and `cohorts` in the
# same form, with the two numbers that peers/engines.py describes.
ANSWER = re.compile(r"^(fold|rfm|cohorts), compacted: ([\d.]+) s processor, ([\d.]+) s wall, .*\(([-\d, ]+)\)$")
NAMES = {"fold": "lives", "rfm": "rfm", "cohorts": "cohorts"}


class Part:
    def __init__(self, settings, _workspace):
        self.settings = settings
        self.customers, self.facts = SIZES[settings.scale]
        self.folder = settings.work / "engine"
        self.costs, self.answers, self.versions = {}, {}, {}

    def prepare(self):
        executable(EXAMPLE, HOW)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.written = self.fold().out
        files = active_files(self.folder / "facts")
        self.files = len(files)
        self.bytes = sum(file.stat().st_size for file in files)
        self.list = self.settings.work / "engine-files.txt"
        self.list.write_text("\n".join(map(str, files)))

    def fold(self):
        return run([EXAMPLE, self.facts, self.customers, THREADS], env={"FOLD_SPEED_FOLDER": str(self.folder)})

    def round(self, number):
        cost = self.fold()
        seen = {}
        for line in cost.out.splitlines():
            if match := ANSWER.match(line.strip()):
                answer = [int(value) for value in match[4].split(",")]
                seen.setdefault(NAMES[match[1]], []).append((float(match[2]), float(match[3]), answer))
        if "lives" not in seen:
            raise Failed(f"{EXAMPLE} printed no fold:\n{cost.out}")
        for question, answers in seen.items():
            # One of a process, as of the peers: the last, after the files were read once.
            cpu, wall, answer = answers[-1]
            self.note("perennial", question, {"cpu_s": cpu, "wall_s": wall, "rss_mb": cost.rss_mb, "answer": answer})
        turn = number % len(PEERS)
        for engine in PEERS[turn:] + PEERS[:turn]:
            _, result = peer("engines", engine, self.list, THREADS, threads=THREADS)
            self.versions[engine] = result["version"]
            for question, answer in result["questions"].items():
                self.note(engine, question, answer)

    def note(self, engine, question, answer):
        self.costs.setdefault((engine, question), []).append(answer)
        known = self.answers.setdefault(question, (engine, answer["answer"]))
        if known[1] != answer["answer"]:
            raise Failed(f"{question}: {engine} says {answer['answer']}, {known[0]} says {known[1]}")

    def finish(self):
        figures = {f"{engine}, {question}": {key: spread([cost[key] for cost in costs]) for key in ("cpu_s", "wall_s", "rss_mb")}
                   for (engine, question), costs in self.costs.items()}
        rows, unanswered = [], []
        for question in QUESTIONS:
            ours = figures.get(f"perennial, {question}")
            if ours is None:
                unanswered.append(question)
            row = [question, f"{ours['cpu_s']['median']:.2f}" if ours else "not measured"]
            for engine in PEERS:
                theirs = figures[f"{engine}, {question}"]["cpu_s"]["median"]
                row.append(f"{theirs:.2f}" + (f" ({theirs / ours['cpu_s']['median']:.2f})" if ours and ours["cpu_s"]["median"] > 0 else ""))
            for engine in ("perennial", *PEERS):
                figure = figures.get(f"{engine}, {question}")
                row.append(f"{figure['wall_s']['median']:.2f}" if figure else "–")
            rows.append(row)
        peaks = {engine: max(figures[f"{engine}, {question}"]["rss_mb"]["median"] for question in QUESTIONS if f"{engine}, {question}" in figures)
                 for engine in ("perennial", *PEERS)}
        notes = [
            f"{self.facts:,} facts of at most {self.customers:,} customers in {self.files} Parquet files ({self.bytes / 1e6:,.0f} MB) that Perennial's history wrote and compacted; {THREADS} threads each.",
            "In brackets: their CPU / ours. The answers of all engines and rounds were compared and are equal.",
            "The peers are measured inside their process, without their start; each process asks all three questions in this order.",
            "Peak MB of the process: " + ", ".join(f"{engine} {peak:,.0f}" for engine, peak in peaks.items()) + " (ours includes opening and checking for compaction).",
        ]
        if unanswered:
            notes.append(f"Ours has no figure for {', '.join(unanswered)}: fold_speed answers only what stands in its column. In the product one fold feeds all three.")
        return {"figures": {**figures, "answers": {question: answer for question, (_, answer) in self.answers.items()},
                            "versions": self.versions, "writing": self.written.splitlines()},
                "headers": ["question", "ours, CPU s", *(f"{engine}, CPU s" for engine in PEERS), *(f"{engine}, wall s" for engine in ("ours", *PEERS))],
                "rows": rows, "notes": notes}
