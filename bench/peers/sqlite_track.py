"""What SQLite alone can keep of track calls: one row a message with a unique id, WAL, synchronous=FULL, one commit a request.

Nothing is parsed, decided or counted: the raw limit of one writer without group commit.
"""

import json
import os
import sqlite3
import sys
import time

target, batch, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
for ending in ("", "-wal", "-shm"):
    if os.path.exists(target + ending):
        os.remove(target + ending)
database = sqlite3.connect(target, isolation_level=None)
database.execute("PRAGMA journal_mode=WAL")
database.execute("PRAGMA synchronous=FULL")
database.execute("CREATE TABLE messages (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID")
body = '{"type":"track","userId":"user-1","event":"Product Viewed","properties":{"sku":"SKU-1","price":1.00,"list":"spring"}}'
facts, started = 0, time.perf_counter()
while time.perf_counter() - started < seconds:
    database.execute("BEGIN IMMEDIATE")
    database.executemany("INSERT INTO messages VALUES (?, ?)", ((f"run-{facts + place}", body) for place in range(batch)))
    database.execute("COMMIT")
    facts += batch
elapsed = time.perf_counter() - started
database.close()
print(json.dumps({"facts": facts, "facts_per_second": facts / elapsed, "sqlite": sqlite3.sqlite_version}))
