-- What facts say of customers over time: how far they are in products, who invited them, which topics they want.
-- All by profile: merging and parting move no row.

-- The newest word of each value of a profile's state in a product. JSON of a text, a number, true, false or null.
CREATE TABLE progress_values (
    part_number INTEGER NOT NULL,
    product     TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    value       TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (part_number, product, name)
) STRICT, WITHOUT ROWID;

-- Events of use by quarter of an hour since 1970; older ones go every day.
CREATE TABLE progress_use (
    part_number INTEGER NOT NULL,
    product     TEXT    NOT NULL,
    slot        INTEGER NOT NULL,
    events      INTEGER NOT NULL,
    PRIMARY KEY (part_number, product, slot)
) STRICT, WITHOUT ROWID;
CREATE INDEX progress_use_slot ON progress_use (slot);

-- Which product an order is of; what it came to stands in "orders".
CREATE TABLE progress_orders (
    part_number INTEGER NOT NULL,
    order_no    TEXT    NOT NULL,
    product     TEXT    NOT NULL,
    PRIMARY KEY (part_number, order_no)
) STRICT, WITHOUT ROWID;

-- Whose a share is: the first that said so.
CREATE TABLE shares (
    share_id    TEXT    NOT NULL PRIMARY KEY,
    part_number INTEGER NOT NULL,
    at          INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX shares_part_number ON shares (part_number);

-- By whom a profile came, as it was told: an identifier, or a share. Which word holds is worked out when it is asked for.
CREATE TABLE relations (
    part_number   INTEGER NOT NULL,
    inviter_kind  TEXT    NOT NULL,
    inviter_value TEXT    NOT NULL,
    at            INTEGER NOT NULL,
    source        TEXT    NOT NULL,
    PRIMARY KEY (part_number, inviter_kind, inviter_value)
) STRICT, WITHOUT ROWID;
CREATE INDEX relations_inviter ON relations (inviter_kind, inviter_value);

CREATE TABLE topics (
    code        TEXT    NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    is_archived INTEGER NOT NULL,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    version     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What a profile picked, each time: a JSON list of codes. Rows are only ever added.
CREATE TABLE topic_picks (
    id          TEXT    NOT NULL PRIMARY KEY,
    part_number INTEGER NOT NULL,
    topics      TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    source      TEXT    NOT NULL
) STRICT;
CREATE INDEX topic_picks_part_number ON topic_picks (part_number);

-- Events of each scene of the journey map, by UTC day. They name nobody.
CREATE TABLE scene_counts (
    scene     TEXT    NOT NULL,
    day       INTEGER NOT NULL,
    entered   INTEGER NOT NULL,
    completed INTEGER NOT NULL,
    rated     INTEGER NOT NULL,
    satisfied INTEGER NOT NULL,
    PRIMARY KEY (scene, day)
) STRICT, WITHOUT ROWID;
