-- Blocks that cannot be applied stand aside, jobs are fenced by a number that only grows, and idempotency keys are
-- written with the effect of their request.

ALTER TABLE journal DROP CONSTRAINT journal_state_check;
ALTER TABLE journal ADD CONSTRAINT journal_state_check CHECK (state IN ('accepted', 'applied', 'set_aside'));
ALTER TABLE journal ADD COLUMN import_id TEXT COLLATE "C";
-- The key of a block began with the id of its import.
UPDATE journal SET import_id = split_part(block_key, ':', 1) WHERE strpos(block_key, ':') > 1;

-- Raised by each claim and never lowered, as attempts are when they are given back.
ALTER TABLE jobs ADD COLUMN fence BIGINT NOT NULL DEFAULT 0;
UPDATE jobs SET fence = attempt;

-- Reservations of requests that were never answered.
DELETE FROM idempotency_keys WHERE status = 0;
