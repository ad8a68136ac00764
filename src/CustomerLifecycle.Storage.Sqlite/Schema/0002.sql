-- The outbox in order for each stream, dead letters, and since when a record waits.

ALTER TABLE {journal}_outbox ADD COLUMN written INTEGER NOT NULL DEFAULT 0; -- by the store's clock

-- Only what was claimed at some time is in it: writing a record costs nothing more.
CREATE INDEX {journal}_outbox_claimed ON {journal}_outbox (stream_id, position) WHERE free > 0;

CREATE TABLE {journal}_dead_letter (
    position       INTEGER PRIMARY KEY,             -- its place in the outbox
    stream_id      INTEGER NOT NULL REFERENCES {journal}_stream (id),
    stream_version INTEGER NOT NULL,
    kind           TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    at_rest        INTEGER NOT NULL,
    key            TEXT    NOT NULL,
    properties     TEXT    NOT NULL,
    fence          INTEGER NOT NULL,
    attempt        INTEGER NOT NULL,
    written        INTEGER NOT NULL,
    reason         TEXT    NOT NULL,
    since          INTEGER NOT NULL                 -- when it was set aside, by the store's clock
) STRICT;
