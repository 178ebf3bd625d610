-- name: codes.insert
INSERT INTO channel_codes (id, slug, batch_id, name, touch_point, parameters, target, cost_minor, state, created_by,
    created_at, version)
VALUES /*rows:tttttttittii*/
-- name: codes.get
SELECT id, slug, batch_id, name, touch_point, parameters, target, cost_minor, state, created_by, created_at, version
FROM channel_codes WHERE id = $1
-- name: codes.by_slug
SELECT id, slug, batch_id, name, touch_point, parameters, target, cost_minor, state, created_by, created_at, version
FROM channel_codes WHERE slug = $1
-- name: codes.list
SELECT id, slug, batch_id, name, touch_point, parameters, target, cost_minor, state, created_by, created_at, version
FROM channel_codes WHERE id > $1 ORDER BY id LIMIT $2
-- name: codes.of_batch
SELECT id, slug, batch_id, name, touch_point, parameters, target, cost_minor, state, created_by, created_at, version
FROM channel_codes WHERE batch_id = $1 AND id > $2 ORDER BY id LIMIT $3
-- name: codes.update
UPDATE channel_codes SET name = $3, target = $4, cost_minor = $5, state = $6, version = version + 1
WHERE id = $1 AND version = $2
-- name: codes.add_scans
INSERT INTO code_scans (code_id, part_number, at, region, is_first) VALUES /*rows:tiito*/
-- name: codes.scanned_before
SELECT code_id, part_number FROM code_scans WHERE (code_id, part_number) IN (VALUES /*rows:ti*/)
-- The scan is counted for ever; who it was goes.
-- name: codes.forget_scanners
UPDATE code_scans SET part_number = NULL WHERE part_number IN (VALUES /*rows:i*/)
-- name: codes.scan_counts
SELECT code_id, COUNT(*), CAST(SUM(CASE WHEN is_first THEN 1 ELSE 0 END) AS BIGINT), MAX(at) FROM code_scans
WHERE at >= $1 AND at < $2 GROUP BY code_id ORDER BY code_id
-- name: codes.scans_by_hour
SELECT region, at / 3600000000, COUNT(*) FROM code_scans WHERE code_id = $1 AND at >= $2 AND at < $3
GROUP BY region, at / 3600000000 ORDER BY region, at / 3600000000
-- name: codes.scans
SELECT id, part_number, at, region, is_first FROM code_scans WHERE code_id = $1 AND id > $2 ORDER BY id LIMIT $3
-- What customers did first belongs to the last code that they scanned before it, within so many microseconds. A customer
-- is all its profiles.
-- name: codes.outcomes
WITH seen AS (
    SELECT s.id, s.code_id, COALESCE(p.customer_number, s.part_number) AS customer, s.at
    FROM code_scans s LEFT JOIN customer_parts p ON p.part_number = s.part_number
    WHERE s.part_number IS NOT NULL AND s.at >= $1 AND s.at < $2),
firsts AS (
    SELECT COALESCE(p.customer_number, f.part_number) AS customer, f.what AS what, MIN(f.at) AS at
    FROM profile_firsts f LEFT JOIN customer_parts p ON p.part_number = f.part_number
    WHERE f.what <> 'met' GROUP BY COALESCE(p.customer_number, f.part_number), f.what
    UNION ALL
    SELECT c.number, 'ordered', c.first_at FROM customers c
    WHERE c.first_at IS NOT NULL AND c.number IN (SELECT customer FROM seen)),
matched AS (
    SELECT s.code_id, f.what, ROW_NUMBER() OVER (PARTITION BY f.customer, f.what ORDER BY s.at DESC, s.id DESC) AS place
    FROM firsts f JOIN seen s ON s.customer = f.customer AND s.at <= f.at AND s.at >= f.at - $3),
earlier AS (
    SELECT code_id, customer, MIN(at) AS at FROM seen GROUP BY code_id, customer)
SELECT code_id, what, COUNT(*) FROM matched WHERE place = 1 GROUP BY code_id, what
UNION ALL
SELECT e.code_id, 'followed_before', COUNT(*) FROM earlier e
JOIN firsts f ON f.customer = e.customer AND f.what = 'followed' AND f.at < e.at GROUP BY e.code_id
-- The customers behind `codes.outcomes`, of one deed `$4`, with when they did it.
-- name: codes.people
WITH seen AS (
    SELECT s.id, s.code_id, COALESCE(p.customer_number, s.part_number) AS customer, s.at
    FROM code_scans s LEFT JOIN customer_parts p ON p.part_number = s.part_number
    WHERE s.part_number IS NOT NULL AND s.at >= $1 AND s.at < $2),
firsts AS (
    SELECT COALESCE(p.customer_number, f.part_number) AS customer, MIN(f.at) AS at
    FROM profile_firsts f LEFT JOIN customer_parts p ON p.part_number = f.part_number
    WHERE f.what = $4 GROUP BY COALESCE(p.customer_number, f.part_number)
    UNION ALL
    SELECT c.number, c.first_at FROM customers c
    WHERE $4 = 'ordered' AND c.first_at IS NOT NULL AND c.number IN (SELECT customer FROM seen)),
matched AS (
    SELECT s.code_id, f.customer, f.at, ROW_NUMBER() OVER (PARTITION BY f.customer ORDER BY s.at DESC, s.id DESC) AS place
    FROM firsts f JOIN seen s ON s.customer = f.customer AND s.at <= f.at AND s.at >= f.at - $3)
SELECT code_id, customer, at FROM matched WHERE place = 1 ORDER BY customer
-- name: codes.scanners
SELECT DISTINCT s.code_id, COALESCE(p.customer_number, s.part_number) AS customer
FROM code_scans s LEFT JOIN customer_parts p ON p.part_number = s.part_number
WHERE s.part_number IS NOT NULL AND s.at >= $1 AND s.at < $2 ORDER BY customer, s.code_id
-- Of those whose first purchase belongs to a code, by the rule of `codes.outcomes`: who bought before `$4`, and who of them
-- is of the group `$5` in the last value run.
-- name: codes.buyers_of_group
WITH seen AS (
    SELECT s.id, s.code_id, COALESCE(p.customer_number, s.part_number) AS customer, s.at
    FROM code_scans s LEFT JOIN customer_parts p ON p.part_number = s.part_number
    WHERE s.part_number IS NOT NULL AND s.at >= $1 AND s.at < $2),
matched AS (
    SELECT s.code_id, c.number AS customer, c.first_at,
        ROW_NUMBER() OVER (PARTITION BY c.number ORDER BY s.at DESC, s.id DESC) AS place
    FROM customers c JOIN seen s ON s.customer = c.number AND s.at <= c.first_at AND s.at >= c.first_at - $3
    WHERE c.first_at IS NOT NULL)
SELECT m.code_id, COUNT(*), CAST(SUM(CASE WHEN v.rfm_group = $5 THEN 1 ELSE 0 END) AS BIGINT) FROM matched m
LEFT JOIN customer_values v ON v.customer_number = m.customer
WHERE m.place = 1 AND m.first_at < $4 GROUP BY m.code_id ORDER BY m.code_id
-- name: codes.clear_regions
DELETE FROM region_ranges
-- name: codes.add_regions
INSERT INTO region_ranges (first_address, last_address, region) VALUES /*rows:ttt*/
-- name: codes.region_of
SELECT last_address, region FROM region_ranges WHERE first_address <= $1 ORDER BY first_address DESC LIMIT 1
-- name: codes.count_regions
SELECT COUNT(*) FROM region_ranges
