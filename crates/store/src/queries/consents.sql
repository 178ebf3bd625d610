-- name: consents.insert_purpose
INSERT INTO consent_purposes (code, name, description, channels, collects, created_by, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (code) DO NOTHING
-- name: consents.replace_purpose
UPDATE consent_purposes SET name = $2, description = $3, channels = $4, collects = $5, version = $6
WHERE code = $1 AND version = $6 - 1
-- name: consents.purposes
SELECT code, name, description, channels, collects, created_by, created_at, version FROM consent_purposes ORDER BY code
-- name: consents.insert_text
INSERT INTO consent_texts (purpose, version, locale, text, hash, published_by, published_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (purpose, version) DO NOTHING
-- name: consents.texts
SELECT purpose, version, locale, text, hash, published_by, published_at FROM consent_texts
ORDER BY purpose, published_at DESC, version DESC
-- name: consents.text
SELECT purpose, version, locale, text, hash, published_by, published_at FROM consent_texts
WHERE purpose = $1 AND version = $2
-- name: consents.text_hash
SELECT hash FROM consent_texts WHERE purpose = $1 AND version = $2
-- name: consents.insert
INSERT INTO consents (id, part_number, purpose, channel, decision, is_explicit, at, recorded_at, source, text_version,
    text_hash, evidence)
VALUES /*rows:titttoiitttt*/
ON CONFLICT (id) DO NOTHING
-- name: consents.of_parts
SELECT id, part_number, purpose, channel, decision, is_explicit, at, recorded_at, source, text_version, text_hash, evidence
FROM consents WHERE part_number IN (VALUES /*rows:i*/)
-- name: consents.remove
DELETE FROM consents WHERE part_number IN (VALUES /*rows:i*/)
-- name: consents.remove_withdrawals
DELETE FROM withdrawals WHERE part_number IN (VALUES /*rows:i*/)
-- name: consents.insert_withdrawal
INSERT INTO withdrawals (id, part_number, purpose, state, step, revoked_at, deadline_at, collects, counts, work)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (id) DO NOTHING
-- name: consents.withdrawal
SELECT id, part_number, purpose, state, step, revoked_at, deadline_at, collects, counts, work, finished_at
FROM withdrawals WHERE id = $1
-- name: consents.withdrawals_of_parts
SELECT id, part_number, purpose, state, step, revoked_at, deadline_at, collects, counts, work, finished_at
FROM withdrawals WHERE part_number IN (VALUES /*rows:i*/)
-- name: consents.unfinished_withdrawals
SELECT id, part_number, purpose, state, step, revoked_at, deadline_at, collects, counts, work, finished_at
FROM withdrawals WHERE state = 'running' ORDER BY revoked_at, id
-- name: consents.advance_withdrawal
UPDATE withdrawals SET step = step + 1, counts = $3 WHERE id = $1 AND step = $2 AND state = 'running'
-- name: consents.finish_withdrawal
UPDATE withdrawals SET state = 'done', finished_at = $2, work = NULL WHERE id = $1 AND state = 'running'
