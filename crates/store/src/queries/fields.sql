-- name: fields.all
SELECT name, name_zh, name_en, class, kind, allowed, is_personal, weight, is_preset, archived_at, created_by, created_at, version
FROM fields ORDER BY created_at, weight DESC, name
-- name: fields.get
SELECT name, name_zh, name_en, class, kind, allowed, is_personal, weight, is_preset, archived_at, created_by, created_at, version
FROM fields WHERE name = $1
-- name: fields.insert
INSERT INTO fields (name, name_zh, name_en, class, kind, allowed, is_personal, weight, is_preset, archived_at, created_by,
    created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE, NULL, $9, $10, 1) ON CONFLICT (name) DO NOTHING
-- name: fields.update
UPDATE fields SET name_zh = $3, name_en = $4, class = $5, allowed = $6, is_personal = $7, weight = $8, archived_at = $9,
    version = version + 1
WHERE name = $1 AND version = $2
-- name: fields.add_refusals
INSERT INTO field_refusals (field, source, day, refused, last_at) VALUES /*rows:ttiii*/
ON CONFLICT (field, source, day) DO UPDATE SET refused = field_refusals.refused + excluded.refused,
    last_at = CASE WHEN excluded.last_at > field_refusals.last_at THEN excluded.last_at ELSE field_refusals.last_at END
-- name: fields.refusals
SELECT field, source, CAST(SUM(refused) AS BIGINT), MAX(last_at) FROM field_refusals
GROUP BY field, source ORDER BY field, source
-- name: fields.sources
SELECT source, origin, rank FROM trait_sources ORDER BY source
-- name: fields.put_sources
INSERT INTO trait_sources (source, origin, rank) VALUES /*rows:tti*/
ON CONFLICT (source) DO UPDATE SET origin = excluded.origin, rank = excluded.rank
-- name: fields.order
SELECT value, version FROM settings WHERE name = 'trait_origins'
-- name: fields.insert_order
INSERT INTO settings (name, value, version) VALUES ('trait_origins', $1, 1) ON CONFLICT (name) DO NOTHING
-- name: fields.replace_order
UPDATE settings SET value = $1, version = version + 1 WHERE name = 'trait_origins' AND version = $2
-- A note about an earlier word gives way, whatever comes first.
-- name: fields.add_notes
INSERT INTO trait_notes (part_number, name, source, at, by_kind, by_id, by_name, surface, consent_id)
VALUES /*rows:ittittttt*/
ON CONFLICT (part_number, name, source) DO UPDATE SET at = excluded.at, by_kind = excluded.by_kind, by_id = excluded.by_id,
    by_name = excluded.by_name, surface = excluded.surface, consent_id = excluded.consent_id
WHERE excluded.at >= trait_notes.at
-- name: fields.notes_of_parts
SELECT part_number, name, source, at, by_kind, by_id, by_name, surface, consent_id FROM trait_notes
WHERE part_number IN (VALUES /*rows:i*/)
-- name: fields.remove_notes
DELETE FROM trait_notes WHERE part_number IN (VALUES /*rows:i*/)
