-- Which content may be shown to which stage of a layer: a draft, and what is published of it. Contents are documents.
CREATE TABLE matrices (
    code              TEXT NOT NULL PRIMARY KEY,
    layer             TEXT NOT NULL,
    name              TEXT NOT NULL,
    contents          TEXT NOT NULL,
    version           INTEGER NOT NULL,
    created_by        TEXT NOT NULL,
    created_at        INTEGER NOT NULL,
    changed_by        TEXT NOT NULL,
    changed_at        INTEGER NOT NULL,
    -- None where nothing is published.
    published         TEXT,
    published_version INTEGER,
    published_by      TEXT,
    published_at      INTEGER
) STRICT;

-- In which order stages of layers say what plan a customer gets: every version is kept, the last one holds.
CREATE TABLE plan_priorities (
    version    INTEGER NOT NULL PRIMARY KEY,
    entries    TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;

-- What was decided for a customer, by profile, under which version of the table; chosen and suppressed are a document.
CREATE TABLE plan_decisions (
    id            TEXT NOT NULL PRIMARY KEY,
    part_number   INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    as_of         INTEGER NOT NULL,
    table_version INTEGER NOT NULL,
    decision      TEXT NOT NULL,
    decided_by    TEXT NOT NULL
) STRICT;
CREATE INDEX plan_decisions_part_at ON plan_decisions (part_number, at, id);
