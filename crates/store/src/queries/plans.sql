-- name: plans.get
SELECT source_id, mode, draft, frozen_number, changed_by, changed_at, version FROM plans WHERE source_id = $1
-- name: plans.list
SELECT source_id, mode, frozen_number FROM plans WHERE frozen_number IS NOT NULL ORDER BY source_id
-- name: plans.insert
INSERT INTO plans (source_id, mode, draft, frozen_number, changed_by, changed_at, version)
VALUES ($1, $2, $3, $4, $5, $6, 1)
ON CONFLICT (source_id) DO NOTHING
-- name: plans.update
UPDATE plans SET mode = $3, draft = $4, frozen_number = $5, changed_by = $6, changed_at = $7, version = version + 1
WHERE source_id = $1 AND version = $2
-- name: plans.insert_version
INSERT INTO plan_versions (source_id, number, frozen_by, frozen_at, document) VALUES ($1, $2, $3, $4, $5)
-- name: plans.frozen
SELECT number, frozen_by, frozen_at, document FROM plan_versions WHERE source_id = $1 AND number = $2
-- name: plans.versions
SELECT number, frozen_by, frozen_at, document FROM plan_versions WHERE source_id = $1 AND number < $2
ORDER BY number DESC LIMIT $3
-- name: plans.add_events
INSERT INTO plan_events (source_id, hour, event_type, event, facts, violating, last_at) VALUES /*rows:tittiii*/
ON CONFLICT (source_id, hour, event_type, event) DO UPDATE SET facts = plan_events.facts + excluded.facts,
    violating = plan_events.violating + excluded.violating, last_at = excluded.last_at
-- name: plans.event_counts
SELECT event_type, event, CAST(SUM(facts) AS BIGINT), CAST(SUM(violating) AS BIGINT), MAX(last_at)
FROM plan_events WHERE source_id = $1 AND hour >= $2 GROUP BY event_type, event ORDER BY event_type, event
-- name: plans.violation_keys
SELECT event_type, event, kind, property FROM plan_violations WHERE source_id = $1 AND hour = $2
-- name: plans.add_violations
INSERT INTO plan_violations (source_id, hour, event_type, event, kind, property, facts, allowed, first_at,
    first_message_id, first_found, last_at, last_message_id, last_found)
VALUES /*rows:tittttitittitt*/
ON CONFLICT (source_id, hour, event_type, event, kind, property) DO UPDATE SET
    facts = plan_violations.facts + excluded.facts, allowed = excluded.allowed, last_at = excluded.last_at,
    last_message_id = excluded.last_message_id, last_found = excluded.last_found
-- name: plans.violations
SELECT g.event_type, g.event, g.kind, g.property, g.facts, l.allowed, f.first_at, f.first_message_id, f.first_found,
    l.last_at, l.last_message_id, l.last_found
FROM (SELECT event_type, event, kind, property, CAST(SUM(facts) AS BIGINT) AS facts, MIN(hour) AS first_hour,
        MAX(hour) AS last_hour
    FROM plan_violations WHERE source_id = $1 AND hour >= $2 GROUP BY event_type, event, kind, property) g
JOIN plan_violations f ON f.source_id = $1 AND f.hour = g.first_hour AND f.event_type = g.event_type
    AND f.event = g.event AND f.kind = g.kind AND f.property = g.property
JOIN plan_violations l ON l.source_id = $1 AND l.hour = g.last_hour AND l.event_type = g.event_type
    AND l.event = g.event AND l.kind = g.kind AND l.property = g.property
ORDER BY g.facts DESC, g.event_type, g.event, g.kind, g.property LIMIT $3
-- name: plans.violations_by_hour
SELECT hour, kind, CAST(SUM(facts) AS BIGINT) FROM plan_violations WHERE source_id = $1 AND hour >= $2
GROUP BY hour, kind ORDER BY hour, kind
-- name: plans.forget_events_before
DELETE FROM plan_events WHERE hour < $1
-- name: plans.forget_violations_before
DELETE FROM plan_violations WHERE hour < $1
