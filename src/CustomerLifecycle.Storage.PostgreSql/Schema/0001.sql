-- The tables of one journal. {schema} is a quoted schema name of A to Z, a to z, 0 to 9, _ and -, {journal} the journal's name: a to z, 0 to 9 and _.
-- Text is compared by code point everywhere: COLLATE "C" compares the bytes of UTF-8.
-- occurred, recorded and at are for reports, to the microsecond; what counts to the nanosecond is in the bodies, and in due, which is whole ticks of 100 nanoseconds since 1970
-- with the 0 to 99 nanoseconds above them.

-- How far each journal's tables are: the last of these steps, and the newest version of the codec that wrote; 0 for none yet.
CREATE TABLE IF NOT EXISTS {schema}.customerlifecycle_journal (
    name   text    PRIMARY KEY,
    schema integer NOT NULL,
    codec  integer NOT NULL
);

CREATE TABLE {schema}.{journal}_stream (
    name        text COLLATE "C" NOT NULL,
    version     bigint           NOT NULL,            -- records so far
    codec       integer          NOT NULL,            -- the version that the state was written in
    state       bytea            NOT NULL,
    due         bigint,                               -- when time alone will next change the state; NULL for never
    due_rest    smallint,
    due_free    timestamptz      NOT NULL DEFAULT '-infinity', -- nobody may claim it before, by this server's clock
    due_fence   bigint           NOT NULL DEFAULT 0,  -- tells claims of this stream apart
    due_attempt integer          NOT NULL DEFAULT 0,  -- claims since the last append
    PRIMARY KEY (name)
) PARTITION BY HASH (name);

CREATE INDEX {journal}_stream_due ON {schema}.{journal}_stream (due, due_rest, name) WHERE due IS NOT NULL;

CREATE TABLE {schema}.{journal}_record (
    stream   text COLLATE "C" NOT NULL,
    version  bigint           NOT NULL,
    key      text COLLATE "C" NOT NULL,
    kind     text             NOT NULL,
    occurred timestamptz      NOT NULL,
    recorded timestamptz      NOT NULL,
    amount   numeric,
    codec    integer          NOT NULL,
    body     bytea            NOT NULL,
    PRIMARY KEY (stream, version)
) PARTITION BY HASH (stream);

CREATE TABLE {schema}.{journal}_key (
    name         text COLLATE "C" NOT NULL,           -- the idempotency key
    request_high bigint           NOT NULL,           -- the hash of what was asked
    request_low  bigint           NOT NULL,
    streams      text[] COLLATE "C" NOT NULL,         -- what was written under it: streams, the version before, the version after
    versions     bigint[]         NOT NULL,
    new_versions bigint[]         NOT NULL,
    PRIMARY KEY (name)
) PARTITION BY HASH (name);

DO $$
BEGIN
    FOR i IN 0..15 LOOP
        EXECUTE format('CREATE TABLE {schema}.{journal}_stream_%s PARTITION OF {schema}.{journal}_stream FOR VALUES WITH (MODULUS 16, REMAINDER %s) WITH (fillfactor = 80)', i, i);
        EXECUTE format('CREATE TABLE {schema}.{journal}_record_%s PARTITION OF {schema}.{journal}_record FOR VALUES WITH (MODULUS 16, REMAINDER %s)', i, i);
        EXECUTE format('CREATE TABLE {schema}.{journal}_key_%s PARTITION OF {schema}.{journal}_key FOR VALUES WITH (MODULUS 16, REMAINDER %s)', i, i);
    END LOOP;
END
$$;

CREATE TABLE {schema}.{journal}_outbox (
    position       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    stream         text COLLATE "C" NOT NULL,
    stream_version bigint           NOT NULL,
    kind           text             NOT NULL,
    at             timestamptz      NOT NULL,
    at_ticks       bigint           NOT NULL,
    at_rest        smallint         NOT NULL,
    key            text             NOT NULL,
    properties     text             NOT NULL,         -- a JSON object, as it was written
    free           timestamptz      NOT NULL DEFAULT '-infinity', -- nobody may claim it before, by this server's clock
    fence          bigint           NOT NULL DEFAULT 0,
    attempt        integer          NOT NULL DEFAULT 0
) WITH (fillfactor = 80);

-- The instant of a number of microseconds since 1970.
CREATE FUNCTION {schema}.{journal}_instant(microseconds bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT timestamptz 'epoch' + microseconds * interval '1 microsecond' $$;

-- Appends to one or more streams, all or nothing, in one call. Streams come in order of their names.
-- status: 1 appended, 2 replayed, 3 key conflict, 4 version conflict at mismatch, whose version is actual.
-- Whoever loses a race after having written something fails with serialization_failure: nothing of it stays, and the same call finds out who won.
CREATE FUNCTION {schema}.{journal}_append(
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
                INSERT INTO {schema}.{journal}_stream (name, version, codec, state, due, due_rest)
                VALUES (stream_names[i], {journal}_append.new_versions[i], codec_version, states[i], dues[i], due_rests[i])
                ON CONFLICT DO NOTHING;
            ELSE
                UPDATE {schema}.{journal}_stream AS s
                SET version = {journal}_append.new_versions[i], codec = codec_version, state = states[i], due = dues[i], due_rest = due_rests[i],
                    due_free = '-infinity', due_fence = s.due_fence + 1, due_attempt = 0
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
CREATE FUNCTION {schema}.{journal}_append_all(
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
    SET version = w.new_version, codec = codec_version, state = w.state, due = w.due, due_rest = w.due_rest, due_free = '-infinity', due_fence = s.due_fence + 1, due_attempt = 0
    FROM unnest(stream_names, expected, {journal}_append_all.new_versions, states, dues, due_rests) AS w (name, version, new_version, state, due, due_rest)
    WHERE w.version > 0 AND s.name = w.name COLLATE "C" AND s.version = w.version;
    GET DIAGNOSTICS changed = ROW_COUNT;

    INSERT INTO {schema}.{journal}_stream (name, version, codec, state, due, due_rest)
    SELECT w.name, w.new_version, codec_version, w.state, w.due, w.due_rest
    FROM unnest(stream_names, expected, {journal}_append_all.new_versions, states, dues, due_rests) AS w (name, version, new_version, state, due, due_rest)
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

INSERT INTO {schema}.customerlifecycle_journal (name, schema, codec) VALUES ('{journal}', 1, 0);
