-- name: segment_moves.add
INSERT INTO segment_moves (position, segment, version, customer_number, has_entered, at, cause, fact, is_told)
VALUES /*rows:itiioitto*/
-- name: segment_moves.of_segment
SELECT position, segment, version, customer_number, has_entered, at, cause, fact, is_told FROM segment_moves
WHERE segment = $1 AND position < $2 AND is_told ORDER BY position DESC LIMIT $3
-- name: segment_moves.of_customers
SELECT position, segment, version, customer_number, has_entered, at, cause, fact, is_told FROM segment_moves
WHERE customer_number IN (VALUES /*rows:i*/)
-- Up to the next mark, behind which all are later.
-- name: segment_moves.between
SELECT customer_number, has_entered, version, at FROM segment_moves
WHERE segment = $1 AND position > $2 AND at <= $3
    AND position <= COALESCE((SELECT MIN(m.position) FROM segment_marks m WHERE m.segment = $1 AND m.position > $2), $4)
ORDER BY position
-- name: segment_moves.remove_of_customers
DELETE FROM segment_moves WHERE customer_number IN (VALUES /*rows:i*/)
-- What a mark that is older knows already.
-- name: segment_moves.remove_before
DELETE FROM segment_moves WHERE position IN (SELECT v.position FROM segment_moves v WHERE v.at < $1 AND EXISTS (
    SELECT 1 FROM segment_marks m WHERE m.segment = v.segment AND m.position >= v.position AND m.at < $1)
    ORDER BY v.at LIMIT $2)
-- name: segment_moves.add_mark
INSERT INTO segment_marks (segment, position, version, at, people) VALUES ($1, $2, $3, $4, $5)
-- name: segment_moves.mark_at
SELECT segment, position, version, at, people FROM segment_marks WHERE segment = $1 AND at <= $2
ORDER BY position DESC LIMIT 1
-- name: segment_moves.first_mark
SELECT MIN(at) FROM segment_marks WHERE segment = $1 AND version > 0
-- name: segment_moves.remove_marks_before
DELETE FROM segment_marks WHERE at < $1 AND EXISTS (SELECT 1 FROM segment_marks other
    WHERE other.segment = segment_marks.segment AND other.at < $1 AND other.position > segment_marks.position)
