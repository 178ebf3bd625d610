-- name: jobs.enqueue
INSERT INTO jobs (id, name, payload, state, priority, run_at, attempt, max_attempts, dedupe_key, created_at)
VALUES ($1, $2, $3, 'waiting', $4, $5, 0, $6, $7, $8)
ON CONFLICT (dedupe_key) WHERE state IN ('waiting', 'running') DO NOTHING
-- name: jobs.heartbeat
UPDATE jobs SET lease_until = $3 WHERE id = $1 AND fence = $2 AND state = 'running'
-- name: jobs.finish
UPDATE jobs SET state = 'done', lease_until = NULL, finished_at = $3, last_error = NULL
WHERE id = $1 AND fence = $2 AND state = 'running'
-- name: jobs.retry
UPDATE jobs SET state = 'waiting', lease_until = NULL, worker_id = NULL, run_at = $3, last_error = $4
WHERE id = $1 AND fence = $2 AND state = 'running'
-- name: jobs.bury
UPDATE jobs SET state = 'dead', lease_until = NULL, finished_at = $3, last_error = $4
WHERE id = $1 AND fence = $2 AND state = 'running'
-- A worker that died on the last attempt cannot bury its job itself.
-- name: jobs.bury_expired
UPDATE jobs SET state = 'dead', lease_until = NULL, finished_at = $1, last_error = COALESCE(last_error, 'the worker was lost')
WHERE state = 'running' AND lease_until < $1 AND attempt >= max_attempts
RETURNING id, name, payload, state, priority, run_at, attempt, max_attempts, lease_until, worker_id, dedupe_key,
    last_error, created_at, finished_at, fence
-- name: jobs.postpone
UPDATE jobs SET state = 'waiting', lease_until = NULL, worker_id = NULL, run_at = $3, attempt = attempt - 1
WHERE id = $1 AND fence = $2 AND state = 'running'
-- name: jobs.release
UPDATE jobs SET state = 'waiting', lease_until = NULL, worker_id = NULL, attempt = attempt - 1
WHERE worker_id = $1 AND state = 'running'
-- name: jobs.requeue
UPDATE jobs SET state = 'waiting', run_at = $2, attempt = 0, finished_at = NULL, worker_id = NULL
WHERE id = $1 AND state = 'dead'
RETURNING id, name, payload, state, priority, run_at, attempt, max_attempts, lease_until, worker_id, dedupe_key,
    last_error, created_at, finished_at, fence
-- name: jobs.end_dead
UPDATE jobs SET state = 'done', finished_at = $2 WHERE dedupe_key = $1 AND state = 'dead'
-- name: jobs.list
SELECT id, name, payload, state, priority, run_at, attempt, max_attempts, lease_until, worker_id, dedupe_key,
    last_error, created_at, finished_at, fence
FROM jobs ORDER BY created_at DESC, id DESC LIMIT $1
-- name: jobs.list_after
SELECT id, name, payload, state, priority, run_at, attempt, max_attempts, lease_until, worker_id, dedupe_key,
    last_error, created_at, finished_at, fence
FROM jobs WHERE (created_at, id) < (SELECT created_at, id FROM jobs WHERE id = $2)
ORDER BY created_at DESC, id DESC LIMIT $1
-- name: jobs.list_state
SELECT id, name, payload, state, priority, run_at, attempt, max_attempts, lease_until, worker_id, dedupe_key,
    last_error, created_at, finished_at, fence
FROM jobs WHERE state = $2 ORDER BY created_at DESC, id DESC LIMIT $1
-- name: jobs.list_state_after
SELECT id, name, payload, state, priority, run_at, attempt, max_attempts, lease_until, worker_id, dedupe_key,
    last_error, created_at, finished_at, fence
FROM jobs WHERE state = $2 AND (created_at, id) < (SELECT created_at, id FROM jobs WHERE id = $3)
ORDER BY created_at DESC, id DESC LIMIT $1
-- name: jobs.counts
SELECT CAST(COALESCE(SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN state = 'running' THEN 1 ELSE 0 END), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN state = 'done' THEN 1 ELSE 0 END), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END), 0) AS BIGINT)
FROM jobs
-- name: jobs.purge_done
DELETE FROM jobs WHERE state = 'done' AND finished_at < $1
