-- name: value_runs.insert
INSERT INTO value_runs (id, state, requested, created_at, progress) VALUES ($1, 'queued', $2, $3, 0.0)
-- name: value_runs.start
UPDATE value_runs SET state = 'running', started_at = $2, progress = 0.0, error = NULL
WHERE id = $1 AND state IN ('queued', 'running')
-- name: value_runs.update_progress
UPDATE value_runs SET progress = $2 WHERE id = $1 AND state = 'running'
-- name: value_runs.finish
UPDATE value_runs SET state = 'done', result = $2, as_of_day = $3, finished_at = $4, progress = 1.0, error = NULL
WHERE id = $1 AND state = 'running'
-- name: value_runs.fail
UPDATE value_runs SET state = 'failed', error = $2, finished_at = $3 WHERE id = $1 AND state IN ('queued', 'running')
-- name: value_runs.get
SELECT id, state, requested, result, as_of_day, created_at, started_at, finished_at, progress, error
FROM value_runs WHERE id = $1
-- name: value_runs.latest_done
SELECT id, state, requested, result, as_of_day, created_at, started_at, finished_at, progress, error
FROM value_runs WHERE state = 'done' ORDER BY created_at DESC, id DESC LIMIT 1
-- The run before the latest done one: what a change is measured against.
-- name: value_runs.previous_done
SELECT id, state, requested, result, as_of_day, created_at, started_at, finished_at, progress, error
FROM value_runs WHERE state = 'done' ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET 1
-- Without the results, which are large.
-- name: value_runs.list
SELECT id, state, requested, CAST(NULL AS TEXT), as_of_day, created_at, started_at, finished_at, progress, error
FROM value_runs ORDER BY created_at DESC, id DESC LIMIT $1
-- name: value_runs.list_after
SELECT id, state, requested, CAST(NULL AS TEXT), as_of_day, created_at, started_at, finished_at, progress, error
FROM value_runs WHERE (created_at, id) < (SELECT created_at, id FROM value_runs WHERE id = $2)
ORDER BY created_at DESC, id DESC LIMIT $1
-- name: value_runs.find_unfinished
SELECT id, state, requested, result, as_of_day, created_at, started_at, finished_at, progress, error
FROM value_runs WHERE state IN ('queued', 'running') ORDER BY created_at, id LIMIT 1
