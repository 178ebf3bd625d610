-- What customers say of a product some days after it was delivered, and what has to be looked after because of it.
-- Deliveries, answers and tickets are by profile: merging and parting move no row.

-- The judgement that a card may ask for. Who made a field of that name keeps theirs.
INSERT INTO fields (name, name_zh, name_en, class, kind, allowed, is_personal, weight, is_preset, created_by, created_at, version) VALUES
    ('usage_rating', '使用评分', 'Rating of use', 'usage', 'integer', '[]', FALSE, 0, TRUE, 'preset', 0, 1)
ON CONFLICT (name) DO NOTHING;

CREATE TABLE usage_cards (
    code         TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    product      TEXT    NOT NULL,
    days_after   INTEGER NOT NULL,
    open_days    INTEGER NOT NULL,
    questions    TEXT    NOT NULL,
    rating_field TEXT,
    low_rating   INTEGER NOT NULL,
    is_archived  INTEGER NOT NULL,
    created_by   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A delivery has a row for each name that a product of it goes by, and one with an empty name for the whole of it.
-- Which delivery it is, its order says, else the fact that told of it.
CREATE TABLE deliveries (
    part_number INTEGER NOT NULL,
    delivery    TEXT    NOT NULL,
    product     TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    PRIMARY KEY (part_number, delivery, product)
) STRICT, WITHOUT ROWID;
CREATE INDEX deliveries_product_at ON deliveries (product, at, part_number, delivery);

-- What was answered stands with the traits; here is that it was. Rows are only ever added.
CREATE TABLE usage_answers (
    id          TEXT    NOT NULL PRIMARY KEY,
    part_number INTEGER NOT NULL,
    card        TEXT    NOT NULL,
    delivery    TEXT,
    fields      TEXT    NOT NULL,
    at          INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    source      TEXT    NOT NULL,
    by_name     TEXT
) STRICT;
CREATE INDEX usage_answers_part_card ON usage_answers (part_number, card);

CREATE TABLE tickets (
    id          TEXT    NOT NULL PRIMARY KEY,
    part_number INTEGER NOT NULL,
    cause       TEXT    NOT NULL,
    cause_id    TEXT    NOT NULL,
    detail      TEXT    NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('open', 'closed')),
    happened_at INTEGER NOT NULL,
    opened_at   INTEGER NOT NULL,
    closed_at   INTEGER,
    closed_by   TEXT,
    note        TEXT
) STRICT;
CREATE UNIQUE INDEX tickets_cause ON tickets (cause, cause_id);
CREATE INDEX tickets_opened_at ON tickets (opened_at, id);
CREATE INDEX tickets_state_opened_at ON tickets (state, opened_at, id);
CREATE INDEX tickets_part_number ON tickets (part_number);
