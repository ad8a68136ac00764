-- When time alone will next change a state stands in a narrow table of its own, with who is at it: a claim, or another due instant, leaves the state's row and its index alone.

-- Before anything is copied: what an older host appends meanwhile is either in the copy, or fails and is appended anew.
LOCK TABLE {schema}.{journal}_stream IN ACCESS EXCLUSIVE MODE;

CREATE SEQUENCE {schema}.{journal}_fence CACHE 100;   -- tells claims apart

CREATE TABLE {schema}.{journal}_schedule (
    name     text COLLATE "C" NOT NULL,               -- the stream
    due      bigint           NOT NULL,
    due_rest smallint         NOT NULL,
    free     timestamptz      NOT NULL DEFAULT '-infinity', -- nobody may claim it before, by this server's clock
    fence    bigint           NOT NULL DEFAULT 0,     -- of the claim that holds it; 0 for none
    attempt  integer          NOT NULL DEFAULT 0      -- claims since the last append
) WITH (fillfactor = 50);                            -- room for claims on the same page, where they touch no index

-- What is claimed at the moment stays claimed.
INSERT INTO {schema}.{journal}_schedule (name, due, due_rest, free, fence, attempt)
SELECT name, due, due_rest, due_free, due_fence, due_attempt FROM {schema}.{journal}_stream WHERE due IS NOT NULL;
SELECT setval('{schema}.{journal}_fence', 1 + coalesce(max(due_fence), 0)) FROM {schema}.{journal}_stream;

ALTER TABLE {schema}.{journal}_schedule ADD PRIMARY KEY (name);
CREATE INDEX {journal}_schedule_due ON {schema}.{journal}_schedule (due, due_rest, name);

DROP VIEW {schema}.{journal}_due;
ALTER TABLE {schema}.{journal}_stream DROP COLUMN due, DROP COLUMN due_rest, DROP COLUMN due_free, DROP COLUMN due_fence, DROP COLUMN due_attempt;

-- States are written again and again: LZ4 compresses them at a fraction of the cost, where the server was built with it. Those already there are read as they are.
DO $$
BEGIN
    FOR i IN 0..15 LOOP
        EXECUTE format('ALTER TABLE {schema}.{journal}_stream_%s ALTER COLUMN state SET COMPRESSION lz4', i);
    END LOOP;
EXCEPTION WHEN feature_not_supported OR syntax_error THEN
    NULL;
END
$$;

-- Streams that time will change, and who is at it.
CREATE VIEW {schema}.{journal}_due AS
SELECT w.name AS stream, s.version, {schema}.{journal}_instant(greatest(w.due / 10, -188000000000000000)) AS due, nullif(w.free, '-infinity') AS claimed_until, w.attempt AS attempts
FROM {schema}.{journal}_schedule AS w JOIN {schema}.{journal}_stream AS s ON s.name = w.name;

-- Claims what is due, the earliest first, past what others are claiming at this moment. Rows are looked up by their keys, whatever the statistics say.
CREATE FUNCTION {schema}.{journal}_due_claim(up_to bigint, up_to_rest smallint, most integer, lease bigint)
RETURNS TABLE (stream text, due bigint, due_rest smallint, version bigint, attempt integer, until timestamptz, fence bigint)
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_sort = off SET jit = off AS $$
DECLARE
    now_at timestamptz := clock_timestamp();
BEGIN
    RETURN QUERY
    UPDATE {schema}.{journal}_schedule AS w
    SET free = now_at + lease * interval '1 microsecond', fence = nextval('{schema}.{journal}_fence'), attempt = w.attempt + 1
    FROM (SELECT s.name FROM {schema}.{journal}_schedule AS s
          WHERE (s.due, s.due_rest) <= (up_to, up_to_rest) AND s.free <= now_at
          ORDER BY s.due, s.due_rest, s.name LIMIT most FOR UPDATE SKIP LOCKED) AS claimed
    WHERE w.name = claimed.name
    RETURNING w.name, w.due, w.due_rest, (SELECT s.version FROM {schema}.{journal}_stream AS s WHERE s.name = w.name), w.attempt, w.free, w.fence;
END
$$;

-- Appends to one or more streams, all or nothing, in one call. Streams come in order of their names.
-- status: 1 appended, 2 replayed, 3 key conflict, 4 version conflict at mismatch, whose version is actual.
-- Whoever loses a race after having written something fails with serialization_failure: nothing of it stays, and the same call finds out who won.
CREATE OR REPLACE FUNCTION {schema}.{journal}_append(
    append_key text, high bigint, low bigint,
    stream_names text[], expected bigint[], new_versions bigint[], states bytea[], dues bigint[], due_rests smallint[], codec_version integer,
    record_streams text[], record_versions bigint[], record_kinds text[], record_occurred bigint[], record_recorded bigint[], record_amounts numeric[], record_bodies bytea[],
    told_streams text[], told_versions bigint[], told_kinds text[], told_at bigint[], told_ticks bigint[], told_rests smallint[], told_keys text[], told_properties text[],
    OUT status integer, OUT mismatch text, OUT actual bigint)
