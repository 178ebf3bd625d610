-- name: index_snapshots.forget
DELETE FROM index_snapshots WHERE begun_at < $1
-- name: index_snapshots.begin
INSERT INTO index_snapshots (token, begun_at, sequence) VALUES ($1, $2, NULL)
-- name: index_snapshots.finish
UPDATE index_snapshots SET sequence = $2 WHERE token = $1
-- name: index_snapshots.sequence_of
SELECT sequence FROM index_snapshots WHERE token = $1 AND sequence IS NOT NULL
-- name: index_snapshots.void
DELETE FROM index_snapshots
