-- name: segment_moves.add
INSERT INTO segment_moves (position, segment, version, customer_number, has_entered, at, cause, fact)
VALUES /*rows:itiioitt*/
-- name: segment_moves.of_segment
SELECT position, segment, version, customer_number, has_entered, at, cause, fact FROM segment_moves
WHERE segment = $1 AND position < $2 ORDER BY position DESC LIMIT $3
-- name: segment_moves.of_customers
SELECT position, segment, version, customer_number, has_entered, at, cause, fact FROM segment_moves
WHERE customer_number IN (VALUES /*rows:i*/)
-- name: segment_moves.between
SELECT customer_number, has_entered FROM segment_moves
WHERE segment = $1 AND position > $2 AND at <= $3 ORDER BY position
-- name: segment_moves.count_behind
SELECT COUNT(*) FROM segment_moves WHERE segment = $1 AND position > $2
-- name: segment_moves.last_version
SELECT version FROM segment_moves WHERE segment = $1 ORDER BY position DESC LIMIT 1
-- name: segment_moves.remove_of_customers
DELETE FROM segment_moves WHERE customer_number IN (VALUES /*rows:i*/)
-- What a mark that is older knows already.
-- name: segment_moves.remove_before
DELETE FROM segment_moves WHERE position IN (SELECT v.position FROM segment_moves v WHERE v.at < $1 AND EXISTS (
    SELECT 1 FROM segment_marks m WHERE m.segment = v.segment AND m.position >= v.position AND m.at < $1)
    ORDER BY v.at LIMIT $2)
-- name: segment_moves.put_mark
INSERT INTO segment_marks (segment, position, version, at, people) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (segment, position) DO UPDATE SET version = excluded.version, at = excluded.at, people = excluded.people
-- name: segment_moves.mark_at
SELECT segment, position, version, at, people FROM segment_marks WHERE segment = $1 AND at <= $2
ORDER BY position DESC LIMIT 1
-- name: segment_moves.first_mark
SELECT MIN(at) FROM segment_marks WHERE segment = $1
-- name: segment_moves.remove_marks_before
DELETE FROM segment_marks WHERE at < $1 AND EXISTS (SELECT 1 FROM segment_marks other
    WHERE other.segment = segment_marks.segment AND other.at < $1 AND other.position > segment_marks.position)
