-- Of two who change the same version one finds the next one there.
-- name: priorities.insert
INSERT INTO plan_priorities (version, entries, changed_by, changed_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (version) DO NOTHING
-- name: priorities.current
SELECT version, entries, changed_by, changed_at FROM plan_priorities ORDER BY version DESC LIMIT 1
-- name: priorities.version
SELECT version, entries, changed_by, changed_at FROM plan_priorities WHERE version = $1
-- name: priorities.add_decision
INSERT INTO plan_decisions (id, part_number, at, as_of, table_version, decision, decided_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
-- Behind the newest of a profile.
-- name: priorities.trim_decisions
DELETE FROM plan_decisions WHERE part_number = $1 AND (at, id) <= (SELECT at, id FROM plan_decisions
    WHERE part_number = $1 ORDER BY at DESC, id DESC LIMIT 1 OFFSET $2)
-- name: priorities.decisions_of_parts
SELECT id, part_number, at, as_of, table_version, decision, decided_by
FROM plan_decisions WHERE part_number IN (VALUES /*rows:i*/)
-- name: priorities.remove_of_parts
DELETE FROM plan_decisions WHERE part_number IN (VALUES /*rows:i*/)
