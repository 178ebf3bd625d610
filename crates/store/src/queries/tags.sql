-- name: tags.groups
SELECT code, name_zh, name_en, is_exclusive, valid_days, archived_at, created_by, created_at, version FROM tag_groups
ORDER BY created_at, code
-- name: tags.group
SELECT code, name_zh, name_en, is_exclusive, valid_days, archived_at, created_by, created_at, version FROM tag_groups
WHERE code = $1
-- name: tags.insert_group
INSERT INTO tag_groups (code, name_zh, name_en, is_exclusive, valid_days, archived_at, created_by, created_at, version)
VALUES ($1, $2, $3, $4, $5, NULL, $6, $7, 1) ON CONFLICT (code) DO NOTHING
-- name: tags.update_group
UPDATE tag_groups SET name_zh = $3, name_en = $4, is_exclusive = $5, valid_days = $6, archived_at = $7, version = version + 1
WHERE code = $1 AND version = $2
-- name: tags.all
SELECT code, group_code, name_zh, name_en, archived_at, created_by, created_at, version FROM tags ORDER BY created_at, code
-- name: tags.get
SELECT code, group_code, name_zh, name_en, archived_at, created_by, created_at, version FROM tags WHERE code = $1
-- name: tags.insert
INSERT INTO tags (code, group_code, name_zh, name_en, archived_at, created_by, created_at, version)
VALUES ($1, $2, $3, $4, NULL, $5, $6, 1) ON CONFLICT (code) DO NOTHING
-- name: tags.update
UPDATE tags SET name_zh = $3, name_en = $4, archived_at = $5, version = version + 1 WHERE code = $1 AND version = $2
-- name: tags.add_events
INSERT INTO tag_events (id, part_number, tag, group_code, is_exclusive, what, at, expires_at, by_kind, by_id, by_name,
    surface, note)
VALUES /*rows:tittotiittttt*/
ON CONFLICT (id) DO NOTHING
-- name: tags.events_of_parts
SELECT position, id, part_number, tag, group_code, is_exclusive, what, at, expires_at, by_kind, by_id, by_name, surface, note
FROM tag_events WHERE part_number IN (VALUES /*rows:i*/)
-- name: tags.remove_events
DELETE FROM tag_events WHERE part_number IN (VALUES /*rows:i*/)
-- name: tags.add_standing
INSERT INTO customer_tags (customer_number, tag, part_number, since_at, expires_at) VALUES /*rows:itiii*/
-- name: tags.remove_standing
DELETE FROM customer_tags WHERE customer_number IN (VALUES /*rows:i*/)
-- The longest overdue first.
-- name: tags.due
SELECT customer_number, tag, part_number, since_at, expires_at FROM customer_tags
WHERE expires_at <= $1 ORDER BY expires_at, customer_number, tag LIMIT $2
