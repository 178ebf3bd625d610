"""Questions to one engine in one process: each line of a file is a query that answers whole numbers.

Arguments: engine (duckdb, chdb, polars), folder, file with the queries, threads, how many of them are asked before
it is measured. Of wide.duckdb or chdb in the folder, or of its Parquet files as `facts` (all of a folder of that name, or those
that facts.txt names) and `customers`.
Prints the answers, milliseconds of each, processor time of all.
"""

import json
import resource
import sys
import time
from pathlib import Path

engine, folder, file, threads, warm = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
queries = Path(file).read_text(encoding="utf-8").splitlines()
named = folder / "facts.txt"
FACTS = named.read_text(encoding="utf-8").split() if named.exists() else [str(file) for file in sorted((folder / "facts").glob("*.parquet"))]
CUSTOMERS = folder / "customers.parquet"


def duckdb_ask():
    import duckdb

    kept = folder / "wide.duckdb"
    database = duckdb.connect(kept, read_only=True) if kept.exists() else duckdb.connect()
    database.execute(f"SET threads = {threads}")
    database.execute("SET TimeZone = 'UTC'")
    if not kept.exists():
        database.execute(f"CREATE VIEW facts AS FROM read_parquet({FACTS!r})")
        database.execute(f"CREATE VIEW customers AS FROM read_parquet('{CUSTOMERS}')")
    return lambda text: database.execute(text).fetchone(), duckdb.__version__


def chdb_ask():
    import chdb
    from chdb.session import Session

    kept = folder / "chdb"
    session = Session(str(kept)) if kept.exists() else Session()
    if kept.exists():
        session.query("USE bench")
    else:
        session.query("CREATE DATABASE files")
        session.query("USE files")
        paths = "/{" + ",".join(file.lstrip("/") for file in FACTS) + "}"
        session.query(f"CREATE VIEW facts AS SELECT * FROM file('{paths}', Parquet)")
        session.query(f"CREATE VIEW customers AS SELECT * FROM file('{CUSTOMERS}', Parquet)")

    def ask(text):
        answer = session.query(f"{text} SETTINGS max_threads = {threads}, session_timezone = 'UTC'", "CSV").bytes().decode()
        return answer.strip().split(",")

    return ask, chdb.__version__


def polars_ask():
    import polars

    facts = polars.scan_parquet(FACTS).with_columns(polars.col("at").dt.replace_time_zone(None))
    context = polars.SQLContext(facts=facts, customers=polars.scan_parquet(CUSTOMERS))
    return lambda text: context.execute(text).collect(engine="streaming").row(0), polars.__version__


ask, version = {"duckdb": duckdb_ask, "chdb": chdb_ask, "polars": polars_ask}[engine]()
for query in queries[:warm]:
    ask(query)
answers, times = [], []
before = resource.getrusage(resource.RUSAGE_SELF)
for query in queries:
    started = time.perf_counter()
    answers.append([int(value) for value in ask(query)])
    times.append((time.perf_counter() - started) * 1000)
after = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"version": version, "answers": answers, "ms": times, "rss_mb": after.ru_maxrss / 1024,
                  "cpu_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}))
