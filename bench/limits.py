"""What the design promises, held against what this run measured. A limit that is missed is told, and fails nothing: the
run measures, people decide."""

from dataclasses import dataclass
from typing import Callable

MILLION = 1_000_000


@dataclass(frozen=True)
class Limit:
    part: str
    work: str
    promised: str
    # From the figures of the part: what was measured, or None where the run has nothing of it.
    measured: Callable
    reached: Callable
    shown: str = "{:,.2f}"
    # From the figures of the part: the size of the run; a promise is about a size of its own.
    size: Callable = lambda figures: None
    size_promised: int = 0


def at_most(limit):
    return lambda value: value <= limit


def at_least(limit):
    return lambda value: value >= limit


def customers(figures):
    return figures.get("customers")


def engine(question):
    """Our processor time as a share of the best peer's."""

    def share(figures):
        ours = figures.get(f"perennial, {question}")
        theirs = [figures[key]["cpu_s"]["median"] for key in figures if key.endswith(f", {question}") and not key.startswith("perennial")]
        return ours["cpu_s"]["median"] / min(theirs) if ours and theirs and min(theirs) > 0 else None

    return share


def most_customers(figures):
    return max(figures["steps"])


def model(name):
    def seconds(figures):
        steps = figures["steps"][most_customers(figures)]
        own = [spread["median"] for step, spread in steps.items() if step.startswith(f"{name}:")]
        return sum(own) + steps.get("group into cells", {"median": 0})["median"] if own else None

    return seconds


def rate(engine, kind):
    return lambda figures: figures[f"perennial on {engine}, {kind}"]["facts_per_second"]["median"]


def slowest_list(figures):
    lists = [figure["p99_ms"] for name, figure in figures.items() if isinstance(figure, dict) and name not in ("profile", "timeline")]
    return max(lists, default=None)


def cpu_ratio(work, whose):
    """Processor time of the best of these peers as a ratio to ours."""

    def ratio(figures):
        ours = figures.get(f"{work}, perennial")
        theirs = [figures[f"{work}, {peer}"]["cpu_ms"]["median"] for peer in whose if f"{work}, {peer}" in figures]
        return min(theirs) / ours["cpu_ms"]["median"] if ours and theirs and ours["cpu_ms"]["median"] > 0 else None

    return ratio


def segments(work, key="p99_ms"):
    return lambda figures: figures[f"{work}, perennial"][key] if f"{work}, perennial" in figures else None


def held_mib(figures):
    return figures["built"]["held"]["resident_mib"]


