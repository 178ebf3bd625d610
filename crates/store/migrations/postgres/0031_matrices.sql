-- Which content may be shown to which stage of a layer: a draft, and what is published of it. Contents are documents.
CREATE TABLE matrices (
    code              TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    layer             TEXT COLLATE "C" NOT NULL,
    name              TEXT COLLATE "C" NOT NULL,
    contents          TEXT COLLATE "C" NOT NULL,
    version           BIGINT NOT NULL,
    created_by        TEXT COLLATE "C" NOT NULL,
    created_at        BIGINT NOT NULL,
    changed_by        TEXT COLLATE "C" NOT NULL,
    changed_at        BIGINT NOT NULL,
    -- None where nothing is published.
    published         TEXT COLLATE "C",
    published_version BIGINT,
    published_by      TEXT COLLATE "C",
    published_at      BIGINT
);

-- In which order stages of layers say what plan a customer gets: every version is kept, the last one holds.
CREATE TABLE plan_priorities (
    version    BIGINT NOT NULL PRIMARY KEY,
    entries    TEXT COLLATE "C" NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL
);

-- What was decided for a customer, by profile, under which version of the table; chosen and suppressed are a document.
CREATE TABLE plan_decisions (
    id            TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    part_number   BIGINT NOT NULL,
    at            BIGINT NOT NULL,
    as_of         BIGINT NOT NULL,
    table_version BIGINT NOT NULL,
    decision      TEXT COLLATE "C" NOT NULL,
    decided_by    TEXT COLLATE "C" NOT NULL
);
CREATE INDEX plan_decisions_part_at ON plan_decisions (part_number, at, id);
