-- name: units.insert_batch
INSERT INTO unit_batches (id, product, sku, batch_no, touch_point, reward_name, reward_amount, units, state, created_by,
    created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9, $10, 1)
-- name: units.get_batch
SELECT id, product, sku, batch_no, touch_point, reward_name, reward_amount, units, state, created_by, created_at, version
FROM unit_batches WHERE id = $1
-- name: units.list_batches
SELECT id, product, sku, batch_no, touch_point, reward_name, reward_amount, units, state, created_by, created_at, version
FROM unit_batches ORDER BY created_at, id
-- name: units.set_batch_state
UPDATE unit_batches SET state = $3, version = version + 1 WHERE id = $1 AND version = $2
-- name: units.insert_codes
INSERT INTO unit_codes (code_hash, batch_id, serial, claimed_at) VALUES /*rows:btii*/
-- name: units.get_code
SELECT batch_id, serial, claimed_at FROM unit_codes WHERE code_hash = $1
-- Of two at the same time, one finds it unclaimed.
-- name: units.claim
UPDATE unit_codes SET claimed_at = $2 WHERE code_hash = $1 AND claimed_at IS NULL
-- name: units.add_scan
INSERT INTO unit_scans (message_key, batch_id, serial, at, region, outcome, visitor, part_number)
VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)
-- name: units.claim_visitor
SELECT visitor FROM unit_scans WHERE batch_id = $1 AND serial = $2 AND outcome = 'claimed'
-- name: units.set_scanner
UPDATE unit_scans SET part_number = $2 WHERE message_key = $1
-- name: units.forget_scanners
UPDATE unit_scans SET part_number = NULL, visitor = NULL WHERE part_number IN (VALUES /*rows:i*/)
-- name: units.scan_counts
SELECT batch_id, outcome, COUNT(*) FROM unit_scans GROUP BY batch_id, outcome ORDER BY batch_id, outcome
-- name: units.scans
SELECT message_key, serial, at, region, outcome, part_number FROM unit_scans WHERE batch_id = $1 AND message_key > $2
ORDER BY message_key LIMIT $3
