-- Layers: some segments in an order, of which everybody within a base is in exactly one; every version is kept.

CREATE TABLE layers (
    code        TEXT    NOT NULL PRIMARY KEY,
    version     INTEGER NOT NULL,
    archived_at INTEGER,
    created_by  TEXT    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The base is a rule in JSON, or nothing; stages are a JSON list of code, name and own rule, in their order.
CREATE TABLE layer_versions (
    code        TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    description TEXT    NOT NULL,
    base        TEXT,
    stages      TEXT    NOT NULL,
    changed_by  TEXT    NOT NULL,
    changed_at  INTEGER NOT NULL,
    PRIMARY KEY (code, version)
) STRICT, WITHOUT ROWID;

-- Segments that are, or were, a stage of a layer: they are changed by the layer alone.
CREATE TABLE layer_stages (
    segment TEXT NOT NULL PRIMARY KEY,
    layer   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What the daily run counts of each customer and what follows from it.
CREATE TABLE customer_scores (
    customer_number     INTEGER NOT NULL PRIMARY KEY,
    interactions        INTEGER NOT NULL,
    shares              INTEGER NOT NULL,
    referrals           INTEGER NOT NULL,
    participations      INTEGER NOT NULL,
    activity_score      INTEGER NOT NULL,
    activity_power      INTEGER NOT NULL,
    spread_power        INTEGER NOT NULL,
    first_touch_point   TEXT,
    main_touch_point    TEXT,
    conversions         INTEGER NOT NULL,
    decision_friend     INTEGER,
    decision_content    INTEGER,
    decision_promotion  INTEGER,
    decision_community  INTEGER
) STRICT;

-- What most customers have, bought or joined, with how many do: what layers can be made of.
CREATE TABLE noted_values (
    kind      TEXT    NOT NULL,
    value     TEXT    NOT NULL,
    customers INTEGER NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;
