-- name: incentives.insert_rule
INSERT INTO incentive_rules (id, kind, amount_minor, days, event, created_by, created_at, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)
-- name: incentives.rules
SELECT id, kind, amount_minor, days, event, created_at, ended_at FROM incentive_rules ORDER BY created_at, id
-- name: incentives.end_rule
UPDATE incentive_rules SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL
-- A line is known by its id, which its cause gives: told twice it is there once.
-- name: incentives.insert_lines
INSERT INTO incentive_lines (id, clerk_id, rule_id, part_number, amount_minor, at, order_no, reverses)
VALUES /*rows:tttiiitt*/
ON CONFLICT DO NOTHING
-- name: incentives.awards_of_parts
SELECT l.id, l.clerk_id, l.rule_id, l.part_number, l.amount_minor, l.at, l.order_no, l.reverses, l.settlement_id
FROM incentive_lines l WHERE l.reverses IS NULL
    AND NOT EXISTS (SELECT 1 FROM incentive_lines r WHERE r.reverses = l.id)
    AND l.part_number IN (VALUES /*rows:i*/)
-- name: incentives.statement
SELECT id, clerk_id, rule_id, part_number, amount_minor, at, order_no, reverses, settlement_id
FROM incentive_lines WHERE clerk_id = $1 AND at >= $2 AND at < $3 ORDER BY at, id LIMIT $4
-- name: incentives.sums
SELECT clerk_id, CAST(SUM(CASE WHEN reverses IS NULL THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN reverses IS NULL THEN 0 ELSE 1 END) AS BIGINT), CAST(SUM(amount_minor) AS BIGINT)
FROM incentive_lines WHERE at >= $1 AND at < $2 GROUP BY clerk_id ORDER BY clerk_id
-- name: incentives.sums_of_clerk
SELECT CAST(COALESCE(SUM(CASE WHEN reverses IS NULL THEN 1 ELSE 0 END), 0) AS BIGINT),
    CAST(COALESCE(SUM(CASE WHEN reverses IS NULL THEN 0 ELSE 1 END), 0) AS BIGINT),
    CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT)
FROM incentive_lines WHERE clerk_id = $1 AND at >= $2 AND at < $3
-- name: incentives.sums_of_settlement
SELECT clerk_id, CAST(SUM(CASE WHEN reverses IS NULL THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN reverses IS NULL THEN 0 ELSE 1 END) AS BIGINT), CAST(SUM(amount_minor) AS BIGINT)
FROM incentive_lines WHERE settlement_id = $1 GROUP BY clerk_id ORDER BY clerk_id
-- name: incentives.insert_settlement
INSERT INTO settlements (id, from_at, until_at, closed_by, closed_at) VALUES ($1, $2, $3, $4, $5)
-- name: incentives.settle
UPDATE incentive_lines SET settlement_id = $1 WHERE settlement_id IS NULL AND at < $2
-- name: incentives.settlements
SELECT id, from_at, until_at, closed_by, closed_at FROM settlements ORDER BY until_at DESC
-- name: incentives.left_of_order
SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) FROM orders WHERE customer_number = $1 AND order_no = $2
-- name: incentives.blank_orders
UPDATE incentive_lines SET order_no = NULL WHERE part_number IN (VALUES /*rows:i*/)
