"""Brings the simulated lines, which come customer by customer, into the order of a shop's export: by time.

Not measured. The lines of an order stay neighbours, since they share their time and number.
"""

import json
import sys

import duckdb

source, target, folder = sys.argv[1:4]
database = duckdb.connect()
database.execute("SET threads = 2")
database.execute("SET memory_limit = '4GB'")
database.execute(f"SET temp_directory = '{folder}'")
database.execute(
    f"COPY (SELECT * FROM read_csv('{source}', all_varchar = true) ORDER BY ordered_at, order_no) TO '{target}' (FORMAT csv)"
)
print(json.dumps({"sorted": target}))
