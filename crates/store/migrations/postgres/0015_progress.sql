-- What facts say of customers over time: how far they are in products, who invited them, which topics they want.
-- All by profile: merging and parting move no row.

-- The newest word of each value of a profile's state in a product. JSON of a text, a number, true, false or null.
CREATE TABLE progress_values (
    part_number BIGINT NOT NULL,
    product     TEXT COLLATE "C" NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    value       TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (part_number, product, name)
);

-- Events of use by quarter of an hour since 1970; older ones go every day.
CREATE TABLE progress_use (
    part_number BIGINT NOT NULL,
    product     TEXT COLLATE "C" NOT NULL,
    slot        BIGINT NOT NULL,
    events      BIGINT NOT NULL,
    PRIMARY KEY (part_number, product, slot)
);
CREATE INDEX progress_use_slot ON progress_use (slot);

-- Which product an order is of; what it came to stands in "orders".
CREATE TABLE progress_orders (
    part_number BIGINT NOT NULL,
    order_no    TEXT COLLATE "C" NOT NULL,
    product     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (part_number, order_no)
);

-- Whose a share is: the first that said so.
CREATE TABLE shares (
    share_id    TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    part_number BIGINT NOT NULL,
    at          BIGINT NOT NULL
);
CREATE INDEX shares_part_number ON shares (part_number);

-- By whom a profile came, as it was told: an identifier, or a share. Which word holds is worked out when it is asked for.
CREATE TABLE relations (
    part_number   BIGINT NOT NULL,
    inviter_kind  TEXT COLLATE "C" NOT NULL,
    inviter_value TEXT COLLATE "C" NOT NULL,
    at            BIGINT NOT NULL,
    source        TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (part_number, inviter_kind, inviter_value)
);
CREATE INDEX relations_inviter ON relations (inviter_kind, inviter_value);

CREATE TABLE topics (
    code        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name        TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    is_archived BOOLEAN NOT NULL,
    created_by  TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL,
    version     BIGINT NOT NULL
);

-- What a profile picked, each time: a JSON list of codes. Rows are only ever added.
CREATE TABLE topic_picks (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    part_number BIGINT NOT NULL,
    topics      TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    source      TEXT COLLATE "C" NOT NULL
);
CREATE INDEX topic_picks_part_number ON topic_picks (part_number);

-- Events of each scene of the journey map, by UTC day. They name nobody.
CREATE TABLE scene_counts (
    scene     TEXT COLLATE "C" NOT NULL,
    day       BIGINT NOT NULL,
    entered   BIGINT NOT NULL,
    completed BIGINT NOT NULL,
    rated     BIGINT NOT NULL,
    satisfied BIGINT NOT NULL,
    PRIMARY KEY (scene, day)
);
