-- Segments: rules with a name, and every version that there was. And which events and properties have been seen, by name and
-- type, so that a rule can be held against what there is.

CREATE TABLE segments (
    code        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL,
    archived_at BIGINT,
    created_by  TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL
);

-- The rule is JSON with sorted keys; the digest is that of its normal form.
CREATE TABLE segment_versions (
    code        TEXT COLLATE "C" NOT NULL,
    version     BIGINT NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    rule        TEXT COLLATE "C" NOT NULL,
    digest      TEXT COLLATE "C" NOT NULL,
    changed_by  TEXT COLLATE "C" NOT NULL,
    changed_at  BIGINT NOT NULL,
    PRIMARY KEY (code, version)
);

-- The kind of a fact; the name of an event, of others an empty text; an empty property is the fact itself.
CREATE TABLE seen_properties (
    kind     TEXT COLLATE "C" NOT NULL,
    event    TEXT COLLATE "C" NOT NULL,
    property TEXT COLLATE "C" NOT NULL,
    type     TEXT COLLATE "C" NOT NULL,
    seen_at  BIGINT NOT NULL,
    PRIMARY KEY (kind, event, property)
);
