-- Segments' members who were invited into groups of a chat, and who of them has joined.
CREATE TABLE communities (
    code        TEXT NOT NULL PRIMARY KEY,
    name        TEXT NOT NULL,
    segment     TEXT NOT NULL,
    size_max    INTEGER NOT NULL,
    -- Only who agreed to it is invited; none: everybody.
    purpose     TEXT,
    archived_at INTEGER,
    version     INTEGER NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    changed_by  TEXT NOT NULL,
    changed_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE community_groups (
    community  TEXT NOT NULL,
    -- From 1 on, without gaps.
    number     INTEGER NOT NULL,
    -- By which facts name it.
    code       TEXT NOT NULL,
    link       TEXT,
    -- The id of a user.
    owner      TEXT,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (community, number)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX community_groups_code ON community_groups (code);

-- By profile, so that merging and parting move nothing: a customer's invitation is the earliest of their profiles'.
CREATE TABLE community_invitations (
    community    TEXT NOT NULL,
    part_number  INTEGER NOT NULL,
    group_number INTEGER NOT NULL,
    invited_at   INTEGER NOT NULL,
    PRIMARY KEY (community, part_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX community_invitations_part_number ON community_invitations (part_number);

-- The latest of each that is known of a profile and a group, also of profiles that were not invited: a merge may make them one
-- with somebody who was.
CREATE TABLE community_joins (
    community    TEXT NOT NULL,
    group_number INTEGER NOT NULL,
    part_number  INTEGER NOT NULL,
    joined_at    INTEGER,
    left_at      INTEGER,
    -- By hand.
    marked_at    INTEGER,
    unmarked_at  INTEGER,
    PRIMARY KEY (community, group_number, part_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX community_joins_part_number ON community_joins (part_number);
