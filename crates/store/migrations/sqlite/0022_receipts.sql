-- Receipts with a code. The order stands with the guests until somebody claims it; whose it is then, the row says, so that
-- what the till tells of it later finds its customer.

CREATE TABLE receipts (
    id           TEXT    NOT NULL PRIMARY KEY,
    -- Of the token, which stands on the paper only.
    token_hash   BLOB    NOT NULL,
    source       TEXT    NOT NULL,
    order_no     TEXT    NOT NULL,
    -- Made of source and number.
    order_key    BLOB    NOT NULL,
    -- The order as it was told, without anybody. JSON.
    fact         TEXT    NOT NULL,
    currency     TEXT    NOT NULL,
    amount_minor INTEGER NOT NULL,
    store_code   TEXT    NOT NULL,
    clerk_code   TEXT,
    ordered_at   INTEGER NOT NULL,
    created_by   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL,
    claimed_at   INTEGER,
    -- A hash of the device.
    claimed_by   BLOB,
    part_number  INTEGER
) STRICT;
CREATE UNIQUE INDEX receipts_token_hash ON receipts (token_hash);
CREATE UNIQUE INDEX receipts_order_key ON receipts (order_key);
CREATE INDEX receipts_created_at ON receipts (created_at, id);
-- Those that are somebody's.
CREATE INDEX receipts_part_number ON receipts (part_number) WHERE part_number IS NOT NULL;
-- For the daily clean-up of what nobody claimed.
CREATE INDEX receipts_unclaimed ON receipts (expires_at) WHERE claimed_at IS NULL;
