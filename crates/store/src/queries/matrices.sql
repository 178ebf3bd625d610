-- name: matrices.insert
INSERT INTO matrices (code, layer, name, contents, version, created_by, created_at, changed_by, changed_at)
VALUES ($1, $2, $3, $4, 1, $5, $6, $5, $6) ON CONFLICT (code) DO NOTHING
-- Without what is published, which is as large as the draft.
-- name: matrices.list
SELECT code, layer, name, contents, version, created_by, created_at, changed_by, changed_at, CAST(NULL AS TEXT),
    published_version, published_by, published_at
FROM matrices ORDER BY code
-- name: matrices.get
SELECT code, layer, name, contents, version, created_by, created_at, changed_by, changed_at, published, published_version,
    published_by, published_at
FROM matrices WHERE code = $1
-- name: matrices.update
UPDATE matrices SET name = $3, contents = $4, changed_by = $5, changed_at = $6, version = version + 1
WHERE code = $1 AND version = $2
-- name: matrices.publish
UPDATE matrices SET published = contents, published_version = version, published_by = $3, published_at = $4
WHERE code = $1 AND version = $2
-- name: matrices.remove
DELETE FROM matrices WHERE code = $1 AND version = $2
