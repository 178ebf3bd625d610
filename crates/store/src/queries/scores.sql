-- name: scores.delete_all
DELETE FROM customer_scores
-- name: scores.insert
INSERT INTO customer_scores (customer_number, interactions, shares, referrals, participations, activity_score, activity_power,
    spread_power, first_touch_point, main_touch_point, conversions, decision_friend, decision_content, decision_promotion,
    decision_community)
VALUES /*rows:iiiiiiiittiiiii*/
-- name: scores.of_customers
SELECT customer_number, interactions, shares, referrals, participations, activity_score, activity_power, spread_power,
    first_touch_point, main_touch_point, conversions, decision_friend, decision_content, decision_promotion, decision_community
FROM customer_scores WHERE customer_number IN (VALUES /*rows:i*/)
-- name: scores.remove
DELETE FROM customer_scores WHERE customer_number IN (VALUES /*rows:i*/)
-- name: scores.delete_values
DELETE FROM noted_values
-- name: scores.insert_values
INSERT INTO noted_values (kind, value, times) VALUES /*rows:tti*/
-- name: scores.values
SELECT value FROM noted_values WHERE kind = $1 ORDER BY times DESC, value LIMIT $2
