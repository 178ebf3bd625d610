-- name: leases.take
INSERT INTO leases (name, holder, until) VALUES ($1, $2, $4)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE leases.holder = excluded.holder OR leases.until <= $3
-- name: leases.give_back
UPDATE leases SET until = 0 WHERE name = $1 AND holder = $2
