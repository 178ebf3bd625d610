-- name: settings.get
SELECT value, version FROM settings WHERE name = 'brand'
-- name: settings.insert
INSERT INTO settings (name, value, version) VALUES ('brand', $1, 1) ON CONFLICT (name) DO NOTHING
-- name: settings.replace
UPDATE settings SET value = $1, version = version + 1 WHERE name = 'brand' AND version = $2
-- name: settings.document
SELECT value, version FROM settings WHERE name = $1
-- name: settings.insert_document
INSERT INTO settings (name, value, version) VALUES ($1, $2, 1) ON CONFLICT (name) DO NOTHING
-- name: settings.replace_document
UPDATE settings SET value = $2, version = version + 1 WHERE name = $1 AND version = $3
-- name: settings.workspace_id
SELECT value FROM settings WHERE name = 'workspace'
-- name: settings.put_workspace_id
INSERT INTO settings (name, value, version) VALUES ('workspace', $1, 1) ON CONFLICT (name) DO NOTHING
