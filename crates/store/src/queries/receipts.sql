-- name: receipts.insert
INSERT INTO receipts (id, token_hash, source, order_no, order_key, fact, currency, amount_minor, store_code, clerk_code,
    ordered_at, created_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT (order_key) DO NOTHING
-- Only while nobody has claimed it.
-- name: receipts.renew
UPDATE receipts SET token_hash = $2, fact = $3, currency = $4, amount_minor = $5, store_code = $6, clerk_code = $7,
    ordered_at = $8, expires_at = $9
WHERE order_key = $1 AND claimed_at IS NULL
-- name: receipts.by_token
SELECT id, source, order_no, order_key, fact, currency, amount_minor, store_code, clerk_code, ordered_at, created_by,
    created_at, expires_at, claimed_at, claimed_by, part_number
FROM receipts WHERE token_hash = $1
-- name: receipts.by_order
SELECT id, source, order_no, order_key, fact, currency, amount_minor, store_code, clerk_code, ordered_at, created_by,
    created_at, expires_at, claimed_at, claimed_by, part_number
FROM receipts WHERE order_key = $1
-- Of two at the same time, one finds it unclaimed; of a code that another took the place of, nobody does.
-- name: receipts.claim
UPDATE receipts SET claimed_at = $2, claimed_by = $3 WHERE token_hash = $1 AND claimed_at IS NULL
-- The first stays.
-- name: receipts.set_part
UPDATE receipts SET part_number = $2 WHERE id = $1 AND claimed_at IS NOT NULL AND part_number IS NULL
-- name: receipts.count_some_placed
SELECT COUNT(*) FROM (SELECT 1 FROM receipts WHERE part_number IS NOT NULL LIMIT 1) p
-- name: receipts.owners
SELECT order_key, part_number FROM receipts WHERE part_number IS NOT NULL AND order_key IN (VALUES /*rows:b*/)
-- name: receipts.of_parts
SELECT id, source, order_no, order_key, fact, currency, amount_minor, store_code, clerk_code, ordered_at, created_by,
    created_at, expires_at, claimed_at, claimed_by, part_number
FROM receipts WHERE part_number IS NOT NULL AND part_number IN (VALUES /*rows:i*/)
-- That it was claimed stays, so that nobody claims it again.
-- name: receipts.forget_people
UPDATE receipts SET part_number = NULL, claimed_by = NULL, fact = '', order_no = '', amount_minor = 0
WHERE part_number IS NOT NULL AND part_number IN (VALUES /*rows:i*/)
-- name: receipts.remove_expired
DELETE FROM receipts WHERE claimed_at IS NULL AND expires_at < $1
