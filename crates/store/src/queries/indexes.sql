-- name: indexes.remember
INSERT INTO settings (name, value, version) VALUES ($1, $2, 1)
-- name: indexes.remembered
SELECT value FROM settings WHERE name >= $1 AND name < $2 ORDER BY name LIMIT 1
-- name: indexes.forget
DELETE FROM settings WHERE name = $1
