-- name: orders.load
SELECT CAST(k.column1 AS BIGINT), o.order_no, o.kind, o.at, o.amount_minor, o.line_hashes FROM (VALUES /*rows:nib*/) k
JOIN orders o ON o.customer_number = k.column2 AND o.order_key = k.column3
-- name: orders.cancelled_of
SELECT customer_number, order_key, order_no, kind, at, amount_minor, line_hashes FROM orders
WHERE kind = 'cancelled' AND customer_number IN (VALUES /*rows:i*/)
-- name: orders.upsert
INSERT INTO orders (customer_number, order_key, order_no, kind, at, amount_minor, line_hashes)
VALUES /*rows:ibttiib*/
ON CONFLICT (customer_number, order_key) DO UPDATE SET order_no = excluded.order_no, kind = excluded.kind,
    at = excluded.at, amount_minor = excluded.amount_minor, line_hashes = excluded.line_hashes
-- name: orders.remove
DELETE FROM orders WHERE customer_number IN (VALUES /*rows:i*/)
-- name: orders.blank_guests
UPDATE orders SET order_no = NULL, amount_minor = NULL WHERE customer_number = 0 AND order_key IN (VALUES /*rows:b*/)
-- name: orders.count_purchases
SELECT COUNT(*) FROM orders WHERE kind = 'order'
-- name: orders.count_some_guests
-- One at most: it is asked for every block.
SELECT COUNT(*) FROM (SELECT 1 FROM orders WHERE customer_number = 0 LIMIT 1) g
