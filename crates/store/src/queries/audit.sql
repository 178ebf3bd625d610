-- name: audit.append
INSERT INTO audit (at, actor_kind, actor_id, actor_name, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)
-- name: audit.list
SELECT id, at, actor_kind, actor_id, actor_name, action, subject, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2
-- name: audit.count_refusal
UPDATE counted_refusals SET more = more + 1
WHERE actor_kind = $1 AND actor_id = $2 AND reason = $3
-- name: audit.begin_refusals
INSERT INTO counted_refusals (actor_kind, actor_id, actor_name, reason, since, more) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (actor_kind, actor_id, reason) DO NOTHING
-- name: audit.refusals_until
SELECT actor_kind, actor_id, actor_name, reason, since, more FROM counted_refusals WHERE since <= $1
ORDER BY since, actor_kind, actor_id, reason
-- name: audit.end_refusals
DELETE FROM counted_refusals WHERE actor_kind = $1 AND actor_id = $2 AND reason = $3 AND since = $4 AND more = $5
