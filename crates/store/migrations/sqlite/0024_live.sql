-- Customers of whom something was changed by other ways than facts, in the order of commits: what the live index follows.

CREATE TABLE customer_changes (
    position        INTEGER NOT NULL PRIMARY KEY,
    customer_number INTEGER NOT NULL
) STRICT;

-- Tags that follow a segment: whoever is in it has the tag, and nobody else.
CREATE TABLE automatic_tags (
    tag        TEXT     NOT NULL PRIMARY KEY,
    segment    TEXT     NOT NULL,
    created_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
