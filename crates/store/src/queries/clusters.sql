-- name: clusters.insert
INSERT INTO clusterings (id, name, description, settings, state, progress, is_cancel_requested, created_by, created_at, version)
VALUES ($1, $2, $3, $4, 'queued', 0.0, FALSE, $5, $6, 1)
-- Without the results, which are large.
-- name: clusters.list
SELECT id, name, description, settings, state, progress, error, CAST(NULL AS TEXT), tag_group, assignment_asked_at, created_by,
    created_at, started_at, finished_at, version
FROM clusterings ORDER BY created_at DESC, id DESC
-- name: clusters.get
SELECT id, name, description, settings, state, progress, error, result, tag_group, assignment_asked_at, created_by, created_at,
    started_at, finished_at, version
FROM clusterings WHERE id = $1
-- name: clusters.rename
UPDATE clusterings SET name = $3, description = $4, version = version + 1 WHERE id = $1 AND version = $2
-- name: clusters.start
UPDATE clusterings SET state = 'running', started_at = $2, progress = 0.0
WHERE id = $1 AND state IN ('queued', 'running') AND is_cancel_requested = FALSE
-- name: clusters.progress
UPDATE clusterings SET progress = $2 WHERE id = $1 AND state = 'running'
-- name: clusters.goes_on
SELECT is_cancel_requested FROM clusterings WHERE id = $1 AND state = 'running'
-- name: clusters.finish
UPDATE clusterings SET state = 'done', progress = 1.0, result = $2, finished_at = $3, version = version + 1
WHERE id = $1 AND state = 'running'
-- name: clusters.end
UPDATE clusterings SET state = $2, error = $3, finished_at = $4 WHERE id = $1 AND state IN ('queued', 'running')
-- name: clusters.request_cancel
UPDATE clusterings SET is_cancel_requested = TRUE WHERE id = $1 AND state IN ('queued', 'running')
-- name: clusters.ask_assignment
UPDATE clusterings SET error = NULL,
    assignment_asked_at = CASE WHEN assignment_asked_at >= $2 THEN assignment_asked_at + 1 ELSE $2 END
WHERE id = $1 AND state = 'done'
-- name: clusters.end_assignment
UPDATE clusterings SET assignment_asked_at = NULL, error = $3
WHERE id = $1 AND state = 'done' AND (assignment_asked_at IS NULL OR assignment_asked_at = $2)
-- name: clusters.replace_result
UPDATE clusterings SET result = $2 WHERE id = $1 AND state = 'done'
-- name: clusters.set_tag_group
UPDATE clusterings SET tag_group = $2, version = version + 1 WHERE id = $1
-- name: clusters.delete
DELETE FROM clusterings WHERE id = $1
-- name: clusters.delete_clusters
DELETE FROM clusters WHERE clustering_id = $1
-- name: clusters.delete_interviews
DELETE FROM cluster_interviews WHERE clustering_id = $1
-- name: clusters.add_cluster
INSERT INTO clusters (clustering_id, number, name, description, tag) VALUES ($1, $2, $3, $4, NULL)
-- name: clusters.of_clustering
SELECT number, name, description, tag FROM clusters WHERE clustering_id = $1 ORDER BY number
-- name: clusters.name_cluster
UPDATE clusters SET name = $3, description = $4 WHERE clustering_id = $1 AND number = $2
-- name: clusters.set_tag
UPDATE clusters SET tag = $3 WHERE clustering_id = $1 AND number = $2
-- name: clusters.touch
UPDATE clusterings SET version = version + 1 WHERE id = $1 AND version = $2
-- name: clusters.remove_members
DELETE FROM cluster_members WHERE clustering_id = $1
-- name: clusters.add_members
INSERT INTO cluster_members (clustering_id, customer_number, cluster_number) VALUES /*rows:tii*/
-- name: clusters.remove_customers
DELETE FROM cluster_members WHERE customer_number IN (VALUES /*rows:i*/)
-- name: clusters.of_customers
SELECT customer_number, clustering_id, cluster_number FROM cluster_members WHERE customer_number IN (VALUES /*rows:i*/)
-- name: clusters.add_interview
INSERT INTO cluster_interviews (id, clustering_id, cluster_number, kind, hypothesis, is_supported, quote, interviewer, held_on,
    part_number, recorded_by, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
-- name: clusters.remove_interview
DELETE FROM cluster_interviews WHERE id = $1 RETURNING clustering_id, cluster_number
-- name: clusters.interviews_of_parts
SELECT id, cluster_number, kind, hypothesis, is_supported, quote, interviewer, held_on, part_number, part_number, recorded_by,
    recorded_at
FROM cluster_interviews WHERE part_number IN (VALUES /*rows:i*/)
-- name: clusters.remove_interviews_of_parts
DELETE FROM cluster_interviews WHERE part_number IN (VALUES /*rows:i*/)
-- What sources say of one field, customer by customer, in the order of its index.
-- name: clusters.told_of_field
SELECT t.customer_number, t.name, t.source, t.value, t.at, m.cluster_number
FROM traits t LEFT JOIN cluster_members m ON m.clustering_id = $1 AND m.customer_number = t.customer_number
WHERE t.name = $2 AND t.customer_number > $3
ORDER BY t.customer_number LIMIT $4
-- name: clusters.of_tag
SELECT number FROM clusters WHERE tag = $1 LIMIT 1
