-- Segments: rules with a name, and every version that there was. And which events and properties have been seen, by name and
-- type, so that a rule can be held against what there is.

CREATE TABLE segments (
    code        TEXT    NOT NULL PRIMARY KEY,
    version     INTEGER NOT NULL,
    archived_at INTEGER,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The rule is JSON with sorted keys; the digest is that of its normal form.
CREATE TABLE segment_versions (
    code        TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    rule        TEXT    NOT NULL,
    digest      TEXT    NOT NULL,
    changed_by  TEXT    NOT NULL,
    changed_at  INTEGER NOT NULL,
    PRIMARY KEY (code, version)
) STRICT, WITHOUT ROWID;

-- The kind of a fact; the name of an event, of others an empty text; an empty property is the fact itself.
CREATE TABLE seen_properties (
    kind     TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    property TEXT    NOT NULL,
    type     TEXT    NOT NULL,
    seen_at  INTEGER NOT NULL,
    PRIMARY KEY (kind, event, property)
) STRICT, WITHOUT ROWID;
