-- name: quarantine.hold
INSERT INTO quarantined_facts (source_id, at, event_type, event, message_id, violations, shape, payload)
VALUES /*rows:titttttb*/
-- name: quarantine.list
SELECT id, source_id, at, event_type, event, message_id, violations, shape FROM quarantined_facts
WHERE source_id = $1 AND id > $2 ORDER BY id LIMIT $3
-- name: quarantine.list_of_event
SELECT id, source_id, at, event_type, event, message_id, violations, shape FROM quarantined_facts
WHERE source_id = $1 AND event_type = $4 AND event = $5 AND id > $2 ORDER BY id LIMIT $3
-- name: quarantine.count_by_event
SELECT event_type, event, COUNT(*), MIN(at), MAX(at) FROM quarantined_facts WHERE source_id = $1
GROUP BY event_type, event ORDER BY event_type, event
-- name: quarantine.payloads
SELECT id, payload FROM quarantined_facts WHERE source_id = $1 AND id IN (VALUES /*rows:i*/) ORDER BY id
-- name: quarantine.all_after
SELECT id, source_id, payload FROM quarantined_facts WHERE id > $1 ORDER BY id LIMIT $2
-- name: quarantine.replace_payload
UPDATE quarantined_facts SET payload = $2 WHERE id = $1
-- name: quarantine.remove
DELETE FROM quarantined_facts WHERE id IN (VALUES /*rows:i*/)
