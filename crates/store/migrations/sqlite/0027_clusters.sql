-- Clusters: who is alike in figures, found once, and whoever has a cluster by the nearest centre. Settings and results are
-- documents, made and read by one version of the program after another.
CREATE TABLE clusterings (
    id                  TEXT NOT NULL PRIMARY KEY,
    name                TEXT NOT NULL,
    description         TEXT NOT NULL,
    settings            TEXT NOT NULL,
    state               TEXT NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    progress            REAL NOT NULL,
    is_cancel_requested INTEGER NOT NULL CHECK (is_cancel_requested IN (0, 1)),
    error               TEXT,
    result              TEXT,
    tag_group           TEXT,
    assignment_asked_at INTEGER,
    created_by          TEXT NOT NULL,
    created_at          INTEGER NOT NULL,
    started_at          INTEGER,
    finished_at         INTEGER,
    version             INTEGER NOT NULL
) STRICT;

-- What a person says of a cluster, and the tag that is kept for it.
CREATE TABLE clusters (
    clustering_id       TEXT NOT NULL,
    number              INTEGER NOT NULL,
    name                TEXT NOT NULL,
    description         TEXT NOT NULL,
    tag                 TEXT,
    PRIMARY KEY (clustering_id, number)
) STRICT, WITHOUT ROWID;

-- By customers as they were when they were placed: who was merged into another one since is not found by a number any more.
CREATE TABLE cluster_members (
    clustering_id       TEXT NOT NULL,
    customer_number     INTEGER NOT NULL,
    cluster_number      INTEGER NOT NULL,
    PRIMARY KEY (clustering_id, customer_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX cluster_members_cluster ON cluster_members (clustering_id, cluster_number, customer_number);
CREATE INDEX cluster_members_customer ON cluster_members (customer_number);

-- By profile, where it is known with whom: merging and parting move no row.
CREATE TABLE cluster_interviews (
    id                  TEXT NOT NULL PRIMARY KEY,
    clustering_id       TEXT NOT NULL,
    cluster_number      INTEGER NOT NULL,
    kind                TEXT NOT NULL CHECK (kind IN ('interview', 'panel')),
    hypothesis          TEXT NOT NULL,
    is_supported        INTEGER NOT NULL CHECK (is_supported IN (0, 1)),
    quote               TEXT NOT NULL,
    interviewer         TEXT NOT NULL,
    held_on             INTEGER NOT NULL,
    part_number         INTEGER,
    recorded_by         TEXT NOT NULL,
    recorded_at         INTEGER NOT NULL
) STRICT;
CREATE INDEX cluster_interviews_cluster ON cluster_interviews (clustering_id, cluster_number, held_on, id);
CREATE INDEX cluster_interviews_part ON cluster_interviews (part_number);

-- What sources say of one field, customer by customer.
CREATE INDEX traits_name_customer ON traits (name, customer_number);

-- Why somebody stays away or comes back, and what hurts: asked in surveys, coded by their values. Who has a field or words of that
-- name keeps theirs as they are.
INSERT INTO fields (name, name_zh, name_en, class, kind, allowed, is_personal, weight, is_preset, created_by, created_at, version)
SELECT 'churn_reason', '流失原因', 'Reason of churn', 'decision', 'choices', '["price","quality","service","no_need","competitor","inconvenient","forgotten"]', FALSE, 0, TRUE, 'preset', 0, 1
WHERE NOT EXISTS (SELECT 1 FROM traits WHERE name = 'churn_reason') AND NOT EXISTS (SELECT 1 FROM part_traits WHERE name = 'churn_reason')
ON CONFLICT (name) DO NOTHING;
INSERT INTO fields (name, name_zh, name_en, class, kind, allowed, is_personal, weight, is_preset, created_by, created_at, version)
SELECT 'activity_reason', '活跃原因', 'Reason of activity', 'decision', 'choices', '["price","quality","service","habit","community","benefits"]', FALSE, 0, TRUE, 'preset', 0, 1
WHERE NOT EXISTS (SELECT 1 FROM traits WHERE name = 'activity_reason') AND NOT EXISTS (SELECT 1 FROM part_traits WHERE name = 'activity_reason')
ON CONFLICT (name) DO NOTHING;
INSERT INTO fields (name, name_zh, name_en, class, kind, allowed, is_personal, weight, is_preset, created_by, created_at, version)
SELECT 'pain_point', '痛点', 'Pain point', 'consumption', 'choices', '[]', FALSE, 0, TRUE, 'preset', 0, 1
WHERE NOT EXISTS (SELECT 1 FROM traits WHERE name = 'pain_point') AND NOT EXISTS (SELECT 1 FROM part_traits WHERE name = 'pain_point')
ON CONFLICT (name) DO NOTHING;
