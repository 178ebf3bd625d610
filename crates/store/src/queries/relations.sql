-- The first that said so has it, of one instant the smaller number.
-- name: relations.note_shares
INSERT INTO shares (share_id, part_number, at) VALUES /*rows:tii*/
ON CONFLICT (share_id) DO UPDATE SET part_number = excluded.part_number, at = excluded.at
WHERE excluded.at < shares.at OR (excluded.at = shares.at AND excluded.part_number < shares.part_number)
-- name: relations.note
INSERT INTO relations (part_number, inviter_kind, inviter_value, at, source) VALUES /*rows:ittit*/
ON CONFLICT (part_number, inviter_kind, inviter_value) DO UPDATE SET at = excluded.at, source = excluded.source
WHERE excluded.at < relations.at OR (excluded.at = relations.at AND excluded.source < relations.source)
-- name: relations.of_parts
SELECT part_number, inviter_kind, inviter_value, at, source FROM relations WHERE part_number IN (VALUES /*rows:i*/)
-- name: relations.naming
SELECT part_number, inviter_kind, inviter_value, at, source FROM relations
WHERE (inviter_kind, inviter_value) IN (VALUES /*rows:tt*/)
-- name: relations.shares
SELECT share_id, part_number, at FROM shares WHERE share_id IN (VALUES /*rows:t*/)
-- name: relations.shares_of_parts
SELECT share_id, part_number, at FROM shares WHERE part_number IN (VALUES /*rows:i*/)
-- name: relations.remove
DELETE FROM relations WHERE part_number IN (VALUES /*rows:i*/)
-- name: relations.remove_shares
DELETE FROM shares WHERE part_number IN (VALUES /*rows:i*/)
-- name: relations.remove_naming
DELETE FROM relations WHERE (inviter_kind, inviter_value) IN (VALUES /*rows:tt*/)
