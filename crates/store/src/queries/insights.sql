-- name: insights.insert_test
INSERT INTO innovation_tests (id, name, innovation, hypothesis, started_on, arms, state, created_by, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, 'running', $7, $8, 1)
-- name: insights.tests
SELECT id, name, innovation, hypothesis, started_on, arms, state, verdict, note, comparisons, closed_by, closed_at, created_by,
    created_at, version
FROM innovation_tests ORDER BY created_at DESC, id DESC
-- name: insights.test
SELECT id, name, innovation, hypothesis, started_on, arms, state, verdict, note, comparisons, closed_by, closed_at, created_by,
    created_at, version
FROM innovation_tests WHERE id = $1
-- name: insights.update_test
UPDATE innovation_tests SET name = $3, innovation = $4, hypothesis = $5, started_on = $6, arms = $7, version = version + 1
WHERE id = $1 AND version = $2 AND state = 'running'
-- name: insights.close_test
UPDATE innovation_tests SET state = 'closed', verdict = $3, note = $4, comparisons = $5, closed_by = $6, closed_at = $7,
    version = version + 1
WHERE id = $1 AND version = $2 AND state = 'running'
-- name: insights.insert_attribute
INSERT INTO attributes (id, name, importance, satisfaction, ratings, owner_id, due_on, note, is_done, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)
-- name: insights.attributes
SELECT id, name, importance, satisfaction, ratings, owner_id, due_on, note, is_done, created_at, version
FROM attributes ORDER BY created_at, id
-- name: insights.update_attribute
UPDATE attributes SET name = $3, importance = $4, satisfaction = $5, ratings = $6, owner_id = $7, due_on = $8, note = $9,
    is_done = $10, version = version + 1
WHERE id = $1 AND version = $2
-- name: insights.remove_attribute
DELETE FROM attributes WHERE id = $1
