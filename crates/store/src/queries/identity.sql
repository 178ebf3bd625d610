-- name: identity.owners
SELECT CAST(k.column1 AS BIGINT), i.customer_number, COALESCE(i.part_number, i.customer_number) FROM (VALUES /*rows:ntt*/) k
JOIN identities i ON i.kind = k.column2 AND i.value = k.column3
-- name: identity.is_any
SELECT COUNT(*) FROM (SELECT 1 FROM identities LIMIT 1) some_identities
-- name: identity.insert_identities
INSERT INTO identities (kind, value, customer_number, source, first_seen_at) VALUES /*rows:ttiti*/
ON CONFLICT (kind, value) DO NOTHING
-- name: identity.insert_conflicts
INSERT INTO identity_conflicts (customer_number, kind, value, other_number, source, seen_at, reason)
VALUES /*rows:ittitit*/
ON CONFLICT (customer_number, kind, value) DO NOTHING
-- name: identity.of_customers
SELECT customer_number, kind, value, source, first_seen_at FROM identities
WHERE customer_number IN (VALUES /*rows:i*/)
-- name: identity.conflicts_of_customer
SELECT customer_number, kind, value, other_number, source, seen_at, reason FROM identity_conflicts
WHERE customer_number = $1 ORDER BY seen_at DESC, kind, value LIMIT $2
-- Whose facts are told by the table, which is small.
-- name: identity.conflicts_naming
SELECT customer_number, kind, value, other_number, source, seen_at, reason FROM identity_conflicts
WHERE (kind, value) IN (VALUES /*rows:tt*/)
-- name: identity.remove
DELETE FROM identities WHERE (kind, value) IN (VALUES /*rows:tt*/)
-- name: identity.remove_conflicts
DELETE FROM identity_conflicts WHERE customer_number IN (VALUES /*rows:i*/)
-- name: identity.remove_conflicts_naming
DELETE FROM identity_conflicts WHERE (kind, value) IN (VALUES /*rows:tt*/)
-- From a customer, its profile, and the customer that the profile is part of from now on.
-- name: identity.move_parts
UPDATE identities SET part_number = COALESCE(identities.part_number, identities.customer_number), customer_number = k.column3
FROM (VALUES /*rows:iii*/) k WHERE identities.customer_number = k.column1
  AND COALESCE(identities.part_number, identities.customer_number) = k.column2
