-- Stores and clerks: the tree of regions and stores, whose customer is whose, who signed whom up, and what that earns.

-- Regions and stores are places of one tree. A path is the numbers from the root, each with a slash behind it, so that
-- what is below a place is one range of paths. A store that orders name and nobody has entered is not known.
CREATE TABLE places (
    number     INTEGER PRIMARY KEY NOT NULL,
    id         TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('region', 'store')),
    code       TEXT,
    name       TEXT    NOT NULL,
    parent     INTEGER REFERENCES places (number),
    path       TEXT    NOT NULL,
    is_known   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version    INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX places_id ON places (id);
CREATE UNIQUE INDEX places_code ON places (code);
CREATE UNIQUE INDEX places_path ON places (path);

CREATE TABLE place_moves (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    place       INTEGER NOT NULL REFERENCES places (number),
    from_parent INTEGER,
    to_parent   INTEGER,
    moved_by    TEXT    NOT NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX place_moves_place ON place_moves (place);

-- Who sees only what is below a place.
CREATE TABLE place_bindings (
    user_id TEXT    NOT NULL PRIMARY KEY REFERENCES users (id),
    place   INTEGER NOT NULL REFERENCES places (number)
) STRICT, WITHOUT ROWID;

-- The store of each profile: the smallest of (rank, at, place) of all that speaks for one.
CREATE TABLE part_stores (
    part_number INTEGER PRIMARY KEY NOT NULL,
    place       INTEGER NOT NULL REFERENCES places (number),
    rank        INTEGER NOT NULL,
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX part_stores_place ON part_stores (place);

CREATE TABLE clerks (
    id         TEXT    NOT NULL PRIMARY KEY,
    user_id    TEXT    NOT NULL REFERENCES users (id),
    code       TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX clerks_user_id ON clerks (user_id);
CREATE UNIQUE INDEX clerks_code ON clerks (code);

-- Where a clerk worked from when to when; open at its end where that is now.
CREATE TABLE clerk_assignments (
    clerk_id TEXT    NOT NULL REFERENCES clerks (id),
    from_at  INTEGER NOT NULL,
    to_at    INTEGER,
    place    INTEGER NOT NULL REFERENCES places (number),
    PRIMARY KEY (clerk_id, from_at)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX clerk_assignments_current ON clerk_assignments (clerk_id) WHERE to_at IS NULL;

-- Who signed a profile up, once for each.
CREATE TABLE sign_ups (
    part_number INTEGER PRIMARY KEY NOT NULL,
    clerk_id    TEXT    NOT NULL REFERENCES clerks (id),
    place       INTEGER NOT NULL REFERENCES places (number),
    at          INTEGER NOT NULL
) STRICT;
CREATE INDEX sign_ups_clerk_at ON sign_ups (clerk_id, at);

-- Which clerk sold an order, where it says so.
CREATE TABLE clerk_orders (
    customer_number INTEGER NOT NULL,
    order_key       BLOB    NOT NULL,
    clerk_id        TEXT    NOT NULL REFERENCES clerks (id),
    PRIMARY KEY (customer_number, order_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX clerk_orders_clerk ON clerk_orders (clerk_id);

-- Rules never change: another rule takes the place of one that is ended.
CREATE TABLE incentive_rules (
    id           TEXT    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL CHECK (kind IN ('sign_up', 'first_order')),
    amount_minor INTEGER NOT NULL,
    days         INTEGER NOT NULL,
    event        TEXT,
    created_by   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    ended_at     INTEGER
) STRICT;

CREATE TABLE settlements (
    id        TEXT    NOT NULL PRIMARY KEY,
    from_at   INTEGER,
    until_at  INTEGER NOT NULL,
    closed_by TEXT    NOT NULL,
    closed_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX settlements_until_at ON settlements (until_at);

-- What a clerk earned and what was taken back. Lines stay; a settlement marks those that it paid.
CREATE TABLE incentive_lines (
    id            TEXT    NOT NULL PRIMARY KEY,
    clerk_id      TEXT    NOT NULL REFERENCES clerks (id),
    rule_id       TEXT    NOT NULL REFERENCES incentive_rules (id),
    part_number   INTEGER NOT NULL,
    amount_minor  INTEGER NOT NULL,
    at            INTEGER NOT NULL,
    order_no      TEXT,
    reverses      TEXT    REFERENCES incentive_lines (id),
    settlement_id TEXT    REFERENCES settlements (id)
) STRICT;
CREATE INDEX incentive_lines_clerk_at ON incentive_lines (clerk_id, at);
CREATE INDEX incentive_lines_part ON incentive_lines (part_number);
CREATE UNIQUE INDEX incentive_lines_reverses ON incentive_lines (reverses);
CREATE INDEX incentive_lines_settlement ON incentive_lines (settlement_id);

INSERT INTO sequences (name, value) VALUES ('place_number', 0);
