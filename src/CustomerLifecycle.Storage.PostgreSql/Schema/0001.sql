-- The tables of one journal. {schema} is a quoted schema name, {journal} the journal's name: a to z, 0 to 9 and _.
-- Text is compared by code point everywhere: COLLATE "C" compares the bytes of UTF-8.
-- occurred, recorded and at are for reports, to the microsecond; what counts to the nanosecond is in the bodies, and in due, which is whole ticks of 100 nanoseconds since 1970
-- with the 0 to 99 nanoseconds above them.

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

    FOR i IN 1..cardinality(stream_names) LOOP
        SELECT s.version INTO actual FROM {schema}.{journal}_stream AS s WHERE s.name = stream_names[i] FOR UPDATE;
        IF NOT FOUND THEN
            -- There is no row to lock yet: those who would make it take turns.
            PERFORM pg_advisory_xact_lock(hashtextextended('{journal}:' || stream_names[i], 0));
            SELECT s.version INTO actual FROM {schema}.{journal}_stream AS s WHERE s.name = stream_names[i] FOR UPDATE;
        END IF;

        IF coalesce(actual, 0) <> expected[i] THEN
            -- Whoever wrote it in the meantime may have been the same request.
            SELECT k.request_high = high AND k.request_low = low AS same INTO stored FROM {schema}.{journal}_key AS k WHERE k.name = append_key;
            status := CASE WHEN NOT FOUND THEN 4 WHEN stored.same THEN 2 ELSE 3 END;
            mismatch := stream_names[i];
            actual := coalesce(actual, 0);
            RETURN;
        END IF;
    END LOOP;

    actual := NULL;
    INSERT INTO {schema}.{journal}_key (name, request_high, request_low, streams, versions, new_versions)
    VALUES (append_key, high, low, stream_names, expected, {journal}_append.new_versions)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        SELECT k.request_high = high AND k.request_low = low AS same INTO stored FROM {schema}.{journal}_key AS k WHERE k.name = append_key;
        status := CASE WHEN stored.same THEN 2 ELSE 3 END;
        RETURN;
    END IF;

    FOR i IN 1..cardinality(stream_names) LOOP
        IF expected[i] = 0 THEN
            INSERT INTO {schema}.{journal}_stream (name, version, codec, state, due, due_rest)
            VALUES (stream_names[i], {journal}_append.new_versions[i], codec_version, states[i], dues[i], due_rests[i]);
        ELSE
            UPDATE {schema}.{journal}_stream AS s
            SET version = {journal}_append.new_versions[i], codec = codec_version, state = states[i], due = dues[i], due_rest = due_rests[i],
                due_free = '-infinity', due_fence = s.due_fence + 1, due_attempt = 0
            WHERE s.name = stream_names[i];
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

    status := 1;
END
$$;
