-- Segments' members who were invited into groups of a chat, and who of them has joined.
CREATE TABLE communities (
    code        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name        TEXT COLLATE "C" NOT NULL,
    segment     TEXT COLLATE "C" NOT NULL,
    size_max    BIGINT NOT NULL,
    -- Only who agreed to it is invited; none: everybody.
    purpose     TEXT COLLATE "C",
    archived_at BIGINT,
    version     BIGINT NOT NULL,
    created_by  TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL,
    changed_by  TEXT COLLATE "C" NOT NULL,
    changed_at  BIGINT NOT NULL
);

CREATE TABLE community_groups (
    community  TEXT COLLATE "C" NOT NULL,
    -- From 1 on, without gaps.
    number     BIGINT NOT NULL,
    -- By which facts name it.
    code       TEXT COLLATE "C" NOT NULL,
    link       TEXT COLLATE "C",
    -- The id of a user.
    owner      TEXT COLLATE "C",
    version    BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (community, number)
);
CREATE UNIQUE INDEX community_groups_code ON community_groups (code);

-- By profile, so that merging and parting move nothing: a customer's invitation is the earliest of their profiles'.
CREATE TABLE community_invitations (
    community    TEXT COLLATE "C" NOT NULL,
    part_number  BIGINT NOT NULL,
    group_number BIGINT NOT NULL,
    invited_at   BIGINT NOT NULL,
    PRIMARY KEY (community, part_number)
);
CREATE INDEX community_invitations_part_number ON community_invitations (part_number);

-- The latest of each that is known of a profile and a group, also of profiles that were not invited: a merge may make them one
-- with somebody who was.
CREATE TABLE community_joins (
    community    TEXT COLLATE "C" NOT NULL,
    group_number BIGINT NOT NULL,
    part_number  BIGINT NOT NULL,
    joined_at    BIGINT,
    left_at      BIGINT,
    -- By hand.
    marked_at    BIGINT,
    unmarked_at  BIGINT,
    PRIMARY KEY (community, group_number, part_number)
);
CREATE INDEX community_joins_part_number ON community_joins (part_number);
