-- name: segments.insert
INSERT INTO segments (code, version, archived_at, created_by, created_at) VALUES ($1, 1, NULL, $2, $3)
ON CONFLICT (code) DO NOTHING
-- name: segments.advance
UPDATE segments SET version = version + 1 WHERE code = $1 AND version = $2
-- name: segments.add_version
INSERT INTO segment_versions (code, version, name, description, rule, digest, changed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
-- name: segments.set_archived
UPDATE segments SET archived_at = $2 WHERE code = $1
-- name: segments.all
SELECT s.code, s.version, s.archived_at, s.created_by, s.created_at, v.name, v.description, v.rule, v.digest, v.changed_by,
    v.changed_at
FROM segments s JOIN segment_versions v ON v.code = s.code AND v.version = s.version ORDER BY s.code
-- name: segments.get
SELECT s.code, s.version, s.archived_at, s.created_by, s.created_at, v.name, v.description, v.rule, v.digest, v.changed_by,
    v.changed_at
FROM segments s JOIN segment_versions v ON v.code = s.code AND v.version = s.version WHERE s.code = $1
-- name: segments.versions
SELECT version, name, description, rule, digest, changed_by, changed_at FROM segment_versions
WHERE code = $1 AND version < $2 ORDER BY version DESC LIMIT $3
-- name: segments.seen
SELECT kind, event, property, type FROM seen_properties ORDER BY kind, event, property
-- name: segments.seen_of
SELECT kind, event, property, type FROM seen_properties WHERE (kind, event) IN (VALUES /*rows:tt*/)
-- name: segments.count_seen
SELECT COUNT(*) FROM seen_properties
-- What was seen first stays.
-- name: segments.add_seen
INSERT INTO seen_properties (kind, event, property, type, seen_at) VALUES /*rows:tttti*/
ON CONFLICT (kind, event, property) DO NOTHING
