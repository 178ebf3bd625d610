-- Layers: some segments in an order, of which everybody within a base is in exactly one; every version is kept.

CREATE TABLE layers (
    code        TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL,
    archived_at BIGINT,
    created_by  TEXT COLLATE "C" NOT NULL,
    created_at  BIGINT NOT NULL
);

-- The base is a rule in JSON, or nothing; stages are a JSON list of code, name and own rule, in their order.
CREATE TABLE layer_versions (
    code        TEXT COLLATE "C" NOT NULL,
    version     BIGINT NOT NULL,
    name        TEXT COLLATE "C" NOT NULL,
    description TEXT COLLATE "C" NOT NULL,
    base        TEXT COLLATE "C",
    stages      TEXT COLLATE "C" NOT NULL,
    changed_by  TEXT COLLATE "C" NOT NULL,
    changed_at  BIGINT NOT NULL,
    PRIMARY KEY (code, version)
);

-- Segments that are, or were, a stage of a layer: they are changed by the layer alone.
CREATE TABLE layer_stages (
    segment TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    layer   TEXT COLLATE "C" NOT NULL
);

-- What the daily run counts of each customer and what follows from it.
CREATE TABLE customer_scores (
    customer_number     BIGINT NOT NULL PRIMARY KEY,
    interactions        BIGINT NOT NULL,
    shares              BIGINT NOT NULL,
    referrals           BIGINT NOT NULL,
    participations      BIGINT NOT NULL,
    activity_score      BIGINT NOT NULL,
    activity_power      BIGINT NOT NULL,
    spread_power        BIGINT NOT NULL,
    first_touch_point   TEXT COLLATE "C",
    main_touch_point    TEXT COLLATE "C",
    conversions         BIGINT NOT NULL,
    decision_friend     BIGINT,
    decision_content    BIGINT,
    decision_promotion  BIGINT,
    decision_community  BIGINT
);

-- What most customers have, bought or joined, with how many do: what layers can be made of.
CREATE TABLE noted_values (
    kind      TEXT COLLATE "C" NOT NULL,
    value     TEXT COLLATE "C" NOT NULL,
    customers BIGINT           NOT NULL,
    PRIMARY KEY (kind, value)
);
