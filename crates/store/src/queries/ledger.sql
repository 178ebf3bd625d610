-- name: ledger.open_accounts
INSERT INTO ledger_accounts (account_id, sequence, at, hash, pending, available, held, debt) VALUES /*rows:iiibiiii*/
ON CONFLICT (account_id) DO NOTHING
-- name: ledger.headers
SELECT account_id, sequence, at, hash, pending, available, held, debt, merged_into FROM ledger_accounts
WHERE account_id IN (VALUES /*rows:i*/)
-- name: ledger.answers
SELECT CAST(k.column1 AS BIGINT), t.body FROM (VALUES /*rows:nit*/) k
JOIN ledger_transactions t ON t.account_id = k.column2 AND t.key = k.column3
-- name: ledger.open_rows
SELECT account_id, kind, id, body FROM ledger_rows WHERE is_open = TRUE AND account_id IN (VALUES /*rows:i*/)
-- name: ledger.named_rows
SELECT CAST(k.column1 AS BIGINT), r.body FROM (VALUES /*rows:nitt*/) k
JOIN ledger_rows r ON r.account_id = k.column2 AND r.kind = k.column3 AND r.id = k.column4
-- name: ledger.lots_since
SELECT kind, id, body FROM ledger_rows WHERE account_id = $1 AND kind = 'lot' AND expires_at >= $2
-- name: ledger.all_rows
SELECT kind, id, body FROM ledger_rows WHERE account_id = $1
-- name: ledger.append
INSERT INTO ledger_transactions (account_id, sequence, key, body) VALUES /*rows:iitt*/
-- name: ledger.write_headers
INSERT INTO ledger_accounts (account_id, sequence, at, hash, pending, available, held, debt, merged_into, next_due)
VALUES /*rows:iiibiiiiii*/
ON CONFLICT (account_id) DO UPDATE SET sequence = excluded.sequence, at = excluded.at, hash = excluded.hash,
    pending = excluded.pending, available = excluded.available, held = excluded.held, debt = excluded.debt,
    merged_into = excluded.merged_into, next_due = excluded.next_due
-- name: ledger.write_rows
INSERT INTO ledger_rows (account_id, kind, id, is_open, expires_at, body) VALUES /*rows:ittoit*/
ON CONFLICT (account_id, kind, id) DO UPDATE SET is_open = excluded.is_open, expires_at = excluded.expires_at,
    body = excluded.body
-- name: ledger.remove_rows
DELETE FROM ledger_rows WHERE account_id = $1
-- name: ledger.transactions
SELECT sequence, key, body FROM ledger_transactions WHERE account_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3
-- name: ledger.statement
SELECT sequence, key, body FROM ledger_transactions WHERE account_id = $1 AND sequence < $2 ORDER BY sequence DESC LIMIT $3
-- name: ledger.transaction
SELECT sequence, key, body FROM ledger_transactions WHERE account_id = $1 AND sequence = $2
-- name: ledger.due
SELECT account_id, next_due FROM ledger_accounts
WHERE next_due <= $1 AND (next_due > $2 OR (next_due = $2 AND account_id > $3)) ORDER BY next_due, account_id LIMIT $4
-- name: ledger.accounts_after
SELECT account_id FROM ledger_accounts WHERE account_id > $1 AND sequence > 0 ORDER BY account_id LIMIT $2