LANGUAGE plpgsql AS $$
DECLARE
    stored record;
BEGIN
    SELECT k.request_high = high AND k.request_low = low AS same INTO stored FROM {schema}.{journal}_key AS k WHERE k.name = append_key;
    IF FOUND THEN
        status := CASE WHEN stored.same THEN 2 ELSE 3 END;
        RETURN;
    END IF;

    -- Of several streams, all are locked and compared before the first is written. One alone is compared by its update.
    IF cardinality(stream_names) > 1 THEN
        FOR i IN 1..cardinality(stream_names) LOOP
            SELECT s.version INTO actual FROM {schema}.{journal}_stream AS s WHERE s.name = stream_names[i] FOR UPDATE;
            IF coalesce(actual, 0) <> expected[i] THEN
                mismatch := stream_names[i];
                EXIT;
            END IF;
        END LOOP;
    END IF;

    IF mismatch IS NULL THEN
        FOR i IN 1..cardinality(stream_names) LOOP
            IF expected[i] = 0 THEN
                INSERT INTO {schema}.{journal}_stream (name, version, codec, state)
                VALUES (stream_names[i], {journal}_append.new_versions[i], codec_version, states[i])
                ON CONFLICT DO NOTHING;
            ELSE
                UPDATE {schema}.{journal}_stream AS s
                SET version = {journal}_append.new_versions[i], codec = codec_version, state = states[i]
                WHERE s.name = stream_names[i] AND s.version = expected[i];
            END IF;

            IF NOT FOUND THEN
                IF cardinality(stream_names) > 1 THEN
                    RAISE EXCEPTION 'another append made the stream first' USING ERRCODE = 'serialization_failure';
                END IF;

                mismatch := stream_names[i];
            END IF;
        END LOOP;
    END IF;

    IF mismatch IS NOT NULL THEN
        -- Whoever wrote it in the meantime may have been the same request.
        SELECT k.request_high = high AND k.request_low = low AS same INTO stored FROM {schema}.{journal}_key AS k WHERE k.name = append_key;
        status := CASE WHEN NOT FOUND THEN 4 WHEN stored.same THEN 2 ELSE 3 END;
        SELECT s.version INTO actual FROM {schema}.{journal}_stream AS s WHERE s.name = mismatch;
        actual := coalesce(actual, 0);
        RETURN;
    END IF;

    INSERT INTO {schema}.{journal}_key (name, request_high, request_low, streams, versions, new_versions)
    VALUES (append_key, high, low, stream_names, expected, {journal}_append.new_versions)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'another append used the key first' USING ERRCODE = 'serialization_failure';
    END IF;

    FOR i IN 1..cardinality(stream_names) LOOP
        IF dues[i] IS NOT NULL THEN
            INSERT INTO {schema}.{journal}_schedule AS s (name, due, due_rest) VALUES (stream_names[i], dues[i], due_rests[i])
            ON CONFLICT (name) DO UPDATE SET due = excluded.due, due_rest = excluded.due_rest, free = '-infinity', fence = 0, attempt = 0
            WHERE s.attempt > 0 OR s.due <> excluded.due OR s.due_rest <> excluded.due_rest;
        ELSIF expected[i] > 0 THEN
            DELETE FROM {schema}.{journal}_schedule AS s WHERE s.name = stream_names[i];
        END IF;
    END LOOP;

    INSERT INTO {schema}.{journal}_record (stream, version, key, kind, occurred, recorded, amount, codec, body)
    SELECT r.stream, r.version, append_key, r.kind, {schema}.{journal}_instant(r.occurred), {schema}.{journal}_instant(r.recorded), r.amount, codec_version, r.body
    FROM unnest(record_streams, record_versions, record_kinds, record_occurred, record_recorded, record_amounts, record_bodies)
        AS r (stream, version, kind, occurred, recorded, amount, body);

    IF cardinality(told_streams) > 0 THEN
        INSERT INTO {schema}.{journal}_outbox (stream, stream_version, kind, at, at_ticks, at_rest, key, properties)
        SELECT o.stream, o.version, o.kind, {schema}.{journal}_instant(o.at), o.ticks, o.rest, o.key, o.properties
        FROM unnest(told_streams, told_versions, told_kinds, told_at, told_ticks, told_rests, told_keys, told_properties)
            WITH ORDINALITY AS o (stream, version, kind, at, ticks, rest, key, properties, place)
        ORDER BY o.place;
    END IF;

    actual := NULL;
    status := 1;
