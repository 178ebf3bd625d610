-- Foundation: journal, customers, identities, orders, values, imports, jobs, access.
-- Instants are microseconds UTC, days count from 1970-01-01, money is in minor units, JSON is TEXT.
-- An index on a rowid table ends with the rowid by itself, so "(orders)" here is "(orders, number)" on PostgreSQL.

CREATE TABLE settings (
    name    TEXT    NOT NULL PRIMARY KEY,
    value   TEXT    NOT NULL,
    version INTEGER NOT NULL
) STRICT;

CREATE TABLE sequences (
    name  TEXT    NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;
INSERT INTO sequences (name, value) VALUES ('customer_number', 0), ('applied_sequence', 0);

CREATE TABLE journal (
    position         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    block_key        TEXT    NOT NULL,
    state            TEXT    NOT NULL CHECK (state IN ('accepted', 'applied')),
    facts            INTEGER NOT NULL,
    payload          BLOB    NOT NULL,
    accepted_at      INTEGER NOT NULL,
    applied_sequence INTEGER,
    attempts         INTEGER NOT NULL DEFAULT 0,
    last_error       TEXT
) STRICT;
CREATE UNIQUE INDEX journal_block_key ON journal (block_key);
CREATE UNIQUE INDEX journal_applied_sequence ON journal (applied_sequence);
CREATE INDEX journal_state_position ON journal (state);

CREATE TABLE customers (
    number        INTEGER PRIMARY KEY NOT NULL,
    created_at    INTEGER NOT NULL,
    display_name  TEXT,
    name_folded   TEXT,
    orders        INTEGER NOT NULL,
    gross_minor   INTEGER NOT NULL,
    refunds_minor INTEGER NOT NULL,
    refund_count  INTEGER NOT NULL,
    net_minor     INTEGER NOT NULL,
    first_at      INTEGER,
    last_at       INTEGER,
    first_month   INTEGER,
    active_months INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX customers_orders ON customers (orders);
CREATE INDEX customers_net_minor ON customers (net_minor);
CREATE INDEX customers_first_at ON customers (first_at);
CREATE INDEX customers_last_at ON customers (last_at);
CREATE INDEX customers_first_month ON customers (first_month);
CREATE INDEX customers_name_folded ON customers (name_folded) WHERE name_folded IS NOT NULL;

CREATE TABLE identities (
    kind            TEXT    NOT NULL,
    value           TEXT    NOT NULL,
    customer_number INTEGER NOT NULL,
    source          TEXT    NOT NULL,
    first_seen_at   INTEGER NOT NULL,
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_customer_number ON identities (customer_number);

CREATE TABLE identity_conflicts (
    customer_number INTEGER NOT NULL,
    kind            TEXT    NOT NULL,
    value           TEXT    NOT NULL,
    other_number    INTEGER NOT NULL,
    source          TEXT    NOT NULL,
    seen_at         INTEGER NOT NULL,
    PRIMARY KEY (customer_number, kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE traits (
    customer_number INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    source          TEXT    NOT NULL,
    value           TEXT    NOT NULL,
    at              INTEGER NOT NULL,
    PRIMARY KEY (customer_number, name, source)
) STRICT, WITHOUT ROWID;
CREATE INDEX traits_name_value ON traits (name, value);

CREATE TABLE orders (
    customer_number INTEGER NOT NULL,
    order_key       BLOB    NOT NULL CHECK (length(order_key) = 16),
    order_no        TEXT,
    kind            TEXT    NOT NULL,
    at              INTEGER NOT NULL,
    amount_minor    INTEGER,
    line_hashes     BLOB    NOT NULL,
    PRIMARY KEY (customer_number, order_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE customer_values (
    customer_number      INTEGER PRIMARY KEY NOT NULL,
    run_id               TEXT    NOT NULL,
    recency_days         INTEGER NOT NULL,
    frequency            INTEGER NOT NULL,
    monetary_minor       INTEGER NOT NULL,
    r                    INTEGER NOT NULL,
    f                    INTEGER NOT NULL,
    m                    INTEGER NOT NULL,
    cell                 INTEGER NOT NULL,
    rfm_group            TEXT    NOT NULL,
    historical_minor     INTEGER NOT NULL,
    current_minor        INTEGER NOT NULL,
    potential_minor      INTEGER,
    potential_low_minor  INTEGER,
    potential_high_minor INTEGER,
    lifetime_minor       INTEGER,
    probability_alive    REAL,
    probability_active   REAL,
    expected_orders      REAL,
    next_purchase_day    INTEGER,
    due_day              INTEGER,
    lifetime_percentile  REAL    NOT NULL,
    current_percentile   REAL    NOT NULL
) STRICT;
CREATE INDEX customer_values_lifetime ON customer_values (lifetime_minor);
CREATE INDEX customer_values_potential ON customer_values (potential_minor);
CREATE INDEX customer_values_current ON customer_values (current_minor);
CREATE INDEX customer_values_historical ON customer_values (historical_minor);
CREATE INDEX customer_values_probability_active ON customer_values (probability_active);
CREATE INDEX customer_values_expected_orders ON customer_values (expected_orders);
CREATE INDEX customer_values_due_day ON customer_values (due_day);
CREATE INDEX customer_values_group_lifetime ON customer_values (rfm_group, lifetime_minor);
CREATE INDEX customer_values_cell_lifetime ON customer_values (cell, lifetime_minor, customer_number, monetary_minor);

CREATE TABLE value_runs (
    id          TEXT    NOT NULL PRIMARY KEY,
    state       TEXT    NOT NULL CHECK (state IN ('queued', 'running', 'done', 'failed')),
    requested   TEXT    NOT NULL,
    result      TEXT,
    as_of_day   INTEGER,
    created_at  INTEGER NOT NULL,
    started_at  INTEGER,
    finished_at INTEGER,
    progress    REAL    NOT NULL,
    error       TEXT
) STRICT;
CREATE INDEX value_runs_created_at ON value_runs (created_at, id);

CREATE TABLE imports (
    id               TEXT    NOT NULL PRIMARY KEY,
    kind             TEXT    NOT NULL,
    state            TEXT    NOT NULL CHECK (state IN ('queued', 'reading', 'applying', 'valuing', 'done', 'cancelled', 'failed')),
    fingerprint      TEXT    NOT NULL,
    request          TEXT    NOT NULL,
    progress         TEXT    NOT NULL,
    result           TEXT,
    error            TEXT,
    step             INTEGER NOT NULL,
    cancel_requested INTEGER NOT NULL CHECK (cancel_requested IN (0, 1)),
    dry_run          INTEGER NOT NULL CHECK (dry_run IN (0, 1)),
    created_by       TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    started_at       INTEGER,
    finished_at      INTEGER
) STRICT;
CREATE INDEX imports_fingerprint ON imports (fingerprint);
CREATE INDEX imports_created_at ON imports (created_at, id);

CREATE TABLE uploads (
    id         TEXT    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    size_bytes INTEGER NOT NULL,
    path       TEXT    NOT NULL,
    created_by TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX uploads_created_at ON uploads (created_at);

CREATE TABLE jobs (
    id           TEXT    NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    payload      TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'dead')),
    priority     INTEGER NOT NULL,
    run_at       INTEGER NOT NULL,
    attempt      INTEGER NOT NULL,
    max_attempts INTEGER NOT NULL,
    lease_until  INTEGER,
    worker_id    TEXT,
    dedupe_key   TEXT,
    last_error   TEXT,
    created_at   INTEGER NOT NULL,
    finished_at  INTEGER
) STRICT;
CREATE INDEX jobs_state_run_at ON jobs (state, run_at);
CREATE INDEX jobs_created_at ON jobs (created_at, id);
CREATE UNIQUE INDEX jobs_dedupe_key ON jobs (dedupe_key) WHERE state IN ('waiting', 'running');

CREATE TABLE users (
    id              TEXT    NOT NULL PRIMARY KEY,
    email           TEXT    NOT NULL,
    name            TEXT    NOT NULL,
    role            TEXT    NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN ('active', 'disabled')),
    password_hash   TEXT,
    locale          TEXT,
    created_at      INTEGER NOT NULL,
    last_sign_in_at INTEGER,
    version         INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_email ON users (email);

CREATE TABLE sign_in_links (
    token_hash BLOB    NOT NULL PRIMARY KEY,
    user_id    TEXT    NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL,
    used_at    INTEGER
) STRICT;
CREATE INDEX sign_in_links_user_id ON sign_in_links (user_id);

CREATE TABLE sessions (
    token_hash   BLOB    NOT NULL PRIMARY KEY,
    user_id      TEXT    NOT NULL REFERENCES users (id),
    csrf_token   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_user_id ON sessions (user_id);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

CREATE TABLE api_tokens (
    id           TEXT    NOT NULL PRIMARY KEY,
    token_hash   BLOB    NOT NULL,
    name         TEXT    NOT NULL,
    role         TEXT    NOT NULL,
    created_by   TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,
    revoked_at   INTEGER
) STRICT;
CREATE UNIQUE INDEX api_tokens_token_hash ON api_tokens (token_hash);

CREATE TABLE sign_in_attempts (
    key               TEXT    NOT NULL PRIMARY KEY,
    failures          INTEGER NOT NULL,
    window_started_at INTEGER NOT NULL
) STRICT;

CREATE TABLE audit (
    id         INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    at         INTEGER NOT NULL,
    actor_kind TEXT    NOT NULL CHECK (actor_kind IN ('user', 'token', 'system')),
    actor_id   TEXT    NOT NULL,
    actor_name TEXT    NOT NULL,
    action     TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    detail     TEXT    NOT NULL
) STRICT;

CREATE TABLE idempotency_keys (
    scope        TEXT    NOT NULL,
    key          TEXT    NOT NULL,
    request_hash BLOB    NOT NULL,
    status       INTEGER NOT NULL,
    body         TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    PRIMARY KEY (scope, key)
) STRICT;
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);
