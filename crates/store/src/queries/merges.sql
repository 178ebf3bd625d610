-- name: merges.insert
INSERT INTO merges (id, one_part, other_part, survivor, absorbed, how, detail, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
-- name: merges.get
SELECT id, one_part, other_part, survivor, absorbed, how, detail, created_by, created_at, undone_by, undone_at
FROM merges WHERE id = $1
-- The one that stands, of the customer that went on under another number.
-- name: merges.of_absorbed
SELECT id, one_part, other_part, survivor, absorbed, how, detail, created_by, created_at, undone_by, undone_at
FROM merges WHERE absorbed = $1 AND undone_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1
-- name: merges.by_one_part
SELECT id, one_part, other_part, survivor, absorbed, how, detail, created_by, created_at, undone_by, undone_at
FROM merges WHERE one_part IN (VALUES /*rows:i*/)
-- name: merges.by_other_part
SELECT id, one_part, other_part, survivor, absorbed, how, detail, created_by, created_at, undone_by, undone_at
FROM merges WHERE other_part IN (VALUES /*rows:i*/)
-- name: merges.since
SELECT id, one_part, other_part, survivor, absorbed, how, detail, created_by, created_at, undone_by, undone_at
FROM merges WHERE created_at >= $1 OR undone_at >= $1 ORDER BY created_at, id
-- name: merges.undo
UPDATE merges SET undone_by = $2, undone_at = $3 WHERE id = $1 AND undone_at IS NULL
-- Each sub-query reads one end of its index.
-- name: merges.last_change
SELECT (SELECT MAX(created_at) FROM merges WHERE how = 'hand'), (SELECT MAX(created_at) FROM merges WHERE how = 'evidence'),
    (SELECT MAX(undone_at) FROM merges)
