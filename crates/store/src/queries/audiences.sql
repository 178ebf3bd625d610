-- name: audiences.insert
INSERT INTO audiences (id, name, provider, purpose, tag, hashes, matched, refused, customers, expires_at, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
-- name: audiences.list
SELECT id, name, provider, purpose, tag, hashes, matched, refused, customers, expires_at, created_by, created_at, done_at,
    failure
FROM audiences ORDER BY created_at DESC, id DESC LIMIT $1
-- name: audiences.get
SELECT id, name, provider, purpose, tag, hashes, matched, refused, customers, expires_at, created_by, created_at, done_at,
    failure
FROM audiences WHERE id = $1
-- name: audiences.finish
UPDATE audiences SET done_at = $2, failure = $3 WHERE id = $1
-- name: audiences.add_matches
INSERT INTO audience_matches (audience_id, part_number) VALUES /*rows:ti*/
-- name: audiences.matches
SELECT part_number FROM audience_matches WHERE audience_id = $1 ORDER BY part_number LIMIT $2
-- name: audiences.remove_matches
DELETE FROM audience_matches WHERE audience_id = $1 AND part_number <= $2
-- name: audiences.remove_parts
DELETE FROM audience_matches WHERE part_number IN (VALUES /*rows:i*/)
-- name: audiences.phones
SELECT value, COALESCE(part_number, customer_number), customer_number FROM identities WHERE kind = 'phone' AND value > $1 ORDER BY value LIMIT $2
