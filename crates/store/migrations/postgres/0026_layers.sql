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
