-- name: uploads.insert
INSERT INTO uploads (id, name, size_bytes, path, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6)
-- name: uploads.get
SELECT id, name, size_bytes, path, created_by, created_at FROM uploads WHERE id = $1
-- name: uploads.remove
DELETE FROM uploads WHERE id = $1
-- name: uploads.created_before
SELECT id, name, size_bytes, path, created_by, created_at FROM uploads
WHERE created_at < $1 AND (created_at, id) > ($3, $4) ORDER BY created_at, id LIMIT $2
