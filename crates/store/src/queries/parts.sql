-- name: parts.load
SELECT part_number, created_at, display_name, name_folded, orders, gross_minor, refunds_minor,
    refund_count, net_minor, first_at, last_at, first_month, active_months, active_months_later, updated_at,
    customer_number, events, first_seen_at, last_seen_at
FROM customer_parts WHERE part_number IN (VALUES /*rows:i*/)
-- name: parts.of_customers
SELECT part_number, created_at, display_name, name_folded, orders, gross_minor, refunds_minor,
    refund_count, net_minor, first_at, last_at, first_month, active_months, active_months_later, updated_at,
    customer_number, events, first_seen_at, last_seen_at
FROM customer_parts WHERE customer_number IN (VALUES /*rows:i*/)
-- All profiles of the customers that these are profiles of.
-- name: parts.together
SELECT part_number, customer_number FROM customer_parts WHERE customer_number IN
    (SELECT p.customer_number FROM customer_parts p WHERE p.part_number IN (VALUES /*rows:i*/))
-- name: parts.all
SELECT part_number, customer_number FROM customer_parts ORDER BY part_number
-- name: parts.upsert
INSERT INTO customer_parts (part_number, created_at, display_name, name_folded, orders, gross_minor, refunds_minor,
    refund_count, net_minor, first_at, last_at, first_month, active_months, active_months_later, updated_at,
    customer_number, events, first_seen_at, last_seen_at)
VALUES /*rows:iittiiiiiiiiiiiiiii*/
ON CONFLICT (part_number) DO UPDATE SET customer_number = excluded.customer_number, created_at = excluded.created_at,
    display_name = excluded.display_name, name_folded = excluded.name_folded, orders = excluded.orders,
    gross_minor = excluded.gross_minor, refunds_minor = excluded.refunds_minor, refund_count = excluded.refund_count,
    net_minor = excluded.net_minor, first_at = excluded.first_at, last_at = excluded.last_at,
    first_month = excluded.first_month, active_months = excluded.active_months,
    active_months_later = excluded.active_months_later, updated_at = excluded.updated_at, events = excluded.events,
    first_seen_at = excluded.first_seen_at, last_seen_at = excluded.last_seen_at
-- name: parts.remove
DELETE FROM customer_parts WHERE part_number IN (VALUES /*rows:i*/)
-- name: parts.traits
SELECT part_number, name, source, value, at FROM part_traits WHERE part_number IN (VALUES /*rows:i*/)
-- name: parts.upsert_traits
INSERT INTO part_traits (part_number, name, source, value, at) VALUES /*rows:ittti*/
ON CONFLICT (part_number, name, source) DO UPDATE SET value = excluded.value, at = excluded.at
WHERE excluded.at >= part_traits.at
-- name: parts.remove_traits
DELETE FROM part_traits WHERE part_number IN (VALUES /*rows:i*/)
-- name: parts.set_months
UPDATE customer_parts SET first_month = k.column2, active_months = k.column3, active_months_later = k.column4
FROM (VALUES /*rows:iiii*/) k WHERE customer_parts.part_number = k.column1
