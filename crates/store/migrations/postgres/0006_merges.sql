-- Customers of several profiles: facts and identifiers stay with their profile, and a merge joins two of them.

-- The profile of an identifier, where that is not the one whose number the customer goes by or went by then: empty
-- where nobody was ever merged.
ALTER TABLE identities ADD COLUMN part_number BIGINT;

ALTER TABLE identity_conflicts ADD COLUMN reason TEXT COLLATE "C" NOT NULL DEFAULT 'other_customer';

-- One row a profile of a customer that has several. Profiles that are alone are rows of "customers" only.
CREATE TABLE customer_parts (
    part_number         BIGINT NOT NULL PRIMARY KEY,
    customer_number     BIGINT NOT NULL,
    created_at          BIGINT NOT NULL,
    display_name        TEXT COLLATE "C",
    name_folded         TEXT COLLATE "C",
    orders              BIGINT NOT NULL,
    gross_minor         BIGINT NOT NULL,
    refunds_minor       BIGINT NOT NULL,
    refund_count        BIGINT NOT NULL,
    net_minor           BIGINT NOT NULL,
    first_at            BIGINT,
    last_at             BIGINT,
    first_month         BIGINT,
    active_months       BIGINT NOT NULL,
    active_months_later BIGINT NOT NULL,
    updated_at          BIGINT NOT NULL,
    events              BIGINT NOT NULL,
    first_seen_at       BIGINT,
    last_seen_at        BIGINT
);
CREATE INDEX customer_parts_customer_number ON customer_parts (customer_number);

CREATE TABLE part_traits (
    part_number BIGINT NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    source      TEXT COLLATE "C" NOT NULL,
    value       TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (part_number, name, source)
);

-- Who said that two profiles are one, and who took it back. Rows stay.
CREATE TABLE merges (
    id         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    one_part   BIGINT NOT NULL,
    other_part BIGINT NOT NULL,
    survivor   BIGINT NOT NULL,
    absorbed   BIGINT NOT NULL,
    how        TEXT COLLATE "C" NOT NULL CHECK (how IN ('evidence', 'hand')),
    detail     TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL,
    undone_by  TEXT COLLATE "C",
    undone_at  BIGINT
);
CREATE INDEX merges_one_part ON merges (one_part);
CREATE INDEX merges_other_part ON merges (other_part);
CREATE INDEX merges_absorbed ON merges (absorbed);
CREATE INDEX merges_how_created_at ON merges (how, created_at);
CREATE INDEX merges_undone_at ON merges (undone_at);

-- Raised by each merge and un-merge, so that whoever read many customers sees that some are others now.
INSERT INTO sequences (name, value) VALUES ('merges', 0);
