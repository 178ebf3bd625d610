-- name: usage_cards.insert
INSERT INTO usage_cards (code, name, product, days_after, open_days, questions, rating_field, low_rating, is_archived,
    created_by, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1) ON CONFLICT (code) DO NOTHING
-- name: usage_cards.replace
UPDATE usage_cards SET name = $3, product = $4, days_after = $5, open_days = $6, questions = $7, rating_field = $8,
    low_rating = $9, is_archived = $10, version = version + 1
WHERE code = $1 AND version = $2
-- name: usage_cards.list
SELECT code, name, product, days_after, open_days, questions, rating_field, low_rating, is_archived, created_by,
    created_at, version
FROM usage_cards ORDER BY code
-- name: usage_cards.add_version
INSERT INTO usage_card_versions (code, version, name, product, days_after, open_days, questions, rating_field, low_rating,
    is_archived, changed_by, changed_at)
SELECT code, version, name, product, days_after, open_days, questions, rating_field, low_rating, is_archived, $2, $3
FROM usage_cards WHERE code = $1
-- name: usage_cards.versions
SELECT version, name, product, days_after, open_days, questions, rating_field, low_rating, is_archived, changed_by,
    changed_at
FROM usage_card_versions WHERE code = $1 AND version < $2 ORDER BY version DESC LIMIT $3
-- Told again, the earliest stays, whatever the order of arrival.
-- name: usage_cards.add_deliveries
INSERT INTO deliveries (part_number, delivery, product, at) VALUES /*rows:itti*/
ON CONFLICT (part_number, delivery, product) DO UPDATE SET at = excluded.at WHERE excluded.at < deliveries.at
-- name: usage_cards.deliveries_of_parts
SELECT part_number, delivery, product, at FROM deliveries WHERE part_number IN (VALUES /*rows:i*/)
-- name: usage_cards.remove_deliveries
DELETE FROM deliveries WHERE part_number IN (VALUES /*rows:i*/)
-- name: usage_cards.add_answers
INSERT INTO usage_answers (id, part_number, card, delivery, fields, at, recorded_at, source, by_name)
VALUES /*rows:titttiitt*/ ON CONFLICT (id) DO NOTHING
-- name: usage_cards.answers_of_parts
SELECT id, part_number, card, delivery, fields, at, recorded_at, source, by_name FROM usage_answers
WHERE part_number IN (VALUES /*rows:i*/)
-- name: usage_cards.remove_answers
DELETE FROM usage_answers WHERE part_number IN (VALUES /*rows:i*/)
