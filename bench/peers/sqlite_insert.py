"""The same rows into one SQLite table: WAL, synchronous=FULL, 10,000 rows a transaction, a unique row number.

Reading and splitting the CSV is timed apart: only the inserts and commits are the raw limit.
"""

import csv
import itertools
import json
import os
import resource
import sqlite3
import sys
import time

ROWS_PER_COMMIT = 10_000
source, target = sys.argv[1:3]


def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


for ending in ("", "-wal", "-shm"):
    if os.path.exists(target + ending):
        os.remove(target + ending)
database = sqlite3.connect(target, isolation_level=None)
database.execute("PRAGMA journal_mode=WAL")
database.execute("PRAGMA synchronous=FULL")
rows = insert_cpu = insert_wall = 0
with open(source, newline="", encoding="utf-8") as file:
    reader = csv.reader(file)
    header = next(reader)
    database.execute(f"CREATE TABLE lines (number INTEGER PRIMARY KEY, {', '.join(f'{name} TEXT' for name in header)}) STRICT")
    insert = f"INSERT INTO lines ({', '.join(header)}) VALUES ({', '.join('?' * len(header))})"
    while chunk := list(itertools.islice(reader, ROWS_PER_COMMIT)):
        cpu_before, wall_before = cpu(), time.perf_counter()
        database.execute("BEGIN IMMEDIATE")
        database.executemany(insert, chunk)
        database.execute("COMMIT")
        insert_cpu += cpu() - cpu_before
        insert_wall += time.perf_counter() - wall_before
        rows += len(chunk)
database.close()
print(json.dumps({"rows": rows, "cpu_s": insert_cpu, "wall_s": insert_wall, "sqlite": sqlite3.sqlite_version}))
