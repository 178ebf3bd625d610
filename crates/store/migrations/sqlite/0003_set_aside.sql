-- Blocks that cannot be applied stand aside, jobs are fenced by a number that only grows, and idempotency keys are
-- written with the effect of their request.

-- The states are part of a CHECK, which SQLite cannot change: the table is made anew. Small columns come before the
-- payload, so that counting does not walk through it.
CREATE TABLE journal_next (
    position         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    block_key        TEXT    NOT NULL,
    state            TEXT    NOT NULL CHECK (state IN ('accepted', 'applied', 'set_aside')),
    facts            INTEGER NOT NULL,
    accepted_at      INTEGER NOT NULL,
    applied_sequence INTEGER,
    attempts         INTEGER NOT NULL DEFAULT 0,
    last_error       TEXT,
    import_id        TEXT,
    payload          BLOB    NOT NULL
) STRICT;
-- The key of a block began with the id of its import.
INSERT INTO journal_next (position, block_key, state, facts, accepted_at, applied_sequence, attempts, last_error,
    import_id, payload)
SELECT position, block_key, state, facts, accepted_at, applied_sequence, attempts, last_error,
    CASE WHEN instr(block_key, ':') > 1 THEN substr(block_key, 1, instr(block_key, ':') - 1) END, payload
FROM journal ORDER BY position;
-- A position is never given twice, also where the rows that had the last ones are gone.
DELETE FROM sqlite_sequence WHERE name = 'journal_next';
UPDATE sqlite_sequence SET name = 'journal_next' WHERE name = 'journal';
DROP TABLE journal;
ALTER TABLE journal_next RENAME TO journal;
CREATE UNIQUE INDEX journal_block_key ON journal (block_key);
CREATE UNIQUE INDEX journal_applied_sequence ON journal (applied_sequence);
CREATE INDEX journal_state_position ON journal (state);

-- Raised by each claim and never lowered, as attempts are when they are given back.
ALTER TABLE jobs ADD COLUMN fence INTEGER NOT NULL DEFAULT 0;
UPDATE jobs SET fence = attempt;

-- Reservations of requests that were never answered.
DELETE FROM idempotency_keys WHERE status = 0;
