-- name: value_runs.insert
INSERT INTO value_runs (id, state, requested, created_at, progress) VALUES ($1, 'queued', $2, $3, 0.0)
-- name: value_runs.start
UPDATE value_runs SET state = 'running', started_at = $2, lease_until = $3, progress = 0.0, error = NULL
WHERE id = $1 AND state IN ('queued', 'running', 'failed')
  AND NOT EXISTS (SELECT 1 FROM value_runs other
    WHERE other.id <> $1 AND other.state = 'running' AND other.lease_until >= $2)
-- name: value_runs.prolong
UPDATE value_runs SET lease_until = $2 WHERE id = $1 AND state = 'running'
-- name: value_runs.update_progress
UPDATE value_runs SET progress = $2 WHERE id = $1 AND state = 'running'
-- name: value_runs.finish
UPDATE value_runs SET state = 'done', result = $2, as_of_day = $3, finished_at = $4, seen_sequence = $5,
    progress = 1.0, error = NULL
WHERE id = $1 AND state IN ('running', 'failed')
-- name: value_runs.fail
UPDATE value_runs SET state = 'failed', error = $2, finished_at = $3 WHERE id = $1 AND state IN ('queued', 'running')
-- name: value_runs.get
SELECT id, state, requested, result, as_of_day, created_at, started_at, finished_at, progress, error
FROM value_runs WHERE id = $1
-- The result that the rows of customer_values belong to.
-- name: value_runs.current
SELECT id, state, requested, result, as_of_day, created_at, started_at, finished_at, progress, error
FROM value_runs WHERE id = (SELECT run_id FROM customer_values LIMIT 1)
-- name: value_runs.current_day
SELECT as_of_day FROM value_runs WHERE id = (SELECT run_id FROM customer_values LIMIT 1)
-- name: value_runs.current_began
SELECT started_at, seen_sequence FROM value_runs WHERE id = (SELECT run_id FROM customer_values LIMIT 1)
-- name: value_runs.fail_abandoned
UPDATE value_runs SET state = 'failed', error = $2, finished_at = $1
WHERE (state = 'queued' OR state = 'running' AND COALESCE(lease_until, 0) < $1)
  AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.dedupe_key = 'value_run:' || value_runs.id
    AND jobs.state IN ('waiting', 'running'))
-- Without the results, which are large.
-- name: value_runs.list
SELECT id, state, requested, CAST(NULL AS TEXT), as_of_day, created_at, started_at, finished_at, progress, error
FROM value_runs ORDER BY created_at DESC, id DESC LIMIT $1
-- name: value_runs.list_after
SELECT id, state, requested, CAST(NULL AS TEXT), as_of_day, created_at, started_at, finished_at, progress, error
FROM value_runs WHERE (created_at, id) < (SELECT created_at, id FROM value_runs WHERE id = $2)
ORDER BY created_at DESC, id DESC LIMIT $1
-- name: value_runs.drop_results
UPDATE value_runs SET result = NULL
WHERE result IS NOT NULL AND finished_at < $1 AND id <> COALESCE((SELECT run_id FROM customer_values LIMIT 1), '')
-- name: value_runs.find_queued
SELECT id, state, requested, result, as_of_day, created_at, started_at, finished_at, progress, error
FROM value_runs WHERE state = 'queued' AND requested = $1 ORDER BY created_at, id LIMIT 1
