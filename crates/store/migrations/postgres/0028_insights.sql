-- What was tried, with its arms and what came of it; and attributes with what customers value and how content they are.
-- Arms and comparisons are documents.
CREATE TABLE innovation_tests (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name         TEXT COLLATE "C" NOT NULL,
    innovation   TEXT COLLATE "C" NOT NULL CHECK (innovation IN ('product', 'service', 'communication')),
    hypothesis   TEXT COLLATE "C" NOT NULL,
    started_on   BIGINT NOT NULL,
    arms         TEXT COLLATE "C" NOT NULL,
    state        TEXT COLLATE "C" NOT NULL CHECK (state IN ('running', 'closed')),
    verdict      TEXT COLLATE "C",
    note         TEXT COLLATE "C",
    comparisons  TEXT COLLATE "C",
    closed_by    TEXT COLLATE "C",
    closed_at    BIGINT,
    created_by   TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL
);
CREATE INDEX innovation_tests_created_at ON innovation_tests (created_at, id);

CREATE TABLE attributes (
    id           TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name         TEXT COLLATE "C" NOT NULL,
    importance   BIGINT NOT NULL,
    satisfaction BIGINT NOT NULL,
    ratings      BIGINT NOT NULL,
    owner_id     TEXT COLLATE "C" NOT NULL,
    due_on       BIGINT NOT NULL,
    note         TEXT COLLATE "C" NOT NULL,
    is_done      BOOLEAN NOT NULL,
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL
);
