-- name: clerks.insert
INSERT INTO clerks (id, user_id, code, created_at) VALUES ($1, $2, $3, $4)
-- name: clerks.get
SELECT k.id, k.user_id, u.name, k.code, k.created_at FROM clerks k JOIN users u ON u.id = k.user_id WHERE k.id = $1
-- name: clerks.of_user
SELECT k.id, k.user_id, u.name, k.code, k.created_at FROM clerks k JOIN users u ON u.id = k.user_id WHERE k.user_id = $1
-- name: clerks.list
SELECT k.id, k.user_id, u.name, k.code, k.created_at FROM clerks k JOIN users u ON u.id = k.user_id ORDER BY k.created_at, k.id
-- name: clerks.by_codes
SELECT code, id FROM clerks WHERE code IN (VALUES /*rows:t*/)
-- name: clerks.assignments
SELECT a.clerk_id, a.from_at, a.to_at, p.id FROM clerk_assignments a JOIN places p ON p.number = a.place
ORDER BY a.clerk_id, a.from_at
-- name: clerks.assignments_of
SELECT a.clerk_id, a.from_at, a.to_at, p.id FROM clerk_assignments a JOIN places p ON p.number = a.place
WHERE a.clerk_id = $1 ORDER BY a.from_at
-- name: clerks.leave
UPDATE clerk_assignments SET to_at = $2 WHERE clerk_id = $1 AND to_at IS NULL AND from_at < $2
-- name: clerks.assign
INSERT INTO clerk_assignments (clerk_id, from_at, to_at, place) VALUES ($1, $2, NULL, $3)
-- Who signed somebody up first stays the one.
-- name: clerks.sign_up
INSERT INTO sign_ups (part_number, clerk_id, place, at) VALUES ($1, $2, $3, $4) ON CONFLICT (part_number) DO NOTHING
-- name: clerks.count_some_sign_ups
SELECT COUNT(*) FROM (SELECT 1 FROM sign_ups LIMIT 1) some_sign_ups
-- name: clerks.sign_ups_of_parts
SELECT part_number, clerk_id, at FROM sign_ups WHERE part_number IN (VALUES /*rows:i*/)
-- name: clerks.sign_ups_of_clerk
SELECT part_number, clerk_id, at FROM sign_ups WHERE clerk_id = $1 AND at >= $2 AND at < $3
ORDER BY at DESC, part_number DESC LIMIT $4
-- name: clerks.count_sign_ups
SELECT clerk_id, COUNT(*) FROM sign_ups WHERE at >= $1 AND at < $2 GROUP BY clerk_id
-- name: clerks.note_orders
INSERT INTO clerk_orders (customer_number, order_key, clerk_id) VALUES /*rows:ibt*/
ON CONFLICT (customer_number, order_key) DO NOTHING
-- What was given back of an order counts against it; the store is that of the clerk when it was sold.
-- name: clerks.sales
SELECT k.clerk_id, p.id, COUNT(*), CAST(COALESCE(SUM((SELECT SUM(g.amount_minor) FROM orders g
    WHERE g.customer_number = o.customer_number AND (g.order_key = o.order_key OR g.order_no = o.order_no))), 0) AS BIGINT)
FROM clerk_orders k JOIN orders o ON o.customer_number = k.customer_number AND o.order_key = k.order_key
LEFT JOIN clerk_assignments a ON a.clerk_id = k.clerk_id AND a.from_at <= o.at AND (a.to_at IS NULL OR o.at < a.to_at)
LEFT JOIN places p ON p.number = a.place
WHERE o.at >= $1 AND o.at < $2 GROUP BY k.clerk_id, p.id ORDER BY k.clerk_id, p.id
-- name: clerks.remove_sign_ups
DELETE FROM sign_ups WHERE part_number IN (VALUES /*rows:i*/)
-- name: clerks.remove_orders
DELETE FROM clerk_orders WHERE customer_number IN (VALUES /*rows:i*/)
