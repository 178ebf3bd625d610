-- The newest wins within its source; of two at the same instant, the one told last.
-- name: traits.upsert
INSERT INTO traits (customer_number, name, source, value, at) VALUES /*rows:ittti*/
ON CONFLICT (customer_number, name, source) DO UPDATE SET value = excluded.value, at = excluded.at
WHERE excluded.at >= traits.at
-- name: traits.of_customer
SELECT customer_number, name, source, value, at FROM traits WHERE customer_number = $1 ORDER BY name, at DESC, source DESC
-- name: traits.of_customers
SELECT customer_number, name, source, value, at FROM traits WHERE customer_number IN (VALUES /*rows:i*/)
-- name: traits.told_by_several
SELECT customer_number FROM traits WHERE name = $1 AND customer_number > $2
GROUP BY customer_number HAVING COUNT(*) > 1 ORDER BY customer_number LIMIT $3
-- Walks the index of names: as many steps as there are names.
-- name: traits.names
WITH RECURSIVE names(name) AS (
    SELECT MIN(name) FROM traits
    UNION ALL
    SELECT (SELECT MIN(t.name) FROM traits t WHERE t.name > n.name) FROM names n WHERE n.name IS NOT NULL)
SELECT name FROM names WHERE name IS NOT NULL LIMIT $1
-- name: traits.remove
DELETE FROM traits WHERE customer_number IN (VALUES /*rows:i*/)
-- name: traits.frequent_values
SELECT value, COUNT(DISTINCT customer_number) AS customers FROM traits WHERE name = $1 GROUP BY value
HAVING COUNT(DISTINCT customer_number) >= $2 ORDER BY customers DESC, value LIMIT $3