END
$$;

-- Appends many at once, where nothing stands in the way: no key is known, and every stream has the version expected of it. True when all of it is written; false when nothing is,
-- and each append is to be made by itself. A part is what one append writes to one stream; stream_names are the distinct streams, in order, as the last append leaves them.
-- Every row is looked up by its key, whatever the statistics of a table just filled say.
CREATE OR REPLACE FUNCTION {schema}.{journal}_append_all(
    appends integer, part_keys text[], part_highs bigint[], part_lows bigint[], part_streams text[], part_versions bigint[], part_new_versions bigint[],
    stream_names text[], expected bigint[], new_versions bigint[], states bytea[], dues bigint[], due_rests smallint[], codec_version integer,
    record_keys text[], record_streams text[], record_versions bigint[], record_kinds text[], record_occurred bigint[], record_recorded bigint[], record_amounts numeric[], record_bodies bytea[],
    told_streams text[], told_versions bigint[], told_kinds text[], told_at bigint[], told_ticks bigint[], told_rests smallint[], told_keys text[], told_properties text[])
RETURNS boolean
LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off AS $$
DECLARE
    made bigint;
    changed bigint;
BEGIN
    UPDATE {schema}.{journal}_stream AS s
    SET version = w.new_version, codec = codec_version, state = w.state
    FROM unnest(stream_names, expected, {journal}_append_all.new_versions, states) AS w (name, version, new_version, state)
    WHERE w.version > 0 AND s.name = w.name COLLATE "C" AND s.version = w.version;
    GET DIAGNOSTICS changed = ROW_COUNT;

    INSERT INTO {schema}.{journal}_stream (name, version, codec, state)
    SELECT w.name, w.new_version, codec_version, w.state
    FROM unnest(stream_names, expected, {journal}_append_all.new_versions, states) AS w (name, version, new_version, state)
    WHERE w.version = 0
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    IF changed + made <> cardinality(stream_names) THEN
        RAISE EXCEPTION USING ERRCODE = 'CL001';
    END IF;

    INSERT INTO {schema}.{journal}_key (name, request_high, request_low, streams, versions, new_versions)
    SELECT p.key, min(p.high), min(p.low), array_agg(p.stream), array_agg(p.version), array_agg(p.new_version)
    FROM unnest(part_keys, part_highs, part_lows, part_streams, part_versions, part_new_versions) AS p (key, high, low, stream, version, new_version)
    GROUP BY p.key
    ORDER BY p.key COLLATE "C"
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS made = ROW_COUNT;
    IF made <> appends THEN
        RAISE EXCEPTION USING ERRCODE = 'CL001';
    END IF;

    DELETE FROM {schema}.{journal}_schedule AS s USING unnest(stream_names, expected, dues) AS w (name, version, due)
    WHERE w.version > 0 AND w.due IS NULL AND s.name = w.name COLLATE "C";

    INSERT INTO {schema}.{journal}_schedule AS s (name, due, due_rest)
    SELECT w.name, w.due, w.due_rest FROM unnest(stream_names, dues, due_rests) AS w (name, due, due_rest) WHERE w.due IS NOT NULL
    ON CONFLICT (name) DO UPDATE SET due = excluded.due, due_rest = excluded.due_rest, free = '-infinity', fence = 0, attempt = 0
    WHERE s.attempt > 0 OR s.due <> excluded.due OR s.due_rest <> excluded.due_rest;

    INSERT INTO {schema}.{journal}_record (stream, version, key, kind, occurred, recorded, amount, codec, body)
    SELECT r.stream, r.version, r.key, r.kind, {schema}.{journal}_instant(r.occurred), {schema}.{journal}_instant(r.recorded), r.amount, codec_version, r.body
    FROM unnest(record_keys, record_streams, record_versions, record_kinds, record_occurred, record_recorded, record_amounts, record_bodies)
        AS r (key, stream, version, kind, occurred, recorded, amount, body);

    INSERT INTO {schema}.{journal}_outbox (stream, stream_version, kind, at, at_ticks, at_rest, key, properties)
    SELECT o.stream, o.version, o.kind, {schema}.{journal}_instant(o.at), o.ticks, o.rest, o.key, o.properties
    FROM unnest(told_streams, told_versions, told_kinds, told_at, told_ticks, told_rests, told_keys, told_properties)
        WITH ORDINALITY AS o (stream, version, kind, at, ticks, rest, key, properties, place)
    ORDER BY o.place;

    RETURN true;
EXCEPTION WHEN SQLSTATE 'CL001' THEN
    RETURN false;
END
$$;

UPDATE {schema}.customerlifecycle_journal SET schema = 4 WHERE name = '{journal}' AND schema < 4;
