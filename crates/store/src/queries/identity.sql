-- name: identity.owners
SELECT CAST(k.column1 AS BIGINT), i.customer_number FROM (VALUES /*rows:ntt*/) k
JOIN identities i ON i.kind = k.column2 AND i.value = k.column3
-- name: identity.insert_identities
INSERT INTO identities (kind, value, customer_number, source, first_seen_at) VALUES /*rows:ttiti*/
ON CONFLICT (kind, value) DO NOTHING
-- name: identity.insert_conflicts
INSERT INTO identity_conflicts (customer_number, kind, value, other_number, source, seen_at) VALUES /*rows:ittiti*/
ON CONFLICT (customer_number, kind, value) DO NOTHING
-- name: identity.of_customers
SELECT customer_number, kind, value, source, first_seen_at FROM identities
WHERE customer_number IN (VALUES /*rows:i*/)
-- name: identity.conflicts_of_customer
SELECT customer_number, kind, value, other_number, source, seen_at FROM identity_conflicts
WHERE customer_number = $1 ORDER BY seen_at DESC, kind, value LIMIT $2
-- A prefix is looked up in each kind: the key begins with it, and an index of values alone would cost as much as the table.
-- name: identity.search
SELECT number FROM (
    SELECT customer_number AS number FROM (SELECT customer_number FROM identities
        WHERE kind IN ('customer_id', 'member_no', 'phone', 'email', 'other_id') AND value >= $1 AND value < $2 LIMIT $7) a
    UNION SELECT customer_number FROM (SELECT customer_number FROM identities
        WHERE kind IN ('customer_id', 'member_no', 'phone', 'email', 'other_id') AND value >= $3 AND value < $4 LIMIT $7) b
    UNION SELECT number FROM (SELECT number FROM customers
        WHERE name_folded >= $5 AND name_folded < $6 ORDER BY name_folded, number LIMIT $7) c
) found ORDER BY number LIMIT $7
