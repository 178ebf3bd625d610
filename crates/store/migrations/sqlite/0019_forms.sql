-- What people fill in themselves, on a page or on a tablet at a counter. The answers are facts; here is what was asked, and
-- that somebody answered: by profile, so that merging and parting move no row.

CREATE TABLE forms (
    id          TEXT    NOT NULL PRIMARY KEY,
    slug        TEXT    NOT NULL,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    archived_at INTEGER,
    version     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX forms_slug ON forms (slug);

-- Every version is kept: a tablet that was offline answers the one that it had.
CREATE TABLE form_versions (
    form_id    TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    settings   TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (form_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE form_counters (
    id          TEXT    NOT NULL PRIMARY KEY,
    slug        TEXT    NOT NULL,
    form_id     TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    place_id    TEXT    NOT NULL,
    clerk_id    TEXT,
    code_id     TEXT,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    archived_at INTEGER,
    version     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX form_counters_slug ON form_counters (slug);
CREATE INDEX form_counters_form ON form_counters (form_id, id);

-- Where it was filled in stays as it was then: an empty text stands for none.
CREATE TABLE form_submissions (
    form_id       TEXT    NOT NULL,
    id            TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    counter_id    TEXT    NOT NULL,
    place_id      TEXT    NOT NULL,
    clerk_id      TEXT    NOT NULL,
    code_id       TEXT    NOT NULL,
    is_code_shown INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    received_at   INTEGER NOT NULL,
    content_hash  BLOB,
    message_key   BLOB    NOT NULL,
    part_number   INTEGER,
    PRIMARY KEY (form_id, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX form_submissions_message ON form_submissions (message_key);
CREATE INDEX form_submissions_at ON form_submissions (form_id, at);
CREATE INDEX form_submissions_part ON form_submissions (part_number);

CREATE TABLE form_refusals (
    form_id TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    refused INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    PRIMARY KEY (form_id, reason)
) STRICT, WITHOUT ROWID;
