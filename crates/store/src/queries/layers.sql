-- name: layers.insert
INSERT INTO layers (code, version, archived_at, created_by, created_at) VALUES ($1, 1, NULL, $2, $3)
ON CONFLICT (code) DO NOTHING
-- name: layers.advance
UPDATE layers SET version = version + 1 WHERE code = $1 AND version = $2
-- name: layers.add_version
INSERT INTO layer_versions (code, version, name, description, base, stages, changed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
-- name: layers.set_archived
UPDATE layers SET archived_at = $2 WHERE code = $1
-- name: layers.all
SELECT l.code, l.version, l.archived_at, l.created_by, l.created_at, v.name, v.description, v.base, v.stages, v.changed_by,
    v.changed_at
FROM layers l JOIN layer_versions v ON v.code = l.code AND v.version = l.version ORDER BY l.code
-- name: layers.version_at
SELECT version, name, description, base, stages, changed_by, changed_at FROM layer_versions
WHERE code = $1 AND changed_at <= $2 ORDER BY version DESC LIMIT 1
-- name: layers.add_stages
INSERT INTO layer_stages (segment, layer) VALUES /*rows:tt*/ ON CONFLICT (segment) DO NOTHING
-- name: layers.stages
SELECT segment, layer FROM layer_stages ORDER BY segment
-- name: layers.of_segment
SELECT layer FROM layer_stages WHERE segment = $1
