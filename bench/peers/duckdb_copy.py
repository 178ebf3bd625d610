"""DuckDB reads the CSV with types and writes it as Parquet: reading and columnar writing, nothing decided."""

import json
import sys

import duckdb

source, target, threads = sys.argv[1:4]
database = duckdb.connect()
database.execute(f"SET threads = {int(threads)}")
database.execute(f"COPY (SELECT * FROM read_csv('{source}')) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
rows = database.execute(f"SELECT count(*) FROM '{target}'").fetchone()[0]
print(json.dumps({"rows": rows}))
