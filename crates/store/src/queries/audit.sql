-- name: audit.append
INSERT INTO audit (at, actor_kind, actor_id, actor_name, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)
-- name: audit.list
SELECT id, at, actor_kind, actor_id, actor_name, action, subject, detail FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2
