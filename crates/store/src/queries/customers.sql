-- name: customers.load
SELECT number, created_at, display_name, name_folded, orders, gross_minor, refunds_minor, refund_count, net_minor,
    first_at, last_at, first_month, active_months, active_months_later, updated_at
FROM customers WHERE number IN (VALUES /*rows:i*/)
-- name: customers.upsert
INSERT INTO customers (number, created_at, display_name, name_folded, orders, gross_minor, refunds_minor,
    refund_count, net_minor, first_at, last_at, first_month, active_months, active_months_later, updated_at)
VALUES /*rows:iittiiiiiiiiiii*/
ON CONFLICT (number) DO UPDATE SET display_name = excluded.display_name, name_folded = excluded.name_folded,
    orders = excluded.orders, gross_minor = excluded.gross_minor, refunds_minor = excluded.refunds_minor,
    refund_count = excluded.refund_count, net_minor = excluded.net_minor, first_at = excluded.first_at,
    last_at = excluded.last_at, first_month = excluded.first_month, active_months = excluded.active_months,
    active_months_later = excluded.active_months_later, updated_at = excluded.updated_at
-- name: customers.set_months
UPDATE customers SET first_month = k.column2, active_months = k.column3, active_months_later = k.column4
FROM (VALUES /*rows:iiii*/) k WHERE customers.number = k.column1
-- name: customers.count_all
SELECT COUNT(*) FROM customers
-- name: customers.buyers
SELECT COUNT(*) FROM customers WHERE orders > 0
-- Two sub-queries, so that each reads one end of its index.
-- name: customers.purchase_span
SELECT (SELECT MIN(first_at) FROM customers), (SELECT MAX(last_at) FROM customers)
-- name: customers.remove
DELETE FROM customers WHERE number IN (VALUES /*rows:i*/)
