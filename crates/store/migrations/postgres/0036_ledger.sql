-- Wallets: what a programme keeps for each member. Every version of a definition is kept.
CREATE TABLE wallets (
    code       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    -- Dense, and never given again.
    number     BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    created_by TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX wallets_number ON wallets (number);

CREATE TABLE wallet_versions (
    code       TEXT COLLATE "C" NOT NULL,
    version    BIGINT NOT NULL,
    definition TEXT COLLATE "C" NOT NULL,
    changed_by TEXT COLLATE "C" NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (code, version)
);

-- The header of each account. Its id is the wallet's number times 2^32 and the member's number. Pages have room for the next
-- versions of their rows.
CREATE TABLE ledger_accounts (
    account_id  BIGINT NOT NULL PRIMARY KEY,
    sequence    BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    hash        BYTEA  NOT NULL,
    pending     BIGINT NOT NULL CHECK (pending >= 0),
    available   BIGINT NOT NULL CHECK (available >= 0),
    held        BIGINT NOT NULL CHECK (held >= 0),
    debt        BIGINT NOT NULL CHECK (debt >= 0),
    merged_into BIGINT,
    next_due    BIGINT
) WITH (fillfactor = 70);
CREATE INDEX ledger_accounts_due ON ledger_accounts (next_due) WHERE next_due IS NOT NULL;

-- What an account consists of beside its header: lots, holds, and what claw-backs, refunds, reversals, approvals and merges
-- stand on. Each decision reads the open ones: lots of which something remains, and holds that wait.
CREATE TABLE ledger_rows (
    account_id BIGINT NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL
        CHECK (kind IN ('lot', 'hold', 'order', 'credit', 'debit', 'request', 'merge')),
    id         TEXT COLLATE "C" NOT NULL,
    is_open    BOOLEAN NOT NULL,
    -- Of lots.
    expires_at BIGINT,
    body       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, kind, id)
) WITH (fillfactor = 70);
CREATE INDEX ledger_rows_open ON ledger_rows (account_id) WHERE is_open = TRUE;

-- The journal.
CREATE TABLE ledger_transactions (
    account_id BIGINT NOT NULL,
    sequence   BIGINT NOT NULL,
    key        TEXT COLLATE "C" NOT NULL,
    body       TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (account_id, sequence)
);
CREATE UNIQUE INDEX ledger_transactions_key ON ledger_transactions (account_id, key);

CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only';
END
$$;
CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transactions
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
