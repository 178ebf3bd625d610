-- name: access.insert_user
INSERT INTO users (id, email, name, role, status, password_hash, locale, created_at, last_sign_in_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
-- name: access.user_by_id
SELECT id, email, name, role, status, password_hash, locale, created_at, last_sign_in_at, version FROM users WHERE id = $1
-- name: access.user_by_email
SELECT id, email, name, role, status, password_hash, locale, created_at, last_sign_in_at, version FROM users WHERE email = $1
-- name: access.users
SELECT id, email, name, role, status, password_hash, locale, created_at, last_sign_in_at, version FROM users ORDER BY created_at, id
-- name: access.update_user
UPDATE users SET email = $3, name = $4, role = $5, status = $6, password_hash = $7, locale = $8, version = version + 1
WHERE id = $1 AND version = $2
-- name: access.note_sign_in
UPDATE users SET last_sign_in_at = $2 WHERE id = $1
-- An update that changes nothing: its count is the answer, and on PostgreSQL it locks the administrators, so
-- that two of them cannot take each other's right at the same time.
-- name: access.count_active_administrators
UPDATE users SET version = version WHERE role = 'administrator' AND status = 'active'
-- name: access.insert_link
INSERT INTO sign_in_links (token_hash, user_id, expires_at, used_at) VALUES ($1, $2, $3, $4)
-- name: access.use_link
UPDATE sign_in_links SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2
-- name: access.link
SELECT token_hash, user_id, expires_at, used_at FROM sign_in_links WHERE token_hash = $1
-- name: access.delete_links_of
DELETE FROM sign_in_links WHERE user_id = $1
-- name: access.insert_session
INSERT INTO sessions (token_hash, user_id, csrf_token, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
-- name: access.session
SELECT token_hash, user_id, csrf_token, created_at, last_seen_at, expires_at FROM sessions WHERE token_hash = $1
-- name: access.touch_session
UPDATE sessions SET last_seen_at = $2 WHERE token_hash = $1
-- name: access.delete_session
DELETE FROM sessions WHERE token_hash = $1
-- name: access.delete_sessions_of
DELETE FROM sessions WHERE user_id = $1
-- name: access.delete_other_sessions_of
DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2
-- name: access.delete_sessions_before
DELETE FROM sessions WHERE expires_at <= $1 OR last_seen_at <= $2
-- name: access.insert_token
INSERT INTO api_tokens (id, token_hash, name, role, created_by, created_at, expires_at, last_used_at, revoked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
-- name: access.token_by_hash
SELECT id, token_hash, name, role, created_by, created_at, expires_at, last_used_at, revoked_at
FROM api_tokens WHERE token_hash = $1
-- name: access.tokens
SELECT id, token_hash, name, role, created_by, created_at, expires_at, last_used_at, revoked_at
FROM api_tokens WHERE revoked_at IS NULL ORDER BY created_at, id
-- name: access.touch_token
UPDATE api_tokens SET last_used_at = $2 WHERE id = $1
-- name: access.revoke_token
UPDATE api_tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL
-- name: access.revoke_tokens_made_by
WITH RECURSIVE made (id) AS (
    SELECT id FROM api_tokens WHERE created_by = $1
    UNION
    SELECT t.id FROM api_tokens t JOIN made m ON t.created_by = m.id)
UPDATE api_tokens SET revoked_at = $2 WHERE revoked_at IS NULL AND id IN (SELECT id FROM made)
RETURNING id
-- name: access.attempts
SELECT key, failures, window_started_at FROM sign_in_attempts WHERE key = $1
-- name: access.put_attempts
INSERT INTO sign_in_attempts (key, failures, window_started_at) VALUES ($1, $2, $3)
ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, window_started_at = excluded.window_started_at
-- name: access.delete_attempts
DELETE FROM sign_in_attempts WHERE key = $1
-- name: access.delete_attempts_before
DELETE FROM sign_in_attempts WHERE window_started_at <= $1
