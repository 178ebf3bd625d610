-- Consent, its register, what is erased when it is withdrawn; and people who were erased.

-- One row an erasure. The JSON is the program's; "work" holds identifiers until it is done.
CREATE TABLE erasures (
    id              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    state           TEXT COLLATE "C" NOT NULL CHECK (state IN ('running', 'done')),
    step            BIGINT NOT NULL,
    customer_number BIGINT NOT NULL,
    parts           TEXT COLLATE "C" NOT NULL,
    reason          TEXT COLLATE "C" NOT NULL,
    requested_by    TEXT COLLATE "C" NOT NULL,
    requested_at    BIGINT NOT NULL,
    deadline_at     BIGINT NOT NULL,
    counts          TEXT COLLATE "C" NOT NULL,
    work            TEXT COLLATE "C",
    receipt         TEXT COLLATE "C",
    finished_at     BIGINT
);
CREATE INDEX erasures_requested_at ON erasures (requested_at, id);
CREATE INDEX erasures_customer_number ON erasures (customer_number);

-- Keyed hashes of identifiers whose facts are not wanted: those of erased people, and those that were collected under a
-- purpose that was withdrawn. "cause" is the id of the erasure or the withdrawal.
CREATE TABLE tombstones (
    identifier_hash BYTEA NOT NULL CHECK (length(identifier_hash) = 32),
    cause           TEXT COLLATE "C" NOT NULL,
    erased_at       BIGINT NOT NULL,
    back_since      BIGINT,
    PRIMARY KEY (identifier_hash)
);
CREATE INDEX tombstones_cause ON tombstones (cause);
-- Raised by each change of tombstones: where it is 0 nobody looks for any.
INSERT INTO sequences (name, value) VALUES ('tombstones', 0);

ALTER TABLE source_counts ADD COLUMN erased BIGINT NOT NULL DEFAULT 0;

CREATE TABLE consent_purposes (
    code        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name        TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    channels    TEXT COLLATE "C" NOT NULL,
    collects    TEXT COLLATE "C" NOT NULL,
    created_by  TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL
);

-- What people agreed to, word for word. Never changed once it is there.
CREATE TABLE consent_texts (
    purpose      TEXT COLLATE "C" NOT NULL REFERENCES consent_purposes (code),
    version      TEXT COLLATE "C" NOT NULL,
    locale       TEXT COLLATE "C" NOT NULL,
    text         TEXT COLLATE "C" NOT NULL,
    hash         TEXT COLLATE "C" NOT NULL,
    published_by TEXT COLLATE "C" NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (purpose, version)
);

-- What somebody decided, by profile. Rows are only ever added. An empty channel is all channels.
CREATE TABLE consents (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    part_number  BIGINT NOT NULL,
    purpose      TEXT COLLATE "C" NOT NULL,
    channel      TEXT COLLATE "C" NOT NULL,
    decision     TEXT COLLATE "C" NOT NULL CHECK (decision IN ('granted', 'denied', 'revoked')),
    is_explicit  BOOLEAN NOT NULL,
    at           BIGINT NOT NULL,
    recorded_at  BIGINT NOT NULL,
    source       TEXT COLLATE "C" NOT NULL,
    text_version TEXT COLLATE "C",
    text_hash    TEXT COLLATE "C",
    evidence     TEXT COLLATE "C" NOT NULL
);
CREATE INDEX consents_part_number ON consents (part_number, at);

-- A profile's purpose that was withdrawn, and the erasure of what was collected under it.
CREATE TABLE withdrawals (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    part_number BIGINT NOT NULL,
    purpose     TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('running', 'done')),
    step        BIGINT NOT NULL,
    revoked_at  BIGINT NOT NULL,
    deadline_at BIGINT NOT NULL,
    collects    TEXT COLLATE "C" NOT NULL,
    counts      TEXT COLLATE "C" NOT NULL,
    work        TEXT COLLATE "C",
    finished_at BIGINT
);
CREATE INDEX withdrawals_part_number ON withdrawals (part_number);
CREATE INDEX withdrawals_state ON withdrawals (state);
INSERT INTO sequences (name, value) VALUES ('withdrawals', 0);
