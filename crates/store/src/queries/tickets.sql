-- What has opened a ticket opens no second one.
-- name: tickets.open
INSERT INTO tickets (id, part_number, cause, cause_id, detail, state, happened_at, opened_at)
VALUES ($1, $2, $3, $4, $5, 'open', $6, $7) ON CONFLICT (cause, cause_id) DO NOTHING
-- name: tickets.close
UPDATE tickets SET state = 'closed', closed_at = $2, closed_by = $3, note = $4, version = version + 1
WHERE id = $1 AND state = 'open'
-- name: tickets.reopen
UPDATE tickets SET state = 'open', reopened_at = $2, closed_at = NULL, closed_by = NULL, note = NULL, version = version + 1
WHERE id = $1 AND state = 'closed'
-- name: tickets.assign
UPDATE tickets SET assigned_to = $3, assigned_name = $4, assigned_at = $5, version = version + 1
WHERE id = $1 AND version = $2 AND state = 'open'
-- name: tickets.of_parts
SELECT t.id, t.part_number, t.part_number, t.cause, t.cause_id, t.detail, t.state, t.happened_at, t.opened_at,
    t.closed_at, t.closed_by, t.note, t.assigned_to, t.assigned_name, t.assigned_at, t.reopened_at, t.version
FROM tickets t WHERE t.part_number IN (VALUES /*rows:i*/)
-- name: tickets.remove_of_parts
DELETE FROM tickets WHERE part_number IN (VALUES /*rows:i*/)
