-- name: orders.load
SELECT customer_number, order_key, order_no, kind, at, amount_minor, line_hashes
FROM orders WHERE (customer_number, order_key) IN (VALUES /*rows:ib*/)
-- name: orders.upsert
INSERT INTO orders (customer_number, order_key, order_no, kind, at, amount_minor, line_hashes)
VALUES /*rows:ibttiib*/
ON CONFLICT (customer_number, order_key) DO UPDATE SET order_no = excluded.order_no, kind = excluded.kind,
    at = excluded.at, amount_minor = excluded.amount_minor, line_hashes = excluded.line_hashes
-- name: orders.count_purchases
SELECT COUNT(*) FROM orders WHERE kind = 'order'
