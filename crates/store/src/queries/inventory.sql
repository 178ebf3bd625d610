-- What each reads stands in docs/inventory.md: most walk through a whole table or one of its indexes.
-- name: inventory.profiles
SELECT COUNT(*), COUNT(CASE WHEN created_at >= $1 AND created_at <= $2 THEN 1 END) FROM customers
-- name: inventory.seen
SELECT COUNT(*) FROM customer_activity WHERE events > 0
-- name: inventory.seen_without_orders
SELECT COUNT(*) FROM customer_activity a JOIN customers c ON c.number = a.customer_number WHERE a.events > 0 AND c.orders = 0
-- name: inventory.identities
SELECT kind, COUNT(*), COUNT(CASE WHEN first_seen_at >= $1 AND first_seen_at <= $2 THEN 1 END), COUNT(DISTINCT customer_number)
FROM identities GROUP BY kind ORDER BY kind
-- name: inventory.identified
SELECT COUNT(DISTINCT customer_number) FROM identities
-- Of how many customers a field of a class has a value.
-- name: inventory.class
SELECT COUNT(DISTINCT t.customer_number) FROM traits t
WHERE t.name IN (SELECT name FROM fields WHERE class = $1 AND archived_at IS NULL)
-- Those of whom nothing else says how they behave.
-- name: inventory.behaviour_told
SELECT COUNT(DISTINCT t.customer_number) FROM traits t
WHERE t.name IN (SELECT name FROM fields WHERE class = 'behaviour' AND archived_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM customer_activity a WHERE a.customer_number = t.customer_number AND a.events > 0)
-- Those who have not bought.
-- name: inventory.consumption_told
SELECT COUNT(DISTINCT t.customer_number) FROM traits t
WHERE t.name IN (SELECT name FROM fields WHERE class = 'consumption' AND archived_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.number = t.customer_number AND c.orders > 0)
-- name: inventory.tags
SELECT CAST(COALESCE(SUM(tags), 0) AS BIGINT), CAST(COALESCE(SUM(added), 0) AS BIGINT), COUNT(*)
FROM (SELECT customer_number, COUNT(*) AS tags, COUNT(CASE WHEN since_at >= $1 AND since_at <= $2 THEN 1 END) AS added
    FROM customer_tags WHERE expires_at IS NULL OR expires_at > $2 GROUP BY customer_number) AS held
-- Profiles that decided, with those that are part of the same customer as one.
-- name: inventory.decided
SELECT (SELECT COUNT(DISTINCT part_number) FROM consents)
    - (SELECT COUNT(*) FROM customer_parts p WHERE EXISTS (SELECT 1 FROM consents c WHERE c.part_number = p.part_number))
    + (SELECT COUNT(DISTINCT p.customer_number) FROM customer_parts p
        WHERE EXISTS (SELECT 1 FROM consents c WHERE c.part_number = p.part_number))
-- name: inventory.consents
SELECT held.purpose, r.name, held.decisions, held.added, held.customers
FROM (SELECT c.purpose, COUNT(*) AS decisions, COUNT(CASE WHEN c.at >= $1 AND c.at <= $2 THEN 1 END) AS added,
        COUNT(DISTINCT COALESCE(p.customer_number, c.part_number)) AS customers
    FROM consents c LEFT JOIN customer_parts p ON p.part_number = c.part_number GROUP BY c.purpose) AS held
LEFT JOIN consent_purposes r ON r.code = held.purpose ORDER BY held.purpose
-- What people can answer, and how many did: archived ones are no more, answers to them are.
-- name: inventory.contents
SELECT 'topics', COUNT(*), COUNT(CASE WHEN created_at >= $1 AND created_at <= $2 THEN 1 END),
    (SELECT COUNT(DISTINCT COALESCE(p.customer_number, a.part_number)) FROM topic_picks a
        LEFT JOIN customer_parts p ON p.part_number = a.part_number)
FROM topics WHERE NOT is_archived
UNION ALL
SELECT 'forms', COUNT(*), COUNT(CASE WHEN created_at >= $1 AND created_at <= $2 THEN 1 END),
    (SELECT COUNT(DISTINCT COALESCE(p.customer_number, a.part_number)) FROM form_submissions a
        LEFT JOIN customer_parts p ON p.part_number = a.part_number)
FROM forms WHERE archived_at IS NULL
UNION ALL
SELECT 'usage_cards', COUNT(*), COUNT(CASE WHEN created_at >= $1 AND created_at <= $2 THEN 1 END),
    (SELECT COUNT(DISTINCT COALESCE(p.customer_number, a.part_number)) FROM usage_answers a
        LEFT JOIN customer_parts p ON p.part_number = a.part_number)
FROM usage_cards WHERE NOT is_archived
UNION ALL
SELECT 'consent_texts', COUNT(*), COUNT(CASE WHEN published_at >= $1 AND published_at <= $2 THEN 1 END),
    (SELECT COUNT(DISTINCT COALESCE(p.customer_number, a.part_number)) FROM consents a
        LEFT JOIN customer_parts p ON p.part_number = a.part_number WHERE a.text_version IS NOT NULL)
FROM consent_texts
-- name: inventory.answered
SELECT COUNT(DISTINCT COALESCE(p.customer_number, a.part_number))
FROM (SELECT part_number FROM topic_picks UNION ALL SELECT part_number FROM form_submissions WHERE part_number IS NOT NULL
    UNION ALL SELECT part_number FROM usage_answers
    UNION ALL SELECT part_number FROM consents WHERE text_version IS NOT NULL) AS a
LEFT JOIN customer_parts p ON p.part_number = a.part_number
