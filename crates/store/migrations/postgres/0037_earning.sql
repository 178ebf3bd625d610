-- Rules by which orders earn. Every version is a row that stays; one with archived_at gives nothing from then on.
CREATE TABLE earning_rules (
    code        TEXT COLLATE "C" NOT NULL,
    version     BIGINT NOT NULL,
    definition  TEXT COLLATE "C" NOT NULL,
    changed_by  TEXT COLLATE "C" NOT NULL,
    changed_at  BIGINT NOT NULL,
    archived_at BIGINT,
    PRIMARY KEY (code, version)
);

-- What an order of a profile stands at by a rule: the version that it has for good, what was asked, granted within the cap,
-- posted and taken back.
CREATE TABLE order_earnings (
    customer_number BIGINT NOT NULL,
    order_key       BYTEA  NOT NULL,
    rule            TEXT COLLATE "C" NOT NULL,
    version         BIGINT NOT NULL,
    -- On whose account it was posted first; that account follows its customer.
    member          BIGINT NOT NULL,
    -- The day of the order in the brand's zone, by which caps know their periods.
    earned_on       BIGINT NOT NULL,
    asked           BIGINT NOT NULL CHECK (asked >= granted),
    granted         BIGINT NOT NULL CHECK (granted >= 0),
    posted          BIGINT NOT NULL CHECK (posted >= back),
    back            BIGINT NOT NULL CHECK (back >= 0),
    -- Requests to the ledger so far: the next one has another key.
    requests        BIGINT NOT NULL,
    -- Why the ledger did not do the last one.
    refused         TEXT COLLATE "C",
    PRIMARY KEY (customer_number, order_key, rule)
);
CREATE INDEX order_earnings_member ON order_earnings (member, rule, earned_on);
