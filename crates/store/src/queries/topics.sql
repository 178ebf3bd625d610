-- name: topics.insert
INSERT INTO topics (code, name, description, is_archived, created_by, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, 1) ON CONFLICT (code) DO NOTHING
-- name: topics.replace
UPDATE topics SET name = $2, description = $3, is_archived = $4, version = version + 1 WHERE code = $1 AND version = $5
-- name: topics.list
SELECT code, name, description, is_archived, created_by, created_at, version FROM topics ORDER BY code
-- name: topics.add_picks
INSERT INTO topic_picks (id, part_number, topics, at, recorded_at, source) VALUES /*rows:titiit*/
ON CONFLICT (id) DO NOTHING
-- name: topics.picks_of_parts
SELECT id, part_number, topics, at, recorded_at, source FROM topic_picks WHERE part_number IN (VALUES /*rows:i*/)
-- name: topics.remove_picks
DELETE FROM topic_picks WHERE part_number IN (VALUES /*rows:i*/)
