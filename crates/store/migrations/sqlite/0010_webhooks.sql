-- Webhooks: where to, what is to be sent, and what became of it.

CREATE TABLE webhook_endpoints (
    id                    TEXT    NOT NULL PRIMARY KEY,
    url                   TEXT    NOT NULL,
    description           TEXT    NOT NULL,
    with_imports          INTEGER NOT NULL,
    state                 TEXT    NOT NULL CHECK (state IN ('active', 'paused')),
    paused_reason         TEXT,
    paused_at             INTEGER,
    failing_since         INTEGER,
    secret                BLOB    NOT NULL,
    previous_secret       BLOB,
    previous_secret_until INTEGER,
    expired               INTEGER NOT NULL,
    created_by            TEXT    NOT NULL,
    created_at            INTEGER NOT NULL,
    version               INTEGER NOT NULL
) STRICT;

CREATE TABLE webhook_subscriptions (
    endpoint_id TEXT NOT NULL REFERENCES webhook_endpoints (id),
    event_type  TEXT NOT NULL,
    PRIMARY KEY (endpoint_id, event_type)
) STRICT, WITHOUT ROWID;

-- The outbox, written in the commit of what happened. Events of one lane are sent one after the other.
CREATE TABLE webhook_events (
    sequence   INTEGER PRIMARY KEY NOT NULL,
    event_id   TEXT    NOT NULL,
    event_type TEXT    NOT NULL,
    lane       INTEGER,
    other_lane INTEGER,
    of_import  INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    body       TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX webhook_events_event_id ON webhook_events (event_id);
CREATE INDEX webhook_events_at ON webhook_events (at);

CREATE TABLE webhook_deliveries (
    endpoint_id TEXT    NOT NULL REFERENCES webhook_endpoints (id),
    sequence    INTEGER NOT NULL REFERENCES webhook_events (sequence),
    lane        INTEGER,
    other_lane  INTEGER,
    state       TEXT    NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts    INTEGER NOT NULL,
    next_at     INTEGER NOT NULL,
    last_at     INTEGER,
    last_status INTEGER,
    last_error  TEXT,
    PRIMARY KEY (endpoint_id, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX webhook_deliveries_state ON webhook_deliveries (endpoint_id, state);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (endpoint_id, next_at) WHERE state = 'waiting';
CREATE INDEX webhook_deliveries_lane ON webhook_deliveries (endpoint_id, lane)
    WHERE state = 'waiting' AND lane IS NOT NULL;
CREATE INDEX webhook_deliveries_other_lane ON webhook_deliveries (endpoint_id, other_lane)
    WHERE state = 'waiting' AND other_lane IS NOT NULL;
CREATE INDEX webhook_deliveries_sequence ON webhook_deliveries (sequence);

CREATE TABLE webhook_attempts (
    id          INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    endpoint_id TEXT    NOT NULL REFERENCES webhook_endpoints (id),
    event_id    TEXT    NOT NULL,
    event_type  TEXT    NOT NULL,
    attempt     INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    status      INTEGER,
    error       TEXT
) STRICT;
CREATE INDEX webhook_attempts_endpoint ON webhook_attempts (endpoint_id);
CREATE INDEX webhook_attempts_at ON webhook_attempts (at);
