-- Promises of contact to the customers of a segment, and who looks after whom. By profile, so that merging and parting move
-- nothing: a customer's owner is that of the profile which has had one the longest.

CREATE TABLE contact_promises (
    segment         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    days            BIGINT NOT NULL,
    -- Ids of users, a JSON list in the order in which they were named.
    owners          TEXT COLLATE "C" NOT NULL,
    -- The segment of those who are overdue: made and changed with the promise alone.
    overdue_segment TEXT COLLATE "C" NOT NULL,
    version         BIGINT NOT NULL,
    changed_by      TEXT COLLATE "C" NOT NULL,
    changed_at      BIGINT NOT NULL
);
CREATE UNIQUE INDEX contact_promises_overdue_segment ON contact_promises (overdue_segment);

CREATE TABLE customer_owners (
    segment     TEXT COLLATE "C" NOT NULL,
    part_number BIGINT NOT NULL,
    -- The id of a user.
    owner       TEXT COLLATE "C" NOT NULL,
    since       BIGINT NOT NULL,
    PRIMARY KEY (segment, part_number)
);
CREATE INDEX customer_owners_part_number ON customer_owners (part_number);
