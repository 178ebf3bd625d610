-- Customers of whom something was changed by other ways than facts, in the order of commits: what the live index follows.

CREATE TABLE customer_changes (
    position        BIGINT NOT NULL PRIMARY KEY,
    customer_number BIGINT NOT NULL
);

-- Tags that follow a segment: whoever is in it has the tag, and nobody else.
CREATE TABLE automatic_tags (
    tag        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    segment    TEXT COLLATE "C" NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
