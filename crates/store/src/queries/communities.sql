-- name: communities.insert
INSERT INTO communities (code, name, segment, size_max, purpose, version, created_by, created_at, changed_by, changed_at)
VALUES ($1, $2, $3, $4, $5, 1, $6, $7, $6, $7) ON CONFLICT (code) DO NOTHING
-- name: communities.list
SELECT code, name, segment, size_max, purpose, archived_at, version, created_by, created_at, changed_by, changed_at
FROM communities ORDER BY code
-- name: communities.get
SELECT code, name, segment, size_max, purpose, archived_at, version, created_by, created_at, changed_by, changed_at
FROM communities WHERE code = $1
-- name: communities.update
UPDATE communities SET name = $3, archived_at = $4, changed_by = $5, changed_at = $6, version = version + 1
WHERE code = $1 AND version = $2
-- The row stays as it is; whoever else invites into it waits.
-- name: communities.lock
UPDATE communities SET version = version WHERE code = $1
-- A code that another group has is left out, and so the count says.
-- name: communities.add_groups
INSERT INTO community_groups (community, number, code, version, created_at) VALUES /*rows:titii*/
ON CONFLICT DO NOTHING
-- name: communities.count_groups
SELECT community, CAST(COUNT(*) AS BIGINT) FROM community_groups GROUP BY community
-- name: communities.groups
SELECT community, number, code, link, owner, version, created_at FROM community_groups WHERE community = $1
ORDER BY number
-- name: communities.groups_by_code
SELECT community, number, code, link, owner, version, created_at FROM community_groups
WHERE code IN (VALUES /*rows:t*/)
-- name: communities.update_group
UPDATE community_groups SET code = $4, link = $5, owner = $6, version = version + 1
WHERE community = $1 AND number = $2 AND version = $3
-- name: communities.invite
INSERT INTO community_invitations (community, part_number, group_number, invited_at) VALUES /*rows:tiii*/
-- name: communities.invitations
SELECT COALESCE(p.customer_number, i.part_number), i.community, i.part_number, i.group_number, i.invited_at
FROM community_invitations i LEFT JOIN customer_parts p ON p.part_number = i.part_number WHERE i.community = $1
ORDER BY i.part_number
-- name: communities.invitations_of_parts
SELECT part_number, community, part_number, group_number, invited_at FROM community_invitations
WHERE part_number IN (VALUES /*rows:i*/)
-- name: communities.note_joins
INSERT INTO community_joins (community, group_number, part_number, joined_at, left_at, marked_at, unmarked_at)
VALUES /*rows:tiiiiii*/
ON CONFLICT (community, group_number, part_number) DO UPDATE SET
    joined_at = CASE WHEN community_joins.joined_at IS NULL OR excluded.joined_at > community_joins.joined_at
        THEN excluded.joined_at ELSE community_joins.joined_at END,
    left_at = CASE WHEN community_joins.left_at IS NULL OR excluded.left_at > community_joins.left_at
        THEN excluded.left_at ELSE community_joins.left_at END,
    marked_at = CASE WHEN community_joins.marked_at IS NULL OR excluded.marked_at > community_joins.marked_at
        THEN excluded.marked_at ELSE community_joins.marked_at END,
    unmarked_at = CASE WHEN community_joins.unmarked_at IS NULL OR excluded.unmarked_at > community_joins.unmarked_at
        THEN excluded.unmarked_at ELSE community_joins.unmarked_at END
-- name: communities.joins
SELECT COALESCE(p.customer_number, j.part_number), j.community, j.group_number, j.part_number, j.joined_at, j.left_at, j.marked_at,
    j.unmarked_at
FROM community_joins j LEFT JOIN customer_parts p ON p.part_number = j.part_number WHERE j.community = $1
ORDER BY j.group_number, j.part_number
-- name: communities.joins_of_parts
SELECT part_number, community, group_number, part_number, joined_at, left_at, marked_at, unmarked_at FROM community_joins
WHERE part_number IN (VALUES /*rows:i*/)
-- name: communities.remove_invitations
DELETE FROM community_invitations WHERE part_number IN (VALUES /*rows:i*/)
-- name: communities.remove_joins
DELETE FROM community_joins WHERE part_number IN (VALUES /*rows:i*/)
