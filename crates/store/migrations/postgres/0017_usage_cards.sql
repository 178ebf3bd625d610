-- What customers say of a product some days after it was delivered, and what has to be looked after because of it.
-- Deliveries, answers and tickets are by profile: merging and parting move no row.

-- The judgement that a card may ask for. Who made a field of that name keeps theirs.
INSERT INTO fields (name, name_zh, name_en, class, kind, allowed, is_personal, weight, is_preset, created_by, created_at, version) VALUES
    ('usage_rating', '使用评分', 'Rating of use', 'usage', 'integer', '[]', FALSE, 0, TRUE, 'preset', 0, 1)
ON CONFLICT (name) DO NOTHING;

CREATE TABLE usage_cards (
    code         TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name         TEXT COLLATE "C" NOT NULL,
    product      TEXT COLLATE "C" NOT NULL,
    days_after   BIGINT NOT NULL,
    open_days    BIGINT NOT NULL,
    questions    TEXT COLLATE "C" NOT NULL,
    rating_field TEXT COLLATE "C",
    low_rating   BIGINT NOT NULL,
    is_archived  BOOLEAN NOT NULL,
    created_by   TEXT COLLATE "C" NOT NULL,
    created_at   BIGINT NOT NULL,
    version      BIGINT NOT NULL
);

-- A delivery has a row for each name that a product of it goes by, and one with an empty name for the whole of it.
-- Which delivery it is, its order says, else the fact that told of it.
CREATE TABLE deliveries (
    part_number BIGINT NOT NULL,
    delivery    TEXT COLLATE "C" NOT NULL,
    product     TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (part_number, delivery, product)
);
CREATE INDEX deliveries_product_at ON deliveries (product, at, part_number, delivery);

-- What was answered stands with the traits; here is that it was. Rows are only ever added.
CREATE TABLE usage_answers (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    part_number BIGINT NOT NULL,
    card        TEXT COLLATE "C" NOT NULL,
    delivery    TEXT COLLATE "C",
    fields      TEXT COLLATE "C" NOT NULL,
    at          BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    source      TEXT COLLATE "C" NOT NULL,
    by_name     TEXT COLLATE "C"
);
CREATE INDEX usage_answers_part_card ON usage_answers (part_number, card);

CREATE TABLE tickets (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    part_number BIGINT NOT NULL,
    cause       TEXT COLLATE "C" NOT NULL,
    cause_id    TEXT COLLATE "C" NOT NULL,
    detail      TEXT COLLATE "C" NOT NULL,
    state       TEXT COLLATE "C" NOT NULL CHECK (state IN ('open', 'closed')),
    happened_at BIGINT NOT NULL,
    opened_at   BIGINT NOT NULL,
    closed_at   BIGINT,
    closed_by   TEXT COLLATE "C",
    note        TEXT COLLATE "C"
);
CREATE UNIQUE INDEX tickets_cause ON tickets (cause, cause_id);
CREATE INDEX tickets_opened_at ON tickets (opened_at, id);
CREATE INDEX tickets_state_opened_at ON tickets (state, opened_at, id);
CREATE INDEX tickets_part_number ON tickets (part_number);
