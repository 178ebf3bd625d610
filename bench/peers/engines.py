"""Three questions to the Parquet files of a history, by one engine in one process.

Arguments: engine (duckdb, chdb, polars), a file with one Parquet path a line, threads. Each answer is a
few whole numbers, the same for every engine, so that equal answers mean equal results:

- lives: customers with any fact, revenue and orders of their whole life
- rfm: recency in days, orders, revenue of each buyer; linear cut points at 20/40/60/80 %; buyers per cell,
  as buyers and the sum of buyers x cell^2
- cohorts: month of the first order x month of any order: distinct buyers, as their number and the sum of
  buyers x cohort x months passed

Reference day of recency is the day of the last order; days and months are those of UTC.
"""

import json
import resource
import sys
import time

engine, list_file, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
files = open(list_file, encoding="utf-8").read().split()
QUANTILES = [0.2, 0.4, 0.6, 0.8]

# {f}: files; {month}: month number of a row; {day}: day number of last_at; {cuts_…}: the four cut points.
LIVES = """SELECT count(*), sum(revenue), sum(orders) FROM (
  SELECT customer, sum(CASE WHEN kind = 'order' THEN coalesce(amount_minor, 0) ELSE 0 END) AS revenue,
         sum(CASE WHEN kind = 'order' AND first THEN 1 ELSE 0 END) AS orders
  FROM {f} WHERE customer IS NOT NULL GROUP BY customer) AS lives"""
RFM = """WITH buyers AS (
  SELECT customer, max("at") AS last_at, sum(CASE WHEN first THEN 1 ELSE 0 END) AS f, sum(coalesce(amount_minor, 0)) AS m
  FROM {f} WHERE customer IS NOT NULL AND kind = 'order' GROUP BY customer),
 dated AS (SELECT {day} AS last_day, f, m FROM buyers),
 measured AS (SELECT (SELECT max(last_day) FROM dated) - last_day AS r, f, m FROM dated),
 cuts AS (SELECT {cuts_r} AS cr, {cuts_f} AS cf, {cuts_m} AS cm FROM measured),
 scored AS (SELECT
   5 - (CASE WHEN r > cr[1] THEN 1 ELSE 0 END + CASE WHEN r > cr[2] THEN 1 ELSE 0 END + CASE WHEN r > cr[3] THEN 1 ELSE 0 END + CASE WHEN r > cr[4] THEN 1 ELSE 0 END) AS sr,
   1 + (CASE WHEN f > cf[1] THEN 1 ELSE 0 END + CASE WHEN f > cf[2] THEN 1 ELSE 0 END + CASE WHEN f > cf[3] THEN 1 ELSE 0 END + CASE WHEN f > cf[4] THEN 1 ELSE 0 END) AS sf,
   1 + (CASE WHEN m > cm[1] THEN 1 ELSE 0 END + CASE WHEN m > cm[2] THEN 1 ELSE 0 END + CASE WHEN m > cm[3] THEN 1 ELSE 0 END + CASE WHEN m > cm[4] THEN 1 ELSE 0 END) AS sm
   FROM measured CROSS JOIN cuts),
 cells AS (SELECT sr * 100 + sf * 10 + sm AS cell, count(*) AS buyers FROM scored GROUP BY 1)
SELECT sum(buyers), sum(buyers * cell * cell) FROM cells"""
COHORTS = """WITH months AS (SELECT DISTINCT customer, {month} AS month FROM {f} WHERE customer IS NOT NULL AND kind = 'order'),
 lives AS (SELECT customer, min(month) AS cohort FROM months GROUP BY customer),
 cells AS (SELECT cohort, month - cohort AS passed, count(*) AS buyers
           FROM months JOIN lives ON months.customer = lives.customer GROUP BY 1, 2)
SELECT sum(buyers), sum(buyers * cohort * passed) FROM cells"""


def sql_answers(ask, words):
    return {name: (lambda text=text: ask(text.format(**words))) for name, text in
            (("lives", LIVES), ("rfm", RFM), ("cohorts", COHORTS))}


