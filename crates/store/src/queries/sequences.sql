-- The value is the last number given. The row is locked until commit.
-- name: sequences.reserve
INSERT INTO sequences (name, value) VALUES ($1, $2)
ON CONFLICT (name) DO UPDATE SET value = sequences.value + excluded.value
RETURNING value
-- name: sequences.current
SELECT value FROM sequences WHERE name = $1
-- name: sequences.put
UPDATE sequences SET value = $2 WHERE name = $1
-- name: sequences.all
SELECT name, value FROM sequences
