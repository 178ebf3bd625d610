-- name: webhooks.insert
INSERT INTO webhook_endpoints (id, url, description, with_imports, state, paused_reason, paused_at, failing_since, secret,
    previous_secret, previous_secret_until, expired, created_by, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, 1)
-- name: webhooks.list
SELECT id, url, description, with_imports, state, paused_reason, paused_at, failing_since, secret, previous_secret,
    previous_secret_until, expired, created_by, created_at, version
FROM webhook_endpoints ORDER BY created_at, id
-- name: webhooks.get
SELECT id, url, description, with_imports, state, paused_reason, paused_at, failing_since, secret, previous_secret,
    previous_secret_until, expired, created_by, created_at, version
FROM webhook_endpoints WHERE id = $1
-- name: webhooks.update
UPDATE webhook_endpoints SET url = $3, description = $4, with_imports = $5, state = $6, paused_reason = $7, paused_at = $8,
    failing_since = $9, secret = $10, previous_secret = $11, previous_secret_until = $12, version = version + 1
WHERE id = $1 AND version = $2
-- Not a change of the endpoint by anybody: its version stays.
-- name: webhooks.set_failing_since
UPDATE webhook_endpoints SET failing_since = $2 WHERE id = $1
-- name: webhooks.remove_attempts_of
DELETE FROM webhook_attempts WHERE endpoint_id = $1
-- name: webhooks.remove_deliveries_of
DELETE FROM webhook_deliveries WHERE endpoint_id = $1
-- name: webhooks.unsubscribe
DELETE FROM webhook_subscriptions WHERE endpoint_id = $1
-- name: webhooks.remove
DELETE FROM webhook_endpoints WHERE id = $1
-- name: webhooks.subscribe
INSERT INTO webhook_subscriptions (endpoint_id, event_type) VALUES /*rows:tt*/
-- Few rows: an endpoint has some types, and there are some endpoints.
-- name: webhooks.subscriptions
SELECT s.endpoint_id, s.event_type, e.with_imports FROM webhook_subscriptions s
JOIN webhook_endpoints e ON e.id = s.endpoint_id ORDER BY s.endpoint_id, s.event_type
-- name: webhooks.append_events
INSERT INTO webhook_events (sequence, event_id, event_type, lane, other_lane, of_import, at, body)
VALUES /*rows:ittiioit*/
-- name: webhooks.append_deliveries
INSERT INTO webhook_deliveries (endpoint_id, sequence, lane, other_lane, state, attempts, next_at)
VALUES /*rows:tiiitii*/
-- The first of its lane that waits, of each lane, as far as they are due. An event of two lanes waits for both, and both
-- wait for it.
-- name: webhooks.due
SELECT d.sequence, d.attempts, e.event_id, e.event_type, e.body
FROM webhook_deliveries d JOIN webhook_events e ON e.sequence = d.sequence
WHERE d.endpoint_id = $1 AND d.state = 'waiting' AND d.next_at <= $2
    AND NOT EXISTS (SELECT 1 FROM webhook_deliveries o WHERE o.endpoint_id = $1 AND o.state = 'waiting'
        AND o.lane IS NOT NULL AND o.lane = d.lane AND o.sequence < d.sequence)
    AND NOT EXISTS (SELECT 1 FROM webhook_deliveries o WHERE o.endpoint_id = $1 AND o.state = 'waiting'
        AND o.other_lane IS NOT NULL AND o.other_lane = d.lane AND o.sequence < d.sequence)
    AND NOT EXISTS (SELECT 1 FROM webhook_deliveries o WHERE o.endpoint_id = $1 AND o.state = 'waiting'
        AND o.lane IS NOT NULL AND o.lane = d.other_lane AND o.sequence < d.sequence)
    AND NOT EXISTS (SELECT 1 FROM webhook_deliveries o WHERE o.endpoint_id = $1 AND o.state = 'waiting'
        AND o.other_lane IS NOT NULL AND o.other_lane = d.other_lane AND o.sequence < d.sequence)