LIMITS = (
    Limit("import", "order lines a second, by time, end to end", "≥ 100,000", lambda f: f["perennial, by time"]["lines_per_wall_s"]["median"], at_least(100_000), "{:,.0f}"),
    Limit("import", "memory of an import, MiB", "≤ 500", lambda f: max(f[name]["rss_mb"]["max"] for name in f if name.startswith("perennial,")), at_most(500), "{:,.0f}",
          lambda f: f["lines"], 10 * MILLION),
    *(Limit("engine", f"{question}: processor time as a share of the best peer's", "≤ 1", engine(question), at_most(1.0))
      for question in ("lives", "rfm", "cohorts")),
    Limit("value", "BG/NBD, fit, prediction, intervals, CPU s", "≤ 1", model("bg_nbd"), at_most(1.0), size=most_customers, size_promised=MILLION),
    Limit("value", "Pareto/NBD, fit, prediction, intervals, CPU s", "≤ 5", model("pareto_nbd"), at_most(5.0), size=most_customers, size_promised=MILLION),
    Limit("value", "memory of all models, MiB", "≤ 300", lambda f: f["steps"][most_customers(f)]["peak MB of all"]["max"], at_most(300), "{:,.0f}", most_customers, MILLION),
    Limit("value", "another window of current value, wall s (C85)", "≤ 10", lambda f: f["another window"]["wall_s"]["median"] if "another window" in f else None,
          at_most(10.0), size=lambda f: f.get("workspace_customers"), size_promised=MILLION),
    Limit("start", "start to ready, slowest, s", "≤ 2", lambda f: f["wall_s"]["max"], at_most(2.0), "{:.3f}", customers, MILLION),
    Limit("idle", "memory, MiB", "≤ 150", lambda f: f["rss_mb"]["max"], at_most(150), "{:,.0f}", customers, MILLION),
    Limit("idle", "share of one core, %", "< 1", lambda f: f["cpu_percent"]["median"], lambda value: value < 1, size=customers, size_promised=MILLION),
    Limit("lists", "a page of customers, sorted, filtered or searched, slowest kind, p99 ms", "≤ 100", slowest_list, at_most(100), "{:.1f}", customers, MILLION),
    Limit("lists", "a profile, p99 ms", "≤ 300", lambda f: f["profile"]["p99_ms"], at_most(300), "{:.1f}", customers, MILLION),
    *(Limit("tracking", f"facts a second, durable, {kind}, on {engine_}", f"≥ {least:,}", rate(engine_, kind), at_least(least), "{:,.0f}")
      for engine_, kind, least in (("SQLite", "batches of 100", 30_000), ("PostgreSQL", "batches of 100", 15_000), ("SQLite", "single calls", 6_000))),
    Limit("tracking", "accepted until counted in the profile, beside 5,000 facts/s, p99 ms", "≤ 1,000", lambda f: f["visible"]["p99_ms"], at_most(1_000), "{:,.0f}", customers, MILLION),
    Limit("tracking", "memory under that load, MB", "≤ 1,024", lambda f: f["visible"]["rss_mb"], at_most(1_024), "{:,.0f}", customers, MILLION),
    Limit("entries", "a fact until its entry into a segment is told, beside 5,000 facts/s and 500 segments, p99 ms", "≤ 1,000", lambda f: f["entered"]["p99_ms"], at_most(1_000), "{:,.0f}", customers, MILLION),
    Limit("entries", "a new rule until it is answered, s", "≤ 10", lambda f: f["filled_s"]["max"], at_most(10), "{:.2f}", customers, MILLION),
    Limit("segments", "exact count, six tags and two ranges, p99 ms", "≤ 10", segments("tags and ranges"), at_most(10), size=lambda f: f["tags_customers"], size_promised=10 * MILLION),
    Limit("segments", "the same: processor time of the better of DuckDB and chDB as a ratio to ours", "≥ 15", cpu_ratio("tags and ranges", ("duckdb", "chdb")), at_least(15), "{:.1f}",
          lambda f: f["tags_customers"], 10 * MILLION),
    Limit("segments", "the same: processor time of chDB's bitmap states as a ratio to ours", "> 1", cpu_ratio("tags and ranges", ("chdb, bitmaps",)), lambda value: value > 1, "{:.1f}",
          lambda f: f["tags_customers"], 10 * MILLION),
    Limit("segments", "ten conditions, four of them windows over behaviour, live, p99 ms", "≤ 100", segments("behaviour"), at_most(100), size=lambda f: f["behaviour_customers"], size_promised=MILLION),
    Limit("segments", "ten conditions, asked of history: processor time of the best peer as a ratio to ours", "≥ 1", cpu_ratio("history", ("duckdb", "chdb", "polars")), at_least(1), size=lambda f: f["behaviour_customers"], size_promised=MILLION),
    Limit("segments", "a fact beside 500 segments, CPU µs (200 is 5,000 a second on one core)", "≤ 200", lambda f: f["fact, perennial"]["cpu_ms"]["median"] * 1000, at_most(200), "{:.1f}",
          lambda f: f["behaviour_customers"], MILLION),
    Limit("segments", "overlap of three groups, p99 ms", "≤ 300", segments("overlap"), at_most(300), size=lambda f: f["held_customers"], size_promised=MILLION),
    Limit("segments", "portrait of a group on 50 tags, p99 ms", "≤ 300", segments("portrait"), at_most(300), size=lambda f: f["held_customers"], size_promised=MILLION),
    Limit("segments", "memory of an index with 3,000 tags, MiB", "≤ 1,536", held_mib, at_most(1_536), "{:,.0f}", lambda f: f["held_customers"], MILLION),
    Limit("segments", "the same from its file, s", "≤ 2", lambda f: f["snapshot"]["read_ms"] / 1000, at_most(2), "{:.2f}", lambda f: f["held_customers"], MILLION),
    Limit("segments", "k-means, 4 to 8 groups: processor time of scikit-learn as a ratio to ours", "≥ 1", cpu_ratio("k-means", ("scikit-learn",)), at_least(1), size=lambda f: f["points"], size_promised=200_000),
    Limit("lcp", "largest paint of a first visit, slowest page, ms", "≤ 2,500", lambda f: max(page["lcp_ms"] for page in f["pages"].values()), at_most(2_500), "{:,.0f}"),
    Limit("build", "clean build of the release binary on two cores, minutes", "≤ 30", lambda f: f["clean_s"] / 60, at_most(30.0), "{:.1f}"),
    Limit("build", "check after touching a file of `api`, s", "≤ 20", lambda f: f["check_s"], at_most(20.0), "{:.1f}"),
)


def judge(figures_by_part):
    """One row a limit: part, work, promised, measured, verdict."""
    return [judged(limit, figures_by_part.get(limit.part)) for limit in LIMITS]


def judged(limit, figures):
    measured = limit.measured(figures) if figures is not None else None
    if measured is None:
        return [limit.part, limit.work, limit.promised, "–", "not measured"]
    verdict = "reached" if limit.reached(measured) else "missed"
    size = limit.size(figures)
    if limit.size_promised and (size or 0) < limit.size_promised * 0.99:
        verdict += f", at {size or 0:,} of {limit.size_promised:,}"
    return [limit.part, limit.work, limit.promised, limit.shown.format(measured), verdict]
