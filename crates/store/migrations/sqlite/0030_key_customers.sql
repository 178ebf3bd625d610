-- Promises of contact to the customers of a segment, and who looks after whom. By profile, so that merging and parting move
-- nothing: a customer's owner is that of the profile which has had one the longest.

CREATE TABLE contact_promises (
    segment         TEXT    NOT NULL PRIMARY KEY,
    days            INTEGER NOT NULL,
    -- Ids of users, a JSON list in the order in which they were named.
    owners          TEXT    NOT NULL,
    -- The segment of those who are overdue: made and changed with the promise alone.
    overdue_segment TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    changed_by      TEXT    NOT NULL,
    changed_at      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX contact_promises_overdue_segment ON contact_promises (overdue_segment);

CREATE TABLE customer_owners (
    segment     TEXT    NOT NULL,
    part_number INTEGER NOT NULL,
    -- The id of a user.
    owner       TEXT    NOT NULL,
    since       INTEGER NOT NULL,
    PRIMARY KEY (segment, part_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_owners_part_number ON customer_owners (part_number);
