-- name: privacy.insert
INSERT INTO erasures (id, state, step, customer_number, parts, reason, requested_by, requested_at, deadline_at, counts,
    work)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
-- name: privacy.get
SELECT id, state, step, customer_number, parts, reason, requested_by, requested_at, deadline_at, counts, work,
    receipt, finished_at
FROM erasures WHERE id = $1
-- name: privacy.of_customer
SELECT id, state, step, customer_number, parts, reason, requested_by, requested_at, deadline_at, counts, work,
    receipt, finished_at
FROM erasures WHERE customer_number = $1 ORDER BY requested_at DESC, id DESC LIMIT 1
-- name: privacy.list
SELECT id, state, step, customer_number, parts, reason, requested_by, requested_at, deadline_at, counts, work,
    receipt, finished_at
FROM erasures ORDER BY requested_at DESC, id DESC LIMIT $1
-- name: privacy.list_after
SELECT id, state, step, customer_number, parts, reason, requested_by, requested_at, deadline_at, counts, work,
    receipt, finished_at
FROM erasures WHERE (requested_at, id) < (SELECT requested_at, id FROM erasures WHERE id = $2)
ORDER BY requested_at DESC, id DESC LIMIT $1
-- Few are: the table is read.
-- name: privacy.unfinished
SELECT id, state, step, customer_number, parts, reason, requested_by, requested_at, deadline_at, counts, work,
    receipt, finished_at
FROM erasures WHERE state = 'running' ORDER BY requested_at, id
-- name: privacy.advance
UPDATE erasures SET step = $3, counts = $4, work = $5 WHERE id = $1 AND step = $2 AND state = 'running'
-- name: privacy.finish
UPDATE erasures SET state = 'done', counts = $2, receipt = $3, finished_at = $4, work = NULL
WHERE id = $1 AND state = 'running'
-- name: privacy.insert_tombstones
INSERT INTO tombstones (identifier_hash, cause, erased_at, back_since) VALUES /*rows:btii*/
ON CONFLICT (identifier_hash) DO UPDATE SET cause = excluded.cause, erased_at = excluded.erased_at,
    back_since = excluded.back_since
-- name: privacy.tombstones
SELECT CAST(k.column1 AS BIGINT), t.cause, t.erased_at, t.back_since FROM (VALUES /*rows:nb*/) k
JOIN tombstones t ON t.identifier_hash = k.column2
-- name: privacy.bring_back
UPDATE tombstones SET back_since = $2 WHERE cause = $1 AND back_since IS NULL
-- name: privacy.tombstones_of
SELECT COUNT(*), MIN(back_since) FROM tombstones WHERE cause = $1
