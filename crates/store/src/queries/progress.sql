-- The later word holds, of one instant the text that sorts last: the order of arrival plays no part.
-- name: progress.tell
INSERT INTO progress_values (part_number, product, name, value, at) VALUES /*rows:ittti*/
ON CONFLICT (part_number, product, name) DO UPDATE SET value = excluded.value, at = excluded.at
WHERE excluded.at > progress_values.at
    OR (excluded.at = progress_values.at AND excluded.value > progress_values.value)
-- name: progress.add_use
INSERT INTO progress_use (part_number, product, slot, events) VALUES /*rows:itii*/
ON CONFLICT (part_number, product, slot) DO UPDATE SET events = progress_use.events + excluded.events
-- name: progress.note_orders
INSERT INTO progress_orders (part_number, order_no, product) VALUES /*rows:itt*/
ON CONFLICT (part_number, order_no) DO UPDATE SET product = excluded.product
WHERE excluded.product < progress_orders.product
-- name: progress.values_of_parts
SELECT part_number, product, name, value, at FROM progress_values WHERE part_number IN (VALUES /*rows:i*/)
-- name: progress.use_of_parts
SELECT part_number, product, slot, events FROM progress_use WHERE part_number IN (VALUES /*rows:i*/)
-- What an order of a product came to, and what was given back of it, stands in "orders" under its number.
-- name: progress.money_of_parts
SELECT p.product, p.order_no, o.kind, o.at, COALESCE(o.amount_minor, 0) FROM progress_orders p
JOIN orders o ON o.customer_number = p.part_number AND o.order_no = p.order_no
WHERE p.part_number IN (VALUES /*rows:i*/)
-- name: progress.forget_use
DELETE FROM progress_use WHERE slot < $1
-- name: progress.remove_values
DELETE FROM progress_values WHERE part_number IN (VALUES /*rows:i*/)
-- name: progress.remove_use
DELETE FROM progress_use WHERE part_number IN (VALUES /*rows:i*/)
-- name: progress.remove_orders
DELETE FROM progress_orders WHERE part_number IN (VALUES /*rows:i*/)
