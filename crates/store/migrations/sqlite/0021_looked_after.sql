-- Who looks after a ticket, what usage cards asked before, and refusals that are counted instead of written down one by one.

-- A user; the name is that of then.
ALTER TABLE tickets ADD COLUMN assigned_to TEXT;
ALTER TABLE tickets ADD COLUMN assigned_name TEXT;
ALTER TABLE tickets ADD COLUMN assigned_at INTEGER;
-- The last time that it was opened again.
ALTER TABLE tickets ADD COLUMN reopened_at INTEGER;
ALTER TABLE tickets ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE INDEX tickets_assigned_to ON tickets (state, assigned_to, opened_at, id);

-- Every version is kept. Of those that were there before this table, only the newest is known, and of that one not always who
-- made it.
CREATE TABLE usage_card_versions (
    code         TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    product      TEXT    NOT NULL,
    days_after   INTEGER NOT NULL,
    open_days    INTEGER NOT NULL,
    questions    TEXT    NOT NULL,
    rating_field TEXT,
    low_rating   INTEGER NOT NULL,
    is_archived  INTEGER NOT NULL,
    changed_by   TEXT,
    changed_at   INTEGER,
    PRIMARY KEY (code, version)
) STRICT, WITHOUT ROWID;
INSERT INTO usage_card_versions (code, version, name, product, days_after, open_days, questions, rating_field, low_rating,
    is_archived, changed_by, changed_at)
SELECT code, version, name, product, days_after, open_days, questions, rating_field, low_rating, is_archived,
    CASE WHEN version = 1 THEN created_by END, CASE WHEN version = 1 THEN created_at END
FROM usage_cards;

-- Since the entry of the audit log that stands for them: how many more of the same person and reason were refused.
CREATE TABLE counted_refusals (
    actor_kind TEXT    NOT NULL,
    actor_id   TEXT    NOT NULL,
    actor_name TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    since      INTEGER NOT NULL,
    more       INTEGER NOT NULL,
    PRIMARY KEY (actor_kind, actor_id, reason)
) STRICT, WITHOUT ROWID;
CREATE INDEX counted_refusals_since ON counted_refusals (since);
