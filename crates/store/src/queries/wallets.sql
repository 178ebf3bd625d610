-- name: wallets.insert
INSERT INTO wallets (code, number, version, created_by, created_at)
SELECT CAST($1 AS TEXT), COALESCE(MAX(number), 0) + 1, 1, CAST($2 AS TEXT), CAST($3 AS BIGINT) FROM wallets WHERE TRUE
ON CONFLICT (code) DO NOTHING
-- name: wallets.advance
UPDATE wallets SET version = version + 1 WHERE code = $1 AND version = $2
-- name: wallets.add_version
INSERT INTO wallet_versions (code, version, definition, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)
-- name: wallets.all
SELECT w.code, w.number, w.version, w.created_by, w.created_at, v.definition, v.changed_by, v.changed_at
FROM wallets w JOIN wallet_versions v ON v.code = w.code AND v.version = w.version ORDER BY w.code
