-- The outbox in order for each stream, dead letters, and since when a record waits.

ALTER TABLE {schema}.{journal}_outbox ADD COLUMN written timestamptz NOT NULL DEFAULT clock_timestamp();

-- Only what was claimed at some time is in it: writing a record costs nothing more.
CREATE INDEX {journal}_outbox_claimed ON {schema}.{journal}_outbox (stream, position) WHERE free > '-infinity';

CREATE TABLE {schema}.{journal}_dead_letter (
    position       bigint           PRIMARY KEY,      -- its place in the outbox
    stream         text COLLATE "C" NOT NULL,
    stream_version bigint           NOT NULL,
    kind           text             NOT NULL,
    at             timestamptz      NOT NULL,
    at_ticks       bigint           NOT NULL,
    at_rest        smallint         NOT NULL,
    key            text             NOT NULL,
    properties     text             NOT NULL,
    fence          bigint           NOT NULL,
    attempt        integer          NOT NULL,
    written        timestamptz      NOT NULL,
    reason         text             NOT NULL,
    since          timestamptz      NOT NULL          -- when it was set aside
);

-- Whoever claims from the outbox, or gives back, takes turns: a claim must see which earlier records of a stream are in other hands.
-- Turns are short, since telling happens outside of them, and acknowledgements need none.

CREATE FUNCTION {schema}.{journal}_outbox_claim(most integer, lease bigint) RETURNS SETOF {schema}.{journal}_outbox
LANGUAGE plpgsql AS $$
DECLARE
    now_at timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('{journal}/outbox', 0));
    now_at := clock_timestamp();
    RETURN QUERY
    UPDATE {schema}.{journal}_outbox AS o SET free = now_at + lease * interval '1 microsecond', fence = o.fence + 1, attempt = o.attempt + 1
    FROM (SELECT told.position FROM {schema}.{journal}_outbox AS told
          WHERE told.free <= now_at AND NOT EXISTS (
              SELECT 1 FROM {schema}.{journal}_outbox AS earlier
              WHERE earlier.stream = told.stream AND earlier.position < told.position AND earlier.free > now_at AND earlier.free > '-infinity')
          ORDER BY told.position LIMIT most FOR UPDATE) AS claimed
    WHERE o.position = claimed.position
    RETURNING o.*;
END
$$;

-- Gives one claim back after an attempt; false when it is no longer the latest.
CREATE FUNCTION {schema}.{journal}_outbox_release(claimed bigint, latest bigint, delay bigint) RETURNS boolean
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('{journal}/outbox', 0));
    UPDATE {schema}.{journal}_outbox AS o SET free = clock_timestamp() + delay * interval '1 microsecond', fence = o.fence + 1
    WHERE o.position = claimed AND o.fence = latest;
    RETURN FOUND;
END
$$;

-- Gives claims back untried: the attempt does not count.
CREATE FUNCTION {schema}.{journal}_outbox_return(claimed bigint[], latest bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('{journal}/outbox', 0));
    UPDATE {schema}.{journal}_outbox AS o SET free = '-infinity', fence = o.fence + 1, attempt = o.attempt - 1
    FROM unnest(claimed, latest) AS c (position, fence)
    WHERE o.position = c.position AND o.fence = c.fence;
END
$$;

UPDATE {schema}.customerlifecycle_journal SET schema = 2 WHERE name = '{journal}' AND schema < 2;
