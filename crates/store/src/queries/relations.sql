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
-- How many other customers came by each within a time; whoever came by several of their shares counts once.
-- name: relations.readers
SELECT inviter, COUNT(*) FROM (
    SELECT COALESCE(q.customer_number, s.part_number) AS inviter, COALESCE(p.customer_number, r.part_number) AS reader
    FROM relations r JOIN shares s ON s.share_id = r.inviter_value
        LEFT JOIN customer_parts p ON p.part_number = r.part_number
        LEFT JOIN customer_parts q ON q.part_number = s.part_number
    WHERE r.inviter_kind = 'share' AND r.at >= $1 AND r.at < $2
    UNION
    SELECT i.customer_number, COALESCE(p.customer_number, r.part_number)
    FROM relations r JOIN identities i ON i.kind = r.inviter_kind AND i.value = r.inviter_value
        LEFT JOIN customer_parts p ON p.part_number = r.part_number
    WHERE r.at >= $1 AND r.at < $2) AS brought
WHERE inviter <> reader GROUP BY inviter ORDER BY inviter
-- Of those who came by somebody, who registered first within a time, and when. Of a customer, the first of all its profiles.
-- name: relations.registered
SELECT COALESCE(p.customer_number, f.part_number), MIN(f.at)
FROM profile_firsts f LEFT JOIN customer_parts p ON p.part_number = f.part_number
WHERE f.what = 'registered' AND COALESCE(p.customer_number, f.part_number) IN
    (SELECT COALESCE(q.customer_number, r.part_number)
     FROM relations r LEFT JOIN customer_parts q ON q.part_number = r.part_number)
GROUP BY COALESCE(p.customer_number, f.part_number) HAVING MIN(f.at) >= $1 AND MIN(f.at) < $2 ORDER BY 1
