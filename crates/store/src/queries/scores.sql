-- name: scores.put
INSERT INTO customer_scores (customer_number, interactions, shares, referrals, participations, activity_score, activity_power,
    spread_power, first_touch_point, main_touch_point, conversions, decision_friend, decision_content, decision_promotion,
    decision_community, opened_topics, ignored_topics, sensitivity, sensitivity_percent)
VALUES /*rows:iiiiiiiittiiiiittti*/
ON CONFLICT (customer_number) DO UPDATE SET interactions = excluded.interactions, shares = excluded.shares,
    referrals = excluded.referrals, participations = excluded.participations, activity_score = excluded.activity_score,
    activity_power = excluded.activity_power, spread_power = excluded.spread_power,
    first_touch_point = excluded.first_touch_point, main_touch_point = excluded.main_touch_point,
    conversions = excluded.conversions, decision_friend = excluded.decision_friend,
    decision_content = excluded.decision_content, decision_promotion = excluded.decision_promotion,
    decision_community = excluded.decision_community, opened_topics = excluded.opened_topics,
    ignored_topics = excluded.ignored_topics, sensitivity = excluded.sensitivity,
    sensitivity_percent = excluded.sensitivity_percent
-- name: scores.page
SELECT customer_number, interactions, shares, referrals, participations, activity_score, activity_power, spread_power,
    first_touch_point, main_touch_point, conversions, decision_friend, decision_content, decision_promotion, decision_community,
    opened_topics, ignored_topics, sensitivity, sensitivity_percent
FROM customer_scores WHERE customer_number > $1 ORDER BY customer_number LIMIT $2
-- name: scores.of_customers
SELECT customer_number, interactions, shares, referrals, participations, activity_score, activity_power, spread_power,
    first_touch_point, main_touch_point, conversions, decision_friend, decision_content, decision_promotion, decision_community,
    opened_topics, ignored_topics, sensitivity, sensitivity_percent
FROM customer_scores WHERE customer_number IN (VALUES /*rows:i*/)
-- name: scores.remove
DELETE FROM customer_scores WHERE customer_number IN (VALUES /*rows:i*/)
-- name: scores.delete_values
DELETE FROM noted_values
-- name: scores.insert_values
INSERT INTO noted_values (kind, value, customers) VALUES /*rows:tti*/
-- name: scores.values
SELECT value FROM noted_values WHERE kind = $1 ORDER BY customers DESC, value LIMIT $2
-- name: scores.delete_arms
DELETE FROM trial_arms
-- name: scores.insert_arms
INSERT INTO trial_arms (trial, content, offer, shown, responded) VALUES /*rows:tttii*/
-- name: scores.arms
SELECT trial, content, offer, shown, responded FROM trial_arms ORDER BY trial, content, offer
