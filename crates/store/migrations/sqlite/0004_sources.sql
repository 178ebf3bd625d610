-- Sources that send facts as they happen: who they are, what came, what was refused; and when customers were seen.

CREATE TABLE sources (
    id                 TEXT    NOT NULL PRIMARY KEY,
    name               TEXT    NOT NULL,
    kind               TEXT    NOT NULL,
    state              TEXT    NOT NULL CHECK (state IN ('active', 'paused')),
    user_id_type       TEXT    NOT NULL,
    rate_limit         INTEGER,
    key_hash           BLOB    NOT NULL,
    key_ending         TEXT    NOT NULL,
    previous_key_hash  BLOB,
    previous_key_until INTEGER,
    created_by         TEXT    NOT NULL,
    created_at         INTEGER NOT NULL,
    version            INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX sources_key_hash ON sources (key_hash);

-- One row a source and day (UTC).
CREATE TABLE source_counts (
    source_id  TEXT    NOT NULL REFERENCES sources (id),
    day        INTEGER NOT NULL,
    accepted   INTEGER NOT NULL,
    duplicates INTEGER NOT NULL,
    refused    INTEGER NOT NULL,
    last_at    INTEGER NOT NULL,
    PRIMARY KEY (source_id, day)
) STRICT, WITHOUT ROWID;

-- The newest messages of each source and outcome, without their values.
CREATE TABLE source_log (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    source_id  TEXT    NOT NULL REFERENCES sources (id),
    outcome    TEXT    NOT NULL CHECK (outcome IN ('accepted', 'duplicate', 'refused')),
    at         INTEGER NOT NULL,
    kind       TEXT,
    name       TEXT,
    message_id TEXT,
    reason     TEXT,
    shape      TEXT
) STRICT;
CREATE INDEX source_log_source_outcome ON source_log (source_id, outcome);
CREATE INDEX source_log_source ON source_log (source_id);

-- Messages that were accepted, by 128 bits of source and message id.
CREATE TABLE tracked_messages (
    message_key BLOB    NOT NULL CHECK (length(message_key) = 16),
    day         INTEGER NOT NULL,
    PRIMARY KEY (message_key)
) STRICT, WITHOUT ROWID;

-- What customers did beside buying. Apart from their counters, whose many indexes a page view does not touch.
CREATE TABLE customer_activity (
    customer_number INTEGER PRIMARY KEY NOT NULL,
    events          INTEGER NOT NULL,
    first_at        INTEGER NOT NULL,
    last_at         INTEGER NOT NULL
) STRICT;
