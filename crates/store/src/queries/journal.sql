-- name: journal.accept
INSERT INTO journal (block_key, import_id, state, facts, payload, accepted_at) VALUES ($1, $2, 'accepted', $3, $4, $5)
ON CONFLICT (block_key) DO NOTHING
-- Whoever applies them has locked all other appliers out.
-- name: journal.next_accepted
SELECT position, block_key, import_id, facts, payload FROM journal WHERE state = 'accepted' ORDER BY position LIMIT $1
-- name: journal.mark_applied
UPDATE journal SET state = 'applied', applied_sequence = $2, told = $3, last_error = NULL
WHERE position = $1 AND state = 'accepted'
-- name: journal.note_failure
UPDATE journal SET attempts = attempts + 1, last_error = $2,
    state = CASE WHEN attempts + 1 >= $3 THEN 'set_aside' ELSE 'accepted' END
WHERE position = $1 AND state = 'accepted'
RETURNING state
-- name: journal.set_aside
SELECT block_key, import_id, facts, COALESCE(last_error, '') FROM journal WHERE state = 'set_aside'
ORDER BY position LIMIT $1
-- name: journal.set_aside_blocks
SELECT position, block_key, import_id, facts, payload FROM journal WHERE state = 'set_aside' AND position > $1
ORDER BY position LIMIT $2
-- name: journal.replace_set_aside
UPDATE journal SET facts = $2, payload = $3 WHERE position = $1 AND state = 'set_aside'
-- name: journal.imports_set_aside
SELECT DISTINCT import_id FROM journal WHERE state = 'set_aside' AND import_id IS NOT NULL ORDER BY import_id
-- name: journal.try_again
UPDATE journal SET state = 'accepted', attempts = 0
WHERE state = 'set_aside' AND (CAST($1 AS TEXT) IS NULL OR import_id = $1)
-- name: journal.applied
SELECT applied_sequence, payload, told FROM journal WHERE applied_sequence > $1 ORDER BY applied_sequence LIMIT $2
-- name: journal.waiting_for_history
SELECT CAST(COALESCE(SUM(facts), 0) AS BIGINT), MIN(accepted_at) FROM journal WHERE state = 'applied'
-- name: journal.first_applied
SELECT MIN(applied_sequence) FROM journal
-- name: journal.remove_applied_up_to
DELETE FROM journal WHERE applied_sequence <= $1
-- name: journal.counts
SELECT CAST(COALESCE(SUM(CASE WHEN state = 'accepted' THEN 1 ELSE 0 END), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN state = 'accepted' THEN facts ELSE 0 END), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN state = 'applied' THEN facts ELSE 0 END), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN state = 'accepted' AND attempts > 0 THEN 1 ELSE 0 END), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN state = 'set_aside' THEN 1 ELSE 0 END), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN state = 'set_aside' THEN facts ELSE 0 END), 0) AS BIGINT)
FROM journal