ORDER BY d.sequence LIMIT $3
-- By `webhook_deliveries_due`: what is later than now is a retry or under way, and there is little of it.
-- name: webhooks.next_at
SELECT MIN(next_at) FROM webhook_deliveries WHERE endpoint_id = $1 AND state = 'waiting' AND next_at > $2
-- Without an index: people are erased seldom, and the outbox holds some days.
-- name: webhooks.remove_deliveries_of_lane
DELETE FROM webhook_deliveries
WHERE sequence IN (SELECT sequence FROM webhook_events WHERE lane = $1 OR other_lane = $1)
-- name: webhooks.remove_events_of_lane
DELETE FROM webhook_events WHERE lane = $1 OR other_lane = $1
-- name: webhooks.take
UPDATE webhook_deliveries SET attempts = attempts + 1, next_at = $3
WHERE endpoint_id = $1 AND sequence = $2 AND state = 'waiting'
-- The number of the attempt tells whether it is still that which was taken.
-- name: webhooks.settle
UPDATE webhook_deliveries SET state = $4, next_at = $5, last_at = $6, last_status = $7, last_error = $8
WHERE endpoint_id = $1 AND sequence = $2 AND attempts = $3 AND state = 'waiting'
-- name: webhooks.append_attempts
INSERT INTO webhook_attempts (endpoint_id, event_id, event_type, attempt, at, duration_ms, status, error)
VALUES /*rows:tttiiiit*/
-- name: webhooks.hurry
UPDATE webhook_deliveries SET next_at = $2 WHERE endpoint_id = $1 AND state = 'waiting'
-- name: webhooks.replay_since
INSERT INTO webhook_deliveries (endpoint_id, sequence, lane, other_lane, state, attempts, next_at)
SELECT CAST($1 AS TEXT), e.sequence, e.lane, e.other_lane, 'waiting', 0, CAST($2 AS BIGINT)
FROM webhook_events e JOIN webhook_subscriptions s ON s.endpoint_id = $1 AND s.event_type = e.event_type
WHERE e.at >= $3 AND (e.of_import = FALSE OR CAST($4 AS BOOLEAN))
ON CONFLICT (endpoint_id, sequence) DO UPDATE SET state = 'waiting', attempts = 0, next_at = excluded.next_at
-- name: webhooks.replay_event
INSERT INTO webhook_deliveries (endpoint_id, sequence, lane, other_lane, state, attempts, next_at)
SELECT CAST($1 AS TEXT), e.sequence, e.lane, e.other_lane, 'waiting', 0, CAST($2 AS BIGINT) FROM webhook_events e
WHERE e.event_id = $3 AND e.at >= $4
ON CONFLICT (endpoint_id, sequence) DO UPDATE SET state = 'waiting', attempts = 0, next_at = excluded.next_at
-- name: webhooks.replay_failed
UPDATE webhook_deliveries SET state = 'waiting', attempts = 0, next_at = $2
WHERE endpoint_id = $1 AND state = 'failed'
-- name: webhooks.counts
SELECT endpoint_id, state, COUNT(*) FROM webhook_deliveries GROUP BY endpoint_id, state ORDER BY endpoint_id, state
-- name: webhooks.deliveries
SELECT d.sequence, e.event_id, e.event_type, e.at, d.state, d.attempts, d.next_at, d.last_at, d.last_status, d.last_error,
    e.body
FROM webhook_deliveries d JOIN webhook_events e ON e.sequence = d.sequence
WHERE d.endpoint_id = $1 AND d.sequence < $2 ORDER BY d.sequence DESC LIMIT $3
-- name: webhooks.deliveries_in_state
SELECT d.sequence, e.event_id, e.event_type, e.at, d.state, d.attempts, d.next_at, d.last_at, d.last_status, d.last_error,
    e.body
FROM webhook_deliveries d JOIN webhook_events e ON e.sequence = d.sequence
WHERE d.endpoint_id = $1 AND d.sequence < $2 AND d.state = $4 ORDER BY d.sequence DESC LIMIT $3
-- name: webhooks.attempts
SELECT id, event_id, event_type, attempt, at, duration_ms, status, error FROM webhook_attempts
WHERE endpoint_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3
-- The last of the oldest events, so many at most.
-- name: webhooks.old_events
SELECT MAX(sequence) FROM (SELECT sequence FROM webhook_events WHERE at < $1 ORDER BY sequence LIMIT $2) AS old
-- name: webhooks.count_expired
UPDATE webhook_endpoints SET expired = expired
    + (SELECT COUNT(*) FROM webhook_deliveries d WHERE d.endpoint_id = webhook_endpoints.id AND d.state <> 'delivered'
        AND d.sequence <= $1)
WHERE EXISTS (SELECT 1 FROM webhook_deliveries d WHERE d.endpoint_id = webhook_endpoints.id AND d.state <> 'delivered'
    AND d.sequence <= $1)
-- name: webhooks.remove_old_deliveries
DELETE FROM webhook_deliveries WHERE sequence <= $1
-- name: webhooks.remove_old_events
DELETE FROM webhook_events WHERE sequence <= $1
-- name: webhooks.remove_old_attempts
DELETE FROM webhook_attempts WHERE at < $1
