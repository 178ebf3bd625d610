-- name: values.delete_all
DELETE FROM customer_values
-- name: values.insert
INSERT INTO customer_values (customer_number, run_id, recency_days, frequency, monetary_minor, r, f, m, cell, rfm_group,
    historical_minor, current_minor, potential_minor, potential_low_minor, potential_high_minor, lifetime_minor,
    probability_alive, probability_active, expected_orders, next_purchase_day, due_day, lifetime_percentile, current_percentile,
    profit_rank)
VALUES /*rows:itiiiiiiitiiiiiifffiiffi*/
-- name: values.change_window
UPDATE customer_values SET run_id = k.column2, historical_minor = k.column3, current_minor = k.column4, current_percentile = k.column5
FROM (VALUES /*rows:itiif*/) k WHERE customer_values.customer_number = k.column1
-- name: values.count
SELECT COUNT(*) FROM customer_values
-- name: values.analyze
ANALYZE customer_values
-- name: values.run_id
SELECT run_id FROM customer_values LIMIT 1
-- One index answers this: it is why it ends with the amount.
-- name: values.cell_counts
SELECT cell, COUNT(*), CAST(SUM(monetary_minor) AS BIGINT) FROM customer_values GROUP BY cell ORDER BY cell
-- name: values.remove
DELETE FROM customer_values WHERE customer_number IN (VALUES /*rows:i*/)
-- name: values.remove_of_nobody
DELETE FROM customer_values WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.number = customer_values.customer_number)
