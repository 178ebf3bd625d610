-- name: leases.take
INSERT INTO leases (name, holder, until, fence) VALUES ($1, $2, $4, 1)
ON CONFLICT (name) DO UPDATE SET fence = leases.fence + CASE WHEN leases.holder = excluded.holder THEN 0 ELSE 1 END,
    holder = excluded.holder, until = excluded.until
WHERE leases.holder = excluded.holder OR leases.until <= $3
RETURNING fence
-- name: leases.give_back
UPDATE leases SET until = 0 WHERE name = $1 AND holder = $2