def duckdb_answers():
    import duckdb

    database = duckdb.connect()
    database.execute(f"SET threads = {threads}")
    database.execute("SET TimeZone = 'UTC'")
    cuts = "quantile_cont({0}, [0.2, 0.4, 0.6, 0.8])"
    words = {
        "f": f"read_parquet({files!r})",
        "day": "date_diff('day', TIMESTAMP '1970-01-01', date_trunc('day', last_at)::TIMESTAMP)",
        "month": '(year("at") * 12 + month("at") - 1)',
        "cuts_r": cuts.format("r"), "cuts_f": cuts.format("f"), "cuts_m": cuts.format("m"),
    }
    return sql_answers(lambda text: [int(value) for value in database.execute(text).fetchone()], words), duckdb.__version__


def chdb_answers():
    import chdb

    paths = "{" + ",".join(file.lstrip("/") for file in files) + "}"
    cuts = "quantilesExactInclusive(0.2, 0.4, 0.6, 0.8)({0})"
    words = {
        "f": f"file('/{paths}', Parquet, 'customer Nullable(Int64), at DateTime64(6, \\'UTC\\'), kind String, first Bool, amount_minor Nullable(Int64)')",
        "day": "toRelativeDayNum(last_at)", "month": "(toYear(at) * 12 + toMonth(at) - 1)",
        "cuts_r": cuts.format("r"), "cuts_f": cuts.format("f"), "cuts_m": cuts.format("m"),
    }

    def ask(text):
        answer = chdb.query(f"{text} SETTINGS max_threads = {threads}", "CSV").bytes().decode()
        return [int(value) for value in answer.strip().split(",")]

    return sql_answers(ask, words), chdb.__version__


def polars_answers():
    import polars as pl

    source = pl.scan_parquet(files).filter(pl.col("customer").is_not_null())
    orders = source.filter(pl.col("kind") == "order")

    def collect(frame):
        return frame.collect(engine="streaming")

    def lives():
        is_order = pl.col("kind") == "order"
        grouped = source.group_by("customer").agg(
            pl.col("amount_minor").filter(is_order).fill_null(0).sum().alias("m"),
            (is_order & pl.col("first")).sum().cast(pl.Int64).alias("f"))
        return list(map(int, collect(grouped.select(pl.len(), pl.col("m").sum(), pl.col("f").sum())).row(0)))

    def rfm():
        buyers = collect(orders.group_by("customer").agg(
            pl.col("at").max().dt.epoch("d").cast(pl.Int64).alias("day"),
            pl.col("first").sum().cast(pl.Int64).alias("f"), pl.col("amount_minor").fill_null(0).sum().alias("m")))
        buyers = buyers.with_columns((pl.col("day").max() - pl.col("day")).alias("r"))

        def above(name):
            cuts = [buyers[name].quantile(share, "linear") for share in QUANTILES]
            return sum(((pl.col(name) > cut).cast(pl.Int64) for cut in cuts), pl.lit(0, pl.Int64))

        cell = (5 - above("r")) * 100 + (1 + above("f")) * 10 + 1 + above("m")
        scored = buyers.select(cell.alias("cell"))
        return list(map(int, scored.select(pl.len(), (pl.col("cell") ** 2).sum()).row(0)))

    def cohorts():
        month = (pl.col("at").dt.year().cast(pl.Int64) * 12 + pl.col("at").dt.month() - 1).alias("month")
        months = orders.select("customer", month).unique()
        first = months.group_by("customer").agg(pl.col("month").min().alias("cohort"))
        cells = months.join(first, on="customer").with_columns((pl.col("month") - pl.col("cohort")).alias("passed"))
        return list(map(int, collect(cells.select(pl.len(), (pl.col("cohort") * pl.col("passed")).sum())).row(0)))

    return {"lives": lives, "rfm": rfm, "cohorts": cohorts}, pl.__version__


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


answers, version = {"duckdb": duckdb_answers, "chdb": chdb_answers, "polars": polars_answers}[engine]()
result = {"version": version, "questions": {}}
for name, ask in answers.items():
    cpu_before, wall_before = cpu(), time.perf_counter()
    answer = ask()
    result["questions"][name] = {
        "cpu_s": cpu() - cpu_before, "wall_s": time.perf_counter() - wall_before,
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "answer": answer,
    }
print(json.dumps(result))
