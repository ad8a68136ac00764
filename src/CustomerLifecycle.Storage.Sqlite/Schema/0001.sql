-- The tables of one journal. {journal} is the journal's name: a to z, 0 to 9 and _.
-- Instants are whole ticks of 100 nanoseconds since 1970-01-01T00:00:00Z; where a column with the ending _rest stands beside one, it holds the 0 to 99 nanoseconds above.
-- To read a tick as text: datetime(occurred / 10000000, 'unixepoch').

CREATE TABLE {journal}_stream (
    id          INTEGER PRIMARY KEY,
    name        TEXT    NOT NULL UNIQUE,            -- ordered by code point: SQLite compares the bytes of UTF-8
    version     INTEGER NOT NULL,                   -- records so far
    codec       INTEGER NOT NULL,                   -- the version that the state was written in
    state       BLOB    NOT NULL,
    due         INTEGER,                            -- when time alone will next change the state; NULL for never
    due_rest    INTEGER,
    due_free    INTEGER NOT NULL DEFAULT 0,         -- nobody may claim it before, by the store's clock
    due_fence   INTEGER NOT NULL DEFAULT 0,         -- tells claims of this stream apart
    due_attempt INTEGER NOT NULL DEFAULT 0          -- claims since the last append
) STRICT;

CREATE INDEX {journal}_stream_due ON {journal}_stream (due, due_rest, name) WHERE due IS NOT NULL;

CREATE TABLE {journal}_key (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,           -- the idempotency key
    request_high INTEGER NOT NULL,                  -- the hash of what was asked
    request_low  INTEGER NOT NULL
) STRICT;

CREATE TABLE {journal}_record (
    stream_id INTEGER NOT NULL REFERENCES {journal}_stream (id),
    version   INTEGER NOT NULL,
    key_id    INTEGER NOT NULL REFERENCES {journal}_key (id),
    kind      TEXT    NOT NULL,
    occurred  INTEGER NOT NULL,
    recorded  INTEGER NOT NULL,
    amount    ANY,                                  -- INTEGER where it is whole, else the decimal as TEXT: SQLite has no exact decimals to sum
    codec     INTEGER NOT NULL,
    body      BLOB    NOT NULL,
    PRIMARY KEY (stream_id, version)
) STRICT, WITHOUT ROWID;

CREATE INDEX {journal}_record_key ON {journal}_record (key_id);

CREATE TABLE {journal}_outbox (
    position       INTEGER PRIMARY KEY AUTOINCREMENT,
    stream_id      INTEGER NOT NULL REFERENCES {journal}_stream (id),
    stream_version INTEGER NOT NULL,
    kind           TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    at_rest        INTEGER NOT NULL,
    key            TEXT    NOT NULL,
    properties     TEXT    NOT NULL,                -- a JSON object
    free           INTEGER NOT NULL DEFAULT 0,      -- nobody may claim it before, by the store's clock
    fence          INTEGER NOT NULL DEFAULT 0,
    attempt        INTEGER NOT NULL DEFAULT 0
) STRICT;
