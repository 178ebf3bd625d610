-- Who looks after a ticket, what usage cards asked before, and refusals that are counted instead of written down one by one.

-- A user; the name is that of then.
ALTER TABLE tickets ADD COLUMN assigned_to TEXT COLLATE "C";
ALTER TABLE tickets ADD COLUMN assigned_name TEXT COLLATE "C";
ALTER TABLE tickets ADD COLUMN assigned_at BIGINT;
-- The last time that it was opened again.
ALTER TABLE tickets ADD COLUMN reopened_at BIGINT;
ALTER TABLE tickets ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
CREATE INDEX tickets_assigned_to ON tickets (state, assigned_to, opened_at, id);

-- Every version is kept. Of those that were there before this table, only the newest is known, and of that one not always who
-- made it.
CREATE TABLE usage_card_versions (
    code         TEXT COLLATE "C" NOT NULL,
    version      BIGINT NOT NULL,
    name         TEXT COLLATE "C" NOT NULL,
    product      TEXT COLLATE "C" NOT NULL,
    days_after   BIGINT NOT NULL,
    open_days    BIGINT NOT NULL,
    questions    TEXT COLLATE "C" NOT NULL,
    rating_field TEXT COLLATE "C",
    low_rating   BIGINT NOT NULL,
    is_archived  BOOLEAN NOT NULL,
    changed_by   TEXT COLLATE "C",
    changed_at   BIGINT,
    PRIMARY KEY (code, version)
);
INSERT INTO usage_card_versions (code, version, name, product, days_after, open_days, questions, rating_field, low_rating,
    is_archived, changed_by, changed_at)
SELECT code, version, name, product, days_after, open_days, questions, rating_field, low_rating, is_archived,
    CASE WHEN version = 1 THEN created_by END, CASE WHEN version = 1 THEN created_at END
FROM usage_cards;

-- Since the entry of the audit log that stands for them: how many more of the same person and reason were refused.
CREATE TABLE counted_refusals (
    actor_kind TEXT COLLATE "C" NOT NULL,
    actor_id   TEXT COLLATE "C" NOT NULL,
    actor_name TEXT COLLATE "C" NOT NULL,
    reason     TEXT COLLATE "C" NOT NULL,
    since      BIGINT NOT NULL,
    more       BIGINT NOT NULL,
    PRIMARY KEY (actor_kind, actor_id, reason)
);
CREATE INDEX counted_refusals_since ON counted_refusals (since);
