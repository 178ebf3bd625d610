"""Which Parquet files a Delta table consists of, read from its log: folders also hold files that compaction replaced."""

import json
from urllib.parse import unquote

from measure import Failed


def active_files(table):
    log = table / "_delta_log"
    adds, start = {}, -1
    pointer = log / "_last_checkpoint"
    if pointer.exists():
        import duckdb

        start = json.loads(pointer.read_text())["version"]
        for part in sorted(log.glob(f"{start:020}.checkpoint*.parquet")):
            paths = duckdb.sql("SELECT add.path FROM read_parquet(?) WHERE add.path IS NOT NULL", params=[str(part)])
            adds.update((path, True) for (path,) in paths.fetchall())
    for commit in sorted(log.glob("*.json")):
        if not commit.stem.isdigit() or int(commit.stem) <= start:
            continue
        for line in commit.read_text().splitlines():
            action = json.loads(line)
            if "add" in action:
                adds[action["add"]["path"]] = True
            elif "remove" in action:
                adds.pop(action["remove"]["path"], None)
    files = [table / unquote(path) for path in sorted(adds)]
    lost = [file for file in files if not file.exists()]
    if lost or not files:
        raise Failed(f"the Delta log names {len(files)} files, {len(lost)} of them are missing")
    return files
