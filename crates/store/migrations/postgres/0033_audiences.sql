-- Files of third parties: whom they know by the hash of a phone number. Hashes are not kept.
CREATE TABLE audiences (
    id         TEXT COLLATE "C"   NOT NULL PRIMARY KEY,
    name       TEXT COLLATE "C"   NOT NULL,
    provider   TEXT COLLATE "C"   NOT NULL,
    purpose    TEXT COLLATE "C"   NOT NULL,
    tag        TEXT COLLATE "C"   NOT NULL,
    hashes     BIGINT NOT NULL,
    matched    BIGINT NOT NULL,
    refused    BIGINT NOT NULL,
    customers  BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_by TEXT COLLATE "C"   NOT NULL,
    created_at BIGINT NOT NULL,
    done_at    BIGINT
);

-- Profiles that were found and have no tag yet; rows go as tags are set.
CREATE TABLE audience_matches (
    audience_id TEXT COLLATE "C"   NOT NULL,
    part_number BIGINT NOT NULL,
    PRIMARY KEY (audience_id, part_number)
);
