-- name: reach.add_sent
INSERT INTO sent_messages (part_number, channel, slot, messages) VALUES /*rows:itii*/
ON CONFLICT (part_number, channel, slot) DO UPDATE SET messages = sent_messages.messages + excluded.messages
-- name: reach.sent_to_parts
SELECT part_number, channel, slot, messages FROM sent_messages WHERE part_number IN (VALUES /*rows:i*/)
-- name: reach.remove_of_parts
DELETE FROM sent_messages WHERE part_number IN (VALUES /*rows:i*/)
-- name: reach.forget_sent
DELETE FROM sent_messages WHERE slot < $1
-- name: reach.connected_among
SELECT DISTINCT customer_number FROM identities
WHERE kind = $1 AND first_seen_at < $2 AND customer_number IN (VALUES /*rows:i*/)
-- Customers by the first time that any of their profiles registered.
-- name: reach.registered
WITH firsts AS (
    SELECT COALESCE(p.customer_number, f.part_number) AS customer, MIN(f.at) AS at
    FROM profile_firsts f LEFT JOIN customer_parts p ON p.part_number = f.part_number
    WHERE f.what = 'registered' GROUP BY COALESCE(p.customer_number, f.part_number))
SELECT customer FROM firsts WHERE at >= $1 AND at < $2 ORDER BY customer
-- name: reach.words
SELECT t.customer_number, t.name, t.source, COALESCE(s.rank, 0), t.value, t.at
FROM traits t LEFT JOIN trait_sources s ON s.source = t.source
WHERE t.name IN ($1, $2, $3, $4, $5, $6, $7, $8, $9) AND t.customer_number IN (VALUES /*rows:i*/)
-- Of each customer the last scan that has a region, of a channel code or of a package.
-- name: reach.scanned_in
WITH told AS (
    SELECT part_number, at, region FROM code_scans WHERE part_number IS NOT NULL AND region <> ''
    UNION ALL
    SELECT part_number, at, region FROM unit_scans WHERE part_number IS NOT NULL AND region <> ''),
ranked AS (
    SELECT COALESCE(p.customer_number, t.part_number) AS customer, t.region,
        ROW_NUMBER() OVER (PARTITION BY COALESCE(p.customer_number, t.part_number) ORDER BY t.at DESC, t.region) AS place
    FROM told t LEFT JOIN customer_parts p ON p.part_number = t.part_number)
SELECT customer, region FROM ranked WHERE place = 1 ORDER BY customer
-- name: reach.of_group
SELECT customer_number FROM customer_values WHERE rfm_group = $1 AND customer_number IN (VALUES /*rows:i*/)
