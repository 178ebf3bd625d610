-- name: sources.insert
INSERT INTO sources (id, name, kind, state, user_id_type, rate_limit, key_hash, key_ending, previous_key_hash,
    previous_key_until, created_by, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING
-- name: sources.list
SELECT id, name, kind, state, user_id_type, rate_limit, key_hash, key_ending, previous_key_hash, previous_key_until,
    created_by, created_at, version
FROM sources ORDER BY created_at, id
-- name: sources.get
SELECT id, name, kind, state, user_id_type, rate_limit, key_hash, key_ending, previous_key_hash, previous_key_until,
    created_by, created_at, version
FROM sources WHERE id = $1
-- name: sources.update
UPDATE sources SET name = $3, kind = $4, state = $5, user_id_type = $6, rate_limit = $7, key_hash = $8, key_ending = $9,
    previous_key_hash = $10, previous_key_until = $11, version = version + 1
WHERE id = $1 AND version = $2
