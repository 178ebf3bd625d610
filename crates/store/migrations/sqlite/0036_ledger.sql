-- Wallets: what a programme keeps for each member. Every version of a definition is kept.
CREATE TABLE wallets (
    code       TEXT    NOT NULL PRIMARY KEY,
    -- Dense, and never given again.
    number     INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX wallets_number ON wallets (number);

CREATE TABLE wallet_versions (
    code       TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    definition TEXT    NOT NULL,
    changed_by TEXT    NOT NULL,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (code, version)
) STRICT, WITHOUT ROWID;

-- The header of each account. Its id is the wallet's number times 2^32 and the member's number.
CREATE TABLE ledger_accounts (
    account_id  INTEGER NOT NULL PRIMARY KEY,
    sequence    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    hash        BLOB    NOT NULL,
    pending     INTEGER NOT NULL CHECK (pending >= 0),
    available   INTEGER NOT NULL CHECK (available >= 0),
    held        INTEGER NOT NULL CHECK (held >= 0),
    debt        INTEGER NOT NULL CHECK (debt >= 0),
    merged_into INTEGER,
    next_due    INTEGER
) STRICT;
CREATE INDEX ledger_accounts_due ON ledger_accounts (next_due) WHERE next_due IS NOT NULL;

-- What an account consists of beside its header: lots, holds, and what claw-backs, refunds, reversals, approvals and merges
-- stand on. Each decision reads the open ones: lots of which something remains, and holds that wait.
CREATE TABLE ledger_rows (
    account_id INTEGER NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('lot', 'hold', 'order', 'credit', 'debit', 'request', 'merge')),
    id         TEXT    NOT NULL,
    is_open    INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    -- Of lots.
    expires_at INTEGER,
    body       TEXT    NOT NULL,
    PRIMARY KEY (account_id, kind, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_rows_open ON ledger_rows (account_id) WHERE is_open = TRUE;

-- The journal. With a rowid: it grows at its end, whosever account it is.
CREATE TABLE ledger_transactions (
    account_id INTEGER NOT NULL,
    sequence   INTEGER NOT NULL,
    key        TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    PRIMARY KEY (account_id, sequence)
) STRICT;
CREATE UNIQUE INDEX ledger_transactions_key ON ledger_transactions (account_id, key);

CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger_transactions
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger_transactions
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
-- "INSERT OR REPLACE" takes what is in the way away without asking the trigger above.
CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger_transactions WHEN EXISTS (
    SELECT 1 FROM ledger_transactions WHERE account_id = NEW.account_id AND sequence = NEW.sequence
) OR EXISTS (
    SELECT 1 FROM ledger_transactions WHERE account_id = NEW.account_id AND key = NEW.key
)
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
