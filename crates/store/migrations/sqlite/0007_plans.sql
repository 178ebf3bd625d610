-- Tracking plans of sources: drafts, frozen versions, what came that was not as planned, and facts that are kept aside.

-- A source has one from its first draft on.
CREATE TABLE plans (
    source_id     TEXT    NOT NULL PRIMARY KEY REFERENCES sources (id),
    mode          TEXT    NOT NULL CHECK (mode IN ('observe', 'flag', 'quarantine')),
    draft         TEXT,
    frozen_number INTEGER,
    changed_by    TEXT    NOT NULL,
    changed_at    INTEGER NOT NULL,
    version       INTEGER NOT NULL
) STRICT;

-- Never changed once they are there.
CREATE TABLE plan_versions (
    source_id TEXT    NOT NULL REFERENCES sources (id),
    number    INTEGER NOT NULL,
    frozen_by TEXT    NOT NULL,
    frozen_at INTEGER NOT NULL,
    document  TEXT    NOT NULL,
    PRIMARY KEY (source_id, number)
) STRICT;

-- How many facts of a planned event came, and how many of them were not as planned: one row a source, hour (since 1970,
-- in UTC) and event. The event is empty where messages of its type are planned without a name.
CREATE TABLE plan_events (
    source_id  TEXT    NOT NULL REFERENCES sources (id),
    hour       INTEGER NOT NULL,
    event_type TEXT    NOT NULL,
    event      TEXT    NOT NULL,
    facts      INTEGER NOT NULL,
    violating  INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    PRIMARY KEY (source_id, hour, event_type, event)
) STRICT, WITHOUT ROWID;

-- What was not as planned, without values. Bounded for each source and hour.
CREATE TABLE plan_violations (
    source_id        TEXT    NOT NULL REFERENCES sources (id),
    hour             INTEGER NOT NULL,
    event_type       TEXT    NOT NULL,
    event            TEXT    NOT NULL,
    kind             TEXT    NOT NULL,
    property         TEXT    NOT NULL,
    facts            INTEGER NOT NULL,
    allowed          TEXT    NOT NULL,
    first_at         INTEGER NOT NULL,
    first_message_id TEXT    NOT NULL,
    first_found      TEXT    NOT NULL,
    last_at          INTEGER NOT NULL,
    last_message_id  TEXT    NOT NULL,
    last_found       TEXT    NOT NULL,
    PRIMARY KEY (source_id, hour, event_type, event, kind, property)
) STRICT, WITHOUT ROWID;

-- Facts that were accepted and are kept aside until somebody releases or discards them. Small columns come before the
-- payload, so that listing does not walk through it.
CREATE TABLE quarantined_facts (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    source_id  TEXT    NOT NULL REFERENCES sources (id),
    at         INTEGER NOT NULL,
    event_type TEXT    NOT NULL,
    event      TEXT    NOT NULL,
    message_id TEXT    NOT NULL,
    violations TEXT    NOT NULL,
    shape      TEXT    NOT NULL,
    payload    BLOB NOT NULL
) STRICT;
CREATE INDEX quarantined_facts_source ON quarantined_facts (source_id);
CREATE INDEX quarantined_facts_event ON quarantined_facts (source_id, event_type, event);

-- `accepted` has those that were released, `quarantined` all that were ever put aside.
ALTER TABLE source_counts ADD COLUMN quarantined INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source_counts ADD COLUMN released INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source_counts ADD COLUMN discarded INTEGER NOT NULL DEFAULT 0;

-- The outcomes are part of a CHECK, which SQLite cannot change: the table is made anew.
CREATE TABLE source_log_next (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    source_id  TEXT    NOT NULL REFERENCES sources (id),
    outcome    TEXT    NOT NULL CHECK (outcome IN ('accepted', 'duplicate', 'refused', 'quarantined')),
    at         INTEGER NOT NULL,
    kind       TEXT,
    name       TEXT,
    message_id TEXT,
    reason     TEXT,
    shape      TEXT
) STRICT;
INSERT INTO source_log_next (id, source_id, outcome, at, kind, name, message_id, reason, shape)
SELECT id, source_id, outcome, at, kind, name, message_id, reason, shape FROM source_log ORDER BY id;
-- An id is never given twice, also where the entries that had the last ones are gone.
DELETE FROM sqlite_sequence WHERE name = 'source_log_next';
UPDATE sqlite_sequence SET name = 'source_log_next' WHERE name = 'source_log';
DROP TABLE source_log;
ALTER TABLE source_log_next RENAME TO source_log;
CREATE INDEX source_log_source_outcome ON source_log (source_id, outcome);
CREATE INDEX source_log_source ON source_log (source_id);
