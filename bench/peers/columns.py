"""Makes tables and files for the peers of the part `segments` out of the plain columns that index_speed wrote.

Arguments: what (wide, behaviour), the folder with the columns, customers, tags. Written into the same folder:

- wide: one row a customer with a column a tag, for DuckDB (wide.duckdb) and chDB (chdb); for chDB also a bitmap a tag
- behaviour: the same row as customers.parquet; facts/00.parquet … 63.parquet, parted by customer % 64, sorted by customer and time
"""

import json
import sys
from pathlib import Path

import duckdb
import numpy
import pandas

CHUNK = 1 << 19
BUCKETS = 64

what, folder, customers, tags = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])


def plain(name, kind):
    return numpy.fromfile(folder / name, dtype=kind)


def rows():
    """Data frames of all customers, so many at a time."""
    bits = numpy.memmap(folder / "tags.bits", dtype=numpy.uint8, mode="r").reshape(tags, -1)
    spend, last_day = plain("spend.i32", "<i4"), plain("last_day.i32", "<i4")
    for start in range(0, customers, CHUNK):
        end = min(start + CHUNK, customers)
        columns = {"customer": numpy.arange(start + 1, end + 1, dtype=numpy.uint32), "spend": spend[start:end], "last_day": last_day[start:end]}
        for tag in range(tags):
            unpacked = numpy.unpackbits(bits[tag, start // 8:(end + 7) // 8], bitorder="little")[:end - start]
            columns[f"t{tag}"] = unpacked.view(bool)
        yield pandas.DataFrame(columns, copy=False)


def table(database):
    kinds = ", ".join(f"t{tag} BOOLEAN" for tag in range(tags))
    database.execute(f"CREATE TABLE wide (customer UINTEGER, spend INTEGER, last_day INTEGER, {kinds})")
    for frame in rows():
        database.execute("INSERT INTO wide SELECT * FROM frame")


def wide():
    from chdb.session import Session

    database = duckdb.connect(folder / "wide.duckdb")
    table(database)
    between = folder / "wide.parquet"
    database.execute(f"COPY wide TO '{between}' (ROW_GROUP_SIZE {CHUNK})")
    database.close()
    session = Session(str(folder / "chdb"))
    kinds = ", ".join(f"t{tag} Bool" for tag in range(tags))
    session.query("CREATE DATABASE bench")
    session.query(f"CREATE TABLE bench.wide (customer UInt32, spend Int32, last_day Int32, {kinds}) ENGINE = MergeTree ORDER BY customer")
    session.query(f"INSERT INTO bench.wide SELECT * FROM file('{between}', Parquet)")
    session.query("OPTIMIZE TABLE bench.wide FINAL")
    session.query("CREATE TABLE bench.states (tag String, who AggregateFunction(groupBitmap, UInt32)) ENGINE = MergeTree ORDER BY tag")
    for tag in range(tags):
        session.query(f"INSERT INTO bench.states SELECT 't{tag}', groupBitmapState(customer) FROM bench.wide WHERE t{tag}")
    session.query("OPTIMIZE TABLE bench.states FINAL")
    session.close()
    between.unlink()


def behaviour():
    database = duckdb.connect()
    table(database)
    database.execute(f"COPY wide TO '{folder / 'customers.parquet'}'")
    did = pandas.DataFrame({"customer": plain("customer.u32", "<u4"), "at": plain("at.i64", "<i8"), "amount": plain("amount.i32", "<i4")}, copy=False)
    (folder / "facts").mkdir()
    for bucket in range(BUCKETS):
        mine = did[did["customer"] % BUCKETS == bucket]  # noqa: F841: DuckDB finds it by its name
        database.execute(f"""COPY (
            SELECT customer::BIGINT AS customer, make_timestamp("at" * 1000000) AS "at",
                   CASE WHEN amount < 0 THEN 'event' ELSE 'order' END AS kind,
                   CASE WHEN amount < 0 THEN 'Product Viewed' END AS event,
                   CASE WHEN amount >= 0 THEN amount::BIGINT END AS amount_minor
            FROM mine ORDER BY customer, "at") TO '{folder}/facts/{bucket:02}.parquet' (COMPRESSION zstd)""")


{"wide": wide, "behaviour": behaviour}[what]()
print(json.dumps({"files": sum(1 for _ in folder.rglob("*.parquet"))}))
