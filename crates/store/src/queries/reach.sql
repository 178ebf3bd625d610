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
