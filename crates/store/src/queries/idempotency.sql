-- name: idempotency.get
SELECT scope, key, request_hash, status, body, created_at FROM idempotency_keys WHERE scope = $1 AND key = $2
-- name: idempotency.put
INSERT INTO idempotency_keys (scope, key, request_hash, status, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (scope, key) DO NOTHING
-- name: idempotency.purge_before
DELETE FROM idempotency_keys WHERE created_at < $1
-- name: idempotency.complete
UPDATE idempotency_keys SET status = $3, body = $4 WHERE scope = $1 AND key = $2
