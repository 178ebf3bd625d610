-- What was tried, with its arms and what came of it; and attributes with what customers value and how content they are.
-- Arms and comparisons are documents.
CREATE TABLE innovation_tests (
    id           TEXT NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    innovation   TEXT NOT NULL CHECK (innovation IN ('product', 'service', 'communication')),
    hypothesis   TEXT NOT NULL,
    started_on   INTEGER NOT NULL,
    arms         TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('running', 'closed')),
    verdict      TEXT,
    note         TEXT,
    comparisons  TEXT,
    closed_by    TEXT,
    closed_at    INTEGER,
    created_by   TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL
) STRICT;
CREATE INDEX innovation_tests_created_at ON innovation_tests (created_at, id);

CREATE TABLE attributes (
    id           TEXT NOT NULL PRIMARY KEY,
    name         TEXT NOT NULL,
    importance   INTEGER NOT NULL,
    satisfaction INTEGER NOT NULL,
    ratings      INTEGER NOT NULL,
    owner_id     TEXT NOT NULL,
    due_on       INTEGER NOT NULL,
    note         TEXT NOT NULL,
    is_done      INTEGER NOT NULL CHECK (is_done IN (0, 1)),
    created_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL
) STRICT;
