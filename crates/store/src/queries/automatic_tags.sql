-- name: automatic_tags.all
SELECT tag, segment, created_by, created_at FROM automatic_tags ORDER BY tag
-- name: automatic_tags.put
INSERT INTO automatic_tags (tag, segment, created_by, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (tag) DO UPDATE
SET segment = excluded.segment, created_by = excluded.created_by, created_at = excluded.created_at
-- name: automatic_tags.remove
DELETE FROM automatic_tags WHERE tag = $1
