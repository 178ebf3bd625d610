-- Every version of every rule: there are few, and who posts needs those that held when orders were placed.
-- name: earning.rules
SELECT code, version, definition, changed_by, changed_at, archived_at FROM earning_rules ORDER BY code, version
-- name: earning.add_version
INSERT INTO earning_rules (code, version, definition, changed_by, changed_at, archived_at)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (code, version) DO NOTHING
-- name: earning.load
SELECT CAST(k.column1 AS BIGINT), e.rule, e.version, e.member, e.earned_on, e.asked, e.granted, e.posted, e.back, e.requests,
    e.refused
FROM (VALUES /*rows:nib*/) k
JOIN order_earnings e ON e.customer_number = k.column2 AND e.order_key = k.column3
-- By order_earnings_member.
-- name: earning.granted
SELECT member, rule, earned_on, CAST(SUM(granted) AS BIGINT) FROM order_earnings
WHERE member IN (VALUES /*rows:i*/) GROUP BY member, rule, earned_on
-- name: earning.save
INSERT INTO order_earnings (customer_number, order_key, rule, version, member, earned_on, asked, granted, posted, back,
    requests, refused)
VALUES /*rows:ibtiiiiiiiit*/
ON CONFLICT (customer_number, order_key, rule) DO UPDATE SET asked = excluded.asked, granted = excluded.granted,
    posted = excluded.posted, back = excluded.back, requests = excluded.requests, refused = excluded.refused
