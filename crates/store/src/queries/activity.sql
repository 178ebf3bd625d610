-- name: activity.add
INSERT INTO customer_activity (customer_number, events, first_at, last_at) VALUES /*rows:iiii*/
ON CONFLICT (customer_number) DO UPDATE SET events = customer_activity.events + excluded.events,
    first_at = CASE WHEN excluded.first_at < customer_activity.first_at THEN excluded.first_at ELSE customer_activity.first_at END,
    last_at = CASE WHEN excluded.last_at > customer_activity.last_at THEN excluded.last_at ELSE customer_activity.last_at END
-- name: activity.of_customer
SELECT customer_number, events, first_at, last_at FROM customer_activity WHERE customer_number = $1
-- name: activity.remove
DELETE FROM customer_activity WHERE customer_number IN (VALUES /*rows:i*/)
