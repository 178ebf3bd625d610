-- What people fill in themselves, on a page or on a tablet at a counter. The answers are facts; here is what was asked, and
-- that somebody answered: by profile, so that merging and parting move no row.

CREATE TABLE forms (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    slug        TEXT COLLATE "C" NOT NULL,
    created_by  TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL,
    archived_at BIGINT,
    version     BIGINT NOT NULL
);
CREATE UNIQUE INDEX forms_slug ON forms (slug);

-- Every version is kept: a tablet that was offline answers the one that it had.
CREATE TABLE form_versions (
    form_id    TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    settings   TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (form_id, version)
);

CREATE TABLE form_counters (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    slug        TEXT COLLATE "C" NOT NULL,
    form_id     TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    place_id    TEXT COLLATE "C" NOT NULL,
    clerk_id    TEXT COLLATE "C",
    code_id     TEXT COLLATE "C",
    created_by  TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL,
    archived_at BIGINT,
    version     BIGINT NOT NULL
);
CREATE UNIQUE INDEX form_counters_slug ON form_counters (slug);
CREATE INDEX form_counters_form ON form_counters (form_id, id);

-- Where it was filled in stays as it was then: an empty text stands for none.
CREATE TABLE form_submissions (
    form_id       TEXT COLLATE "C" NOT NULL,
    id            TEXT COLLATE "C" NOT NULL,
    version       BIGINT NOT NULL,
    counter_id    TEXT COLLATE "C" NOT NULL,
    place_id      TEXT COLLATE "C" NOT NULL,
    clerk_id      TEXT COLLATE "C" NOT NULL,
    code_id       TEXT COLLATE "C" NOT NULL,
    is_code_shown BOOLEAN NOT NULL,
    at            BIGINT NOT NULL,
    received_at   BIGINT NOT NULL,
    content_hash  BYTEA,
    message_key   BYTEA NOT NULL,
    part_number   BIGINT,
    PRIMARY KEY (form_id, id)
);
CREATE UNIQUE INDEX form_submissions_message ON form_submissions (message_key);
CREATE INDEX form_submissions_at ON form_submissions (form_id, at);
CREATE INDEX form_submissions_part ON form_submissions (part_number);

CREATE TABLE form_refusals (
    form_id TEXT COLLATE "C" NOT NULL,
    reason  TEXT COLLATE "C" NOT NULL,
    refused BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (form_id, reason)
);
