-- name: customer_changes.add
INSERT INTO customer_changes (position, customer_number) VALUES /*rows:ii*/
-- name: customer_changes.after
SELECT position, customer_number FROM customer_changes WHERE position > $1 ORDER BY position LIMIT $2
-- name: customer_changes.remove_up_to
DELETE FROM customer_changes WHERE position <= $1
