-- name: forms.insert
INSERT INTO forms (id, slug, created_by, created_at, archived_at, version) VALUES ($1, $2, $3, $4, NULL, 1)
-- name: forms.add_version
INSERT INTO form_versions (form_id, version, settings, created_by, created_at) VALUES ($1, $2, $3, $4, $5)
-- name: forms.advance
UPDATE forms SET version = version + 1 WHERE id = $1 AND version = $2
-- name: forms.set_archived
UPDATE forms SET archived_at = $2 WHERE id = $1
-- name: forms.get
SELECT f.id, f.slug, f.created_by, f.created_at, f.archived_at, f.version, v.settings, v.created_at
FROM forms f JOIN form_versions v ON v.form_id = f.id AND v.version = f.version WHERE f.id = $1
-- name: forms.by_slug
SELECT f.id, f.slug, f.created_by, f.created_at, f.archived_at, f.version, v.settings, v.created_at
FROM forms f JOIN form_versions v ON v.form_id = f.id AND v.version = f.version WHERE f.slug = $1
-- name: forms.list
SELECT f.id, f.slug, f.created_by, f.created_at, f.archived_at, f.version, v.settings, v.created_at
FROM forms f JOIN form_versions v ON v.form_id = f.id AND v.version = f.version WHERE f.id > $1 ORDER BY f.id LIMIT $2
-- name: forms.answered
SELECT form_id, COUNT(*), MAX(at) FROM form_submissions WHERE form_id IN (VALUES /*rows:t*/) GROUP BY form_id
-- name: forms.settings_of
SELECT settings FROM form_versions WHERE form_id = $1 AND version = $2
-- name: forms.insert_counter
INSERT INTO form_counters (id, slug, form_id, name, place_id, clerk_id, code_id, created_by, created_at, archived_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, NULL, 1)
-- name: forms.update_counter
UPDATE form_counters SET name = $3, place_id = $4, clerk_id = $5, code_id = $6, archived_at = $7, version = version + 1
WHERE id = $1 AND version = $2
-- name: forms.get_counter
SELECT id, slug, form_id, name, place_id, clerk_id, code_id, created_by, created_at, archived_at, version
FROM form_counters WHERE id = $1
-- name: forms.counter_by_slug
SELECT id, slug, form_id, name, place_id, clerk_id, code_id, created_by, created_at, archived_at, version
FROM form_counters WHERE form_id = $1 AND slug = $2
-- name: forms.counters
SELECT id, slug, form_id, name, place_id, clerk_id, code_id, created_by, created_at, archived_at, version
FROM form_counters WHERE form_id = $1 ORDER BY id
-- name: forms.submission
SELECT content_hash, at FROM form_submissions WHERE form_id = $1 AND id = $2
-- name: forms.add_submission
INSERT INTO form_submissions (form_id, id, version, counter_id, place_id, clerk_id, code_id, is_code_shown, at, received_at,
    content_hash, message_key, part_number)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, NULL)
-- name: forms.set_person
UPDATE form_submissions SET part_number = $2 WHERE message_key = $1
-- A hash of what somebody said could be guessed.
-- name: forms.forget_content
UPDATE form_submissions SET content_hash = NULL WHERE message_key = $1
-- That somebody answered is counted for ever; who it was goes.
-- name: forms.forget_people
UPDATE form_submissions SET part_number = NULL, content_hash = NULL WHERE part_number IN (VALUES /*rows:i*/)
-- name: forms.of_parts
SELECT form_id, id, version, counter_id, place_id, clerk_id, code_id, is_code_shown, at, received_at, part_number
FROM form_submissions WHERE part_number IN (VALUES /*rows:i*/)
-- name: forms.submissions
SELECT form_id, id, version, counter_id, place_id, clerk_id, code_id, is_code_shown, at, received_at, part_number
FROM form_submissions WHERE form_id = $1 AND (at > $2 OR at = $2 AND id > $3) ORDER BY at, id LIMIT $4
-- name: forms.counts
SELECT counter_id, place_id, clerk_id, code_id, COUNT(*), CAST(SUM(CASE WHEN is_code_shown THEN 1 ELSE 0 END) AS BIGINT),
    MAX(at)
FROM form_submissions WHERE form_id = $1 AND at >= $2 AND at < $3
GROUP BY counter_id, place_id, clerk_id, code_id ORDER BY counter_id, place_id, clerk_id, code_id
-- Whoever was shown a code and followed for the first time within so many microseconds, put down to the last one that was
-- shown before; and whoever had followed before. A customer is all its profiles.
-- name: forms.followers
WITH seen AS (
    SELECT s.id, s.counter_id, s.place_id, s.clerk_id, s.code_id, s.at, COALESCE(p.customer_number, s.part_number) AS customer
    FROM form_submissions s LEFT JOIN customer_parts p ON p.part_number = s.part_number
    WHERE s.form_id = $1 AND s.at >= $2 AND s.at < $3 AND s.is_code_shown AND s.part_number IS NOT NULL),
firsts AS (
    SELECT COALESCE(p.customer_number, f.part_number) AS customer, MIN(f.at) AS at
    FROM profile_firsts f LEFT JOIN customer_parts p ON p.part_number = f.part_number
    WHERE f.what = 'followed' AND COALESCE(p.customer_number, f.part_number) IN (SELECT customer FROM seen)
    GROUP BY COALESCE(p.customer_number, f.part_number)),
matched AS (
    SELECT s.counter_id, s.place_id, s.clerk_id, s.code_id, f.at >= s.at AS is_new,
        ROW_NUMBER() OVER (PARTITION BY s.customer ORDER BY (f.at >= s.at) DESC, s.at DESC, s.id DESC) AS place
    FROM seen s JOIN firsts f ON f.customer = s.customer AND f.at <= s.at + $4)
SELECT counter_id, place_id, clerk_id, code_id, CAST(SUM(CASE WHEN is_new THEN 1 ELSE 0 END) AS BIGINT),
    CAST(SUM(CASE WHEN is_new THEN 0 ELSE 1 END) AS BIGINT)
FROM matched WHERE place = 1 GROUP BY counter_id, place_id, clerk_id, code_id
-- name: forms.people
SELECT COUNT(DISTINCT COALESCE(p.customer_number, s.part_number))
FROM form_submissions s LEFT JOIN customer_parts p ON p.part_number = s.part_number
WHERE s.form_id = $1 AND s.at >= $2 AND s.at < $3 AND s.part_number IS NOT NULL
-- name: forms.refuse
INSERT INTO form_refusals (form_id, reason, refused, last_at) VALUES ($1, $2, 1, $3)
ON CONFLICT (form_id, reason) DO UPDATE SET refused = form_refusals.refused + 1, last_at = excluded.last_at
-- name: forms.refusals
SELECT reason, refused, last_at FROM form_refusals WHERE form_id = $1 ORDER BY reason
