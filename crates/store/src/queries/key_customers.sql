-- name: key_customers.promises
SELECT segment, days, owners, overdue_segment, version, changed_by, changed_at FROM contact_promises ORDER BY segment
-- name: key_customers.promise
SELECT segment, days, owners, overdue_segment, version, changed_by, changed_at FROM contact_promises WHERE segment = $1
-- name: key_customers.promise_of_overdue
SELECT segment FROM contact_promises WHERE overdue_segment = $1
-- name: key_customers.insert_promise
INSERT INTO contact_promises (segment, days, owners, overdue_segment, version, changed_by, changed_at)
VALUES ($1, $2, $3, $4, 1, $5, $6) ON CONFLICT (segment) DO NOTHING
-- name: key_customers.replace_promise
UPDATE contact_promises SET days = $3, owners = $4, changed_by = $5, changed_at = $6, version = version + 1
WHERE segment = $1 AND version = $2
-- The row stays as it is; whoever else writes about it waits.
-- name: key_customers.lock_promise
UPDATE contact_promises SET version = version WHERE segment = $1
-- name: key_customers.remove_promise
DELETE FROM contact_promises WHERE segment = $1
-- name: key_customers.remove_owners
DELETE FROM customer_owners WHERE segment = $1
-- name: key_customers.owners
SELECT COALESCE(p.customer_number, o.part_number), o.segment, o.part_number, o.owner, o.since FROM customer_owners o
LEFT JOIN customer_parts p ON p.part_number = o.part_number WHERE o.segment = $1
-- name: key_customers.owners_of_parts
SELECT part_number, segment, part_number, owner, since FROM customer_owners WHERE part_number IN (VALUES /*rows:i*/)
-- name: key_customers.set_owners
INSERT INTO customer_owners (segment, part_number, owner, since) VALUES /*rows:titi*/
ON CONFLICT (segment, part_number) DO UPDATE SET owner = excluded.owner, since = excluded.since
-- name: key_customers.remove_of_parts
DELETE FROM customer_owners WHERE part_number IN (VALUES /*rows:i*/)
