-- What the ERP's tables cannot hold, beside them: exact names, versions, instants, bytes, keys, the outbox.

CREATE TABLE IF NOT EXISTS journal_codec (
    version INTEGER NOT NULL                   -- the newest version in which a process writes
);

CREATE TABLE IF NOT EXISTS journal_stream (
    account_id  INTEGER PRIMARY KEY REFERENCES account (account_id),
    name        TEXT NOT NULL UNIQUE,          -- byte by byte, which is the order of code points
    version     INTEGER NOT NULL,
    codec       INTEGER NOT NULL,
    state       BLOB NOT NULL,
    due         INTEGER,                       -- ticks of 100 ns since 1970, rounded down; NULL for never
    due_rest    INTEGER,                       -- and the nanoseconds above them
    due_free    INTEGER NOT NULL DEFAULT 0,    -- nobody may claim it before
    due_fence   INTEGER NOT NULL DEFAULT 0,    -- rises with every claim, release and append
    due_attempt INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX IF NOT EXISTS journal_stream_due ON journal_stream (due, due_rest, name) WHERE due IS NOT NULL;

CREATE TABLE IF NOT EXISTS journal_key (
    key_id       INTEGER PRIMARY KEY,
    name         TEXT NOT NULL UNIQUE,
    request_high INTEGER NOT NULL,
    request_low  INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS journal_record (
    account_id INTEGER NOT NULL REFERENCES journal_stream (account_id),
    version    INTEGER NOT NULL,
    booking_id INTEGER NOT NULL UNIQUE REFERENCES booking (booking_id),
    key_id     INTEGER NOT NULL REFERENCES journal_key (key_id),
    codec      INTEGER NOT NULL,
    body       BLOB NOT NULL,
    PRIMARY KEY (account_id, version)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS journal_record_key ON journal_record (key_id);

CREATE TABLE IF NOT EXISTS journal_outbox (
    position   INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES journal_stream (account_id),
    version    INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    at         INTEGER NOT NULL,
    at_rest    INTEGER NOT NULL,
    key        TEXT NOT NULL,
    properties TEXT NOT NULL,
    written    INTEGER NOT NULL,               -- since when it waits
    free       INTEGER NOT NULL DEFAULT 0,
    fence      INTEGER NOT NULL DEFAULT 0,
    attempt    INTEGER NOT NULL DEFAULT 0,
    reason     TEXT,                           -- a dead letter has one; NULL is told
    since      INTEGER                         -- when it was set aside
);

CREATE INDEX IF NOT EXISTS journal_outbox_of_stream ON journal_outbox (account_id, position);
