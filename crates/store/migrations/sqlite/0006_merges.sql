-- Customers of several profiles: facts and identifiers stay with their profile, and a merge joins two of them.

-- The profile of an identifier, where that is not the one whose number the customer goes by or went by then: empty
-- where nobody was ever merged.
ALTER TABLE identities ADD COLUMN part_number INTEGER;

ALTER TABLE identity_conflicts ADD COLUMN reason TEXT NOT NULL DEFAULT 'other_customer';

-- One row a profile of a customer that has several. Profiles that are alone are rows of "customers" only.
CREATE TABLE customer_parts (
    part_number         INTEGER PRIMARY KEY NOT NULL,
    customer_number     INTEGER NOT NULL,
    created_at          INTEGER NOT NULL,
    display_name        TEXT,
    name_folded         TEXT,
    orders              INTEGER NOT NULL,
    gross_minor         INTEGER NOT NULL,
    refunds_minor       INTEGER NOT NULL,
    refund_count        INTEGER NOT NULL,
    net_minor           INTEGER NOT NULL,
    first_at            INTEGER,
    last_at             INTEGER,
    first_month         INTEGER,
    active_months       INTEGER NOT NULL,
    active_months_later INTEGER NOT NULL,
    updated_at          INTEGER NOT NULL,
    events              INTEGER NOT NULL,
    first_seen_at       INTEGER,
    last_seen_at        INTEGER
) STRICT;
CREATE INDEX customer_parts_customer_number ON customer_parts (customer_number);

CREATE TABLE part_traits (
    part_number INTEGER NOT NULL,
    name        TEXT NOT NULL,
    source      TEXT NOT NULL,
    value       TEXT NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (part_number, name, source)
) STRICT, WITHOUT ROWID;

-- Who said that two profiles are one, and who took it back. Rows stay.
CREATE TABLE merges (
    id         TEXT    NOT NULL PRIMARY KEY,
    one_part   INTEGER NOT NULL,
    other_part INTEGER NOT NULL,
    survivor   INTEGER NOT NULL,
    absorbed   INTEGER NOT NULL,
    how        TEXT NOT NULL CHECK (how IN ('evidence', 'hand')),
    detail     TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    undone_by  TEXT,
    undone_at  INTEGER
) STRICT;
CREATE INDEX merges_one_part ON merges (one_part);
CREATE INDEX merges_other_part ON merges (other_part);
CREATE INDEX merges_absorbed ON merges (absorbed);
CREATE INDEX merges_how_created_at ON merges (how, created_at);
CREATE INDEX merges_undone_at ON merges (undone_at);

-- Raised by each merge and un-merge, so that whoever read many customers sees that some are others now.
INSERT INTO sequences (name, value) VALUES ('merges', 0);
