-- Files of third parties: whom they know by the hash of a phone number. Hashes are not kept.
CREATE TABLE audiences (
    id         TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    provider   TEXT   NOT NULL,
    purpose    TEXT   NOT NULL,
    tag        TEXT   NOT NULL,
    hashes     INTEGER NOT NULL,
    matched    INTEGER NOT NULL,
    refused    INTEGER NOT NULL,
    customers  INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    created_by TEXT   NOT NULL,
    created_at INTEGER NOT NULL,
    done_at    INTEGER
) STRICT;

-- Profiles that were found and have no tag yet; rows go as tags are set.
CREATE TABLE audience_matches (
    audience_id TEXT   NOT NULL,
    part_number INTEGER NOT NULL,
    PRIMARY KEY (audience_id, part_number)
) STRICT, WITHOUT ROWID;
