-- name: touch_points.list
SELECT code, name_zh, name_en, is_preset, archived_at, created_by, created_at, version FROM touch_points
ORDER BY created_at, code
-- name: touch_points.get
SELECT code, name_zh, name_en, is_preset, archived_at, created_by, created_at, version FROM touch_points WHERE code = $1
-- name: touch_points.insert
INSERT INTO touch_points (code, name_zh, name_en, is_preset, archived_at, created_by, created_at, version)
VALUES ($1, $2, $3, FALSE, NULL, $4, $5, 1) ON CONFLICT (code) DO NOTHING
-- name: touch_points.update
UPDATE touch_points SET name_zh = $3, name_en = $4, archived_at = $5, version = version + 1
WHERE code = $1 AND version = $2
-- name: touch_points.add_counts
INSERT INTO touch_point_counts (touch_point, source_id, day, facts, last_at) VALUES /*rows:ttiii*/
ON CONFLICT (touch_point, source_id, day) DO UPDATE SET facts = touch_point_counts.facts + excluded.facts,
    last_at = CASE WHEN excluded.last_at > touch_point_counts.last_at THEN excluded.last_at ELSE touch_point_counts.last_at END
-- name: touch_points.totals
SELECT touch_point, source_id, CAST(SUM(facts) AS BIGINT), MAX(last_at) FROM touch_point_counts
GROUP BY touch_point, source_id ORDER BY touch_point, source_id
-- The earliest holds, of one instant the touch-point that sorts first: the order of arrival plays no part.
-- name: touch_points.add_firsts
INSERT INTO profile_firsts (part_number, what, at, touch_point) VALUES /*rows:itit*/
ON CONFLICT (part_number, what) DO UPDATE SET at = excluded.at, touch_point = excluded.touch_point
WHERE excluded.at < profile_firsts.at
    OR (excluded.at = profile_firsts.at AND excluded.touch_point < profile_firsts.touch_point)
-- name: touch_points.remove_firsts
DELETE FROM profile_firsts WHERE part_number IN (VALUES /*rows:i*/)
-- Of a customer, the first of all its profiles.
-- name: touch_points.customers_by_first
SELECT what, touch_point, COUNT(*) FROM (
    SELECT f.what, f.touch_point, ROW_NUMBER() OVER (PARTITION BY COALESCE(p.customer_number, f.part_number), f.what
        ORDER BY f.at, f.touch_point, f.part_number) AS place
    FROM profile_firsts f LEFT JOIN customer_parts p ON p.part_number = f.part_number) AS firsts
WHERE place = 1 GROUP BY what, touch_point ORDER BY what, touch_point
