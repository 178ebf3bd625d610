-- name: stores.insert
INSERT INTO places (number, id, kind, code, name, parent, path, is_known, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)
-- name: stores.get
SELECT number, id, kind, code, name, parent, path, is_known, created_at, version FROM places WHERE id = $1
-- Parents come before what is below them.
-- name: stores.list
SELECT number, id, kind, code, name, parent, path, is_known, created_at, version FROM places ORDER BY path
-- name: stores.by_codes
SELECT code, number FROM places WHERE code IN (VALUES /*rows:t*/)
-- name: stores.name_of_code
SELECT name FROM places WHERE code = $1
-- name: stores.update
UPDATE places SET code = $3, name = $4, parent = $5, is_known = $6, version = version + 1 WHERE id = $1 AND version = $2
-- What is below `$1` comes below `$4`, itself among it; `$3` is the first letter behind `$1`.
-- name: stores.set_paths
UPDATE places SET path = CAST($4 AS TEXT) || SUBSTR(path, CAST($3 AS INTEGER)) WHERE path >= $1 AND path < $2
-- name: stores.insert_move
INSERT INTO place_moves (place, from_parent, to_parent, moved_by, at) VALUES ($1, $2, $3, $4, $5)
-- name: stores.moves
SELECT f.id, t.id, m.moved_by, m.at FROM place_moves m
LEFT JOIN places f ON f.number = m.from_parent LEFT JOIN places t ON t.number = m.to_parent
WHERE m.place = $1 ORDER BY m.id
-- name: stores.bind
INSERT INTO place_bindings (user_id, place) VALUES ($1, $2) ON CONFLICT (user_id) DO UPDATE SET place = excluded.place
-- name: stores.unbind
DELETE FROM place_bindings WHERE user_id = $1
-- name: stores.bindings
SELECT b.user_id, p.id FROM place_bindings b LEFT JOIN places p ON p.number = b.place ORDER BY b.user_id
-- Asked with every request: each sub-query reads one row of an index. `$2` is the role of clerks, `$3` that of administrators.
-- name: stores.seen_by
SELECT (SELECT u.id FROM users u WHERE u.id = $1 AND u.role = $3),
    (SELECT b.user_id FROM place_bindings b WHERE b.user_id = $1),
    (SELECT p.path FROM place_bindings b JOIN places p ON p.number = b.place WHERE b.user_id = $1),
    (SELECT u.id FROM users u WHERE u.id = $1
        AND (u.role = $2 OR EXISTS (SELECT 1 FROM clerks k WHERE k.user_id = u.id))),
    (SELECT p.path FROM clerks k JOIN clerk_assignments a ON a.clerk_id = k.id AND a.to_at IS NULL
        JOIN places p ON p.number = a.place WHERE k.user_id = $1)
-- The smallest stays, whatever the order of arrival.
-- name: stores.claim
INSERT INTO part_stores (part_number, place, rank, at) VALUES /*rows:iiii*/
ON CONFLICT (part_number) DO UPDATE SET place = excluded.place, rank = excluded.rank, at = excluded.at
WHERE (excluded.rank, excluded.at, excluded.place) < (part_stores.rank, part_stores.at, part_stores.place)
-- name: stores.of_parts
SELECT s.part_number, p.id, s.rank, s.at FROM part_stores s JOIN places p ON p.number = s.place
WHERE s.part_number IN (VALUES /*rows:i*/)
-- name: stores.count_customers
SELECT s.place, COUNT(DISTINCT COALESCE(p.customer_number, s.part_number)) FROM part_stores s
LEFT JOIN customer_parts p ON p.part_number = s.part_number GROUP BY s.place
-- name: stores.remove_parts
DELETE FROM part_stores WHERE part_number IN (VALUES /*rows:i*/)
