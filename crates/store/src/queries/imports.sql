-- name: imports.insert
INSERT INTO imports (id, kind, state, fingerprint, request, progress, result, error, step, cancel_requested, dry_run,
    created_by, created_at, started_at, finished_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
-- name: imports.get
SELECT id, kind, state, fingerprint, request, progress, result, error, step, cancel_requested, dry_run,
    created_by, created_at, started_at, finished_at
FROM imports WHERE id = $1
-- name: imports.list
SELECT id, kind, state, fingerprint, request, progress, result, error, step, cancel_requested, dry_run,
    created_by, created_at, started_at, finished_at
FROM imports ORDER BY created_at DESC, id DESC LIMIT $1
-- name: imports.list_after
SELECT id, kind, state, fingerprint, request, progress, result, error, step, cancel_requested, dry_run,
    created_by, created_at, started_at, finished_at
FROM imports WHERE (created_at, id) < (SELECT created_at, id FROM imports WHERE id = $2)
ORDER BY created_at DESC, id DESC LIMIT $1
-- name: imports.update_state
UPDATE imports SET state = $2, error = $3, started_at = $4, finished_at = $5 WHERE id = $1 AND finished_at IS NULL
-- name: imports.update_step
UPDATE imports SET step = $2 WHERE id = $1 AND finished_at IS NULL
-- name: imports.update_progress
UPDATE imports SET progress = $2 WHERE id = $1 AND finished_at IS NULL
-- name: imports.update_result
UPDATE imports SET result = $2 WHERE id = $1 AND (finished_at IS NULL OR state = 'failed')
-- name: imports.request_cancel
UPDATE imports SET cancel_requested = TRUE WHERE id = $1 AND finished_at IS NULL
-- name: imports.find_unfinished
SELECT id, kind, state, fingerprint, request, progress, result, error, step, cancel_requested, dry_run,
    created_by, created_at, started_at, finished_at
FROM imports WHERE fingerprint = $1 AND finished_at IS NULL ORDER BY created_at, id LIMIT 1
-- name: imports.unfinished
SELECT id, kind, state, fingerprint, request, progress, result, error, step, cancel_requested, dry_run,
    created_by, created_at, started_at, finished_at
FROM imports WHERE finished_at IS NULL ORDER BY created_at, id
-- name: imports.find_set_aside
SELECT id, kind, state, fingerprint, request, progress, result, error, step, cancel_requested, dry_run,
    created_by, created_at, started_at, finished_at
FROM imports WHERE fingerprint = $1 AND state = 'failed'
    AND EXISTS (SELECT 1 FROM journal j WHERE j.state = 'set_aside' AND j.import_id = imports.id)
ORDER BY created_at, id LIMIT 1
-- name: imports.may_go_on
SELECT id, kind, state, fingerprint, request, progress, result, error, step, cancel_requested, dry_run,
    created_by, created_at, started_at, finished_at
FROM imports WHERE finished_at IS NULL OR (state = 'failed' AND finished_at >= $1) ORDER BY created_at, id
-- name: imports.latest_done
SELECT id, kind, state, fingerprint, request, progress, result, error, step, cancel_requested, dry_run,
    created_by, created_at, started_at, finished_at
FROM imports WHERE state = 'done' AND dry_run = FALSE ORDER BY finished_at DESC, id DESC LIMIT 1
-- name: imports.reopen
UPDATE imports SET state = 'queued', error = NULL, finished_at = NULL, cancel_requested = FALSE
WHERE id = $1 AND state = 'failed'
