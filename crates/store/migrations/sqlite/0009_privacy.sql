-- Consent, its register, what is erased when it is withdrawn; and people who were erased.

-- One row an erasure. The JSON is the program's; "work" holds identifiers until it is done.
CREATE TABLE erasures (
    id              TEXT    NOT NULL PRIMARY KEY,
    state           TEXT    NOT NULL CHECK (state IN ('running', 'done')),
    step            INTEGER NOT NULL,
    customer_number INTEGER NOT NULL,
    parts           TEXT    NOT NULL,
    reason          TEXT    NOT NULL,
    requested_by    TEXT    NOT NULL,
    requested_at    INTEGER NOT NULL,
    deadline_at     INTEGER NOT NULL,
    counts          TEXT    NOT NULL,
    work            TEXT,
    receipt         TEXT,
    finished_at     INTEGER
) STRICT;
CREATE INDEX erasures_requested_at ON erasures (requested_at, id);
CREATE INDEX erasures_customer_number ON erasures (customer_number);

-- Keyed hashes of identifiers whose facts are not wanted: those of erased people, and those that were collected under a
-- purpose that was withdrawn. "cause" is the id of the erasure or the withdrawal.
CREATE TABLE tombstones (
    identifier_hash BLOB    NOT NULL CHECK (length(identifier_hash) = 32),
    cause           TEXT    NOT NULL,
    erased_at       INTEGER NOT NULL,
    back_since      INTEGER,
    PRIMARY KEY (identifier_hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX tombstones_cause ON tombstones (cause);
-- Raised by each change of tombstones: where it is 0 nobody looks for any.
INSERT INTO sequences (name, value) VALUES ('tombstones', 0);

ALTER TABLE source_counts ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;

CREATE TABLE consent_purposes (
    code        TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    channels    TEXT    NOT NULL,
    collects    TEXT    NOT NULL,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL
) STRICT;

-- What people agreed to, word for word. Never changed once it is there.
CREATE TABLE consent_texts (
    purpose      TEXT    NOT NULL REFERENCES consent_purposes (code),
    version      TEXT    NOT NULL,
    locale       TEXT    NOT NULL,
    text         TEXT    NOT NULL,
    hash         TEXT    NOT NULL,
    published_by TEXT    NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (purpose, version)
) STRICT;

-- What somebody decided, by profile. Rows are only ever added. An empty channel is all channels.
CREATE TABLE consents (
    id           TEXT    NOT NULL PRIMARY KEY,
    part_number  INTEGER NOT NULL,
    purpose      TEXT    NOT NULL,
    channel      TEXT    NOT NULL,
    decision     TEXT    NOT NULL CHECK (decision IN ('granted', 'denied', 'revoked')),
    is_explicit  INTEGER NOT NULL CHECK (is_explicit IN (0, 1)),
    at           INTEGER NOT NULL,
    recorded_at  INTEGER NOT NULL,
    source       TEXT    NOT NULL,
    text_version TEXT,
    text_hash    TEXT,
    evidence     TEXT    NOT NULL
) STRICT;
CREATE INDEX consents_part_number ON consents (part_number, at);

-- A profile's purpose that was withdrawn, and the erasure of what was collected under it.
CREATE TABLE withdrawals (
    id          TEXT    NOT NULL PRIMARY KEY,
    part_number INTEGER NOT NULL,
    purpose     TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('running', 'done')),
    step        INTEGER NOT NULL,
    revoked_at  INTEGER NOT NULL,
    deadline_at INTEGER NOT NULL,
    collects    TEXT    NOT NULL,
    counts      TEXT    NOT NULL,
    work        TEXT,
    finished_at INTEGER
) STRICT;
CREATE INDEX withdrawals_part_number ON withdrawals (part_number);
CREATE INDEX withdrawals_state ON withdrawals (state);
INSERT INTO sequences (name, value) VALUES ('withdrawals', 0);
