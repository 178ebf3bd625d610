-- name: scenes.known
SELECT DISTINCT scene FROM scene_counts ORDER BY scene
-- name: scenes.add
INSERT INTO scene_counts (scene, day, entered, completed, rated, satisfied) VALUES /*rows:tiiiii*/
ON CONFLICT (scene, day) DO UPDATE SET entered = scene_counts.entered + excluded.entered,
    completed = scene_counts.completed + excluded.completed, rated = scene_counts.rated + excluded.rated,
    satisfied = scene_counts.satisfied + excluded.satisfied
-- name: scenes.counts
SELECT scene, CAST(SUM(entered) AS BIGINT), CAST(SUM(completed) AS BIGINT), CAST(SUM(rated) AS BIGINT),
    CAST(SUM(satisfied) AS BIGINT)
FROM scene_counts WHERE day >= $1 AND day <= $2 GROUP BY scene ORDER BY scene
