-- Rules by which orders earn. Every version is a row that stays; one with archived_at gives nothing from then on.
CREATE TABLE earning_rules (
    code        TEXT    NOT NULL,
    version     INTEGER NOT NULL,
    definition  TEXT    NOT NULL,
    changed_by  TEXT    NOT NULL,
    changed_at  INTEGER NOT NULL,
    archived_at INTEGER,
    PRIMARY KEY (code, version)
) STRICT, WITHOUT ROWID;

-- What an order of a profile stands at by a rule: the version that it has for good, what was asked, granted within the cap,
-- posted and taken back.
CREATE TABLE order_earnings (
    customer_number INTEGER NOT NULL,
    order_key       BLOB    NOT NULL,
    rule            TEXT    NOT NULL,
    version         INTEGER NOT NULL,
    -- On whose account it was posted first; that account follows its customer.
    member          INTEGER NOT NULL,
    -- The day of the order in the brand's zone, by which caps know their periods.
    earned_on       INTEGER NOT NULL,
    asked           INTEGER NOT NULL CHECK (asked >= granted),
    granted         INTEGER NOT NULL CHECK (granted >= 0),
    posted          INTEGER NOT NULL CHECK (posted >= back),
    back            INTEGER NOT NULL CHECK (back >= 0),
    -- Requests to the ledger so far: the next one has another key.
    requests        INTEGER NOT NULL,
    -- Why the ledger did not do the last one.
    refused         TEXT,
    PRIMARY KEY (customer_number, order_key, rule)
) STRICT, WITHOUT ROWID;
CREATE INDEX order_earnings_member ON order_earnings (member, rule, earned_on);
