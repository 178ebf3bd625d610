-- name: tracking.known
SELECT message_key FROM tracked_messages WHERE message_key IN (VALUES /*rows:b*/)
-- name: tracking.remember
INSERT INTO tracked_messages (message_key, day) VALUES /*rows:bi*/
-- name: tracking.forget_before
DELETE FROM tracked_messages WHERE message_key BETWEEN $1 AND $2 AND day < $3
-- name: tracking.add_counts
INSERT INTO source_counts (source_id, day, accepted, duplicates, refused, quarantined, released, discarded, erased, last_at)
VALUES /*rows:tiiiiiiiii*/
ON CONFLICT (source_id, day) DO UPDATE SET accepted = source_counts.accepted + excluded.accepted,
    duplicates = source_counts.duplicates + excluded.duplicates, refused = source_counts.refused + excluded.refused,
    quarantined = source_counts.quarantined + excluded.quarantined, released = source_counts.released + excluded.released,
    discarded = source_counts.discarded + excluded.discarded, erased = source_counts.erased + excluded.erased,
    last_at = CASE WHEN excluded.last_at > source_counts.last_at THEN excluded.last_at ELSE source_counts.last_at END
-- name: tracking.totals
SELECT source_id, CAST(SUM(accepted) AS BIGINT), CAST(SUM(duplicates) AS BIGINT), CAST(SUM(refused) AS BIGINT),
    CAST(SUM(quarantined) AS BIGINT), CAST(SUM(released) AS BIGINT), CAST(SUM(discarded) AS BIGINT), CAST(SUM(erased) AS BIGINT),
    MAX(last_at)
FROM source_counts GROUP BY source_id ORDER BY source_id
-- name: tracking.counts_by_day
SELECT day, accepted, duplicates, refused, quarantined, released, discarded, erased, last_at FROM source_counts
WHERE source_id = $1 AND day >= $2 ORDER BY day
-- name: tracking.append_log
INSERT INTO source_log (source_id, outcome, at, kind, name, message_id, reason, shape) VALUES /*rows:ttittttt*/
-- Few entries are kept: the table is read.
-- name: tracking.remove_log_entries
DELETE FROM source_log WHERE (source_id, message_id) IN (VALUES /*rows:tt*/)
-- name: tracking.trim_log
DELETE FROM source_log WHERE source_id = $1 AND outcome = $2
  AND id <= (SELECT id FROM source_log WHERE source_id = $1 AND outcome = $2 ORDER BY id DESC LIMIT 1 OFFSET $3)
-- name: tracking.log
SELECT id, source_id, outcome, at, kind, name, message_id, reason, shape FROM source_log
WHERE source_id = $1 AND id > $2 AND id < $3 ORDER BY id DESC LIMIT $4
-- name: tracking.log_of_outcome
SELECT id, source_id, outcome, at, kind, name, message_id, reason, shape FROM source_log
WHERE source_id = $1 AND outcome = $5 AND id > $2 AND id < $3 ORDER BY id DESC LIMIT $4
