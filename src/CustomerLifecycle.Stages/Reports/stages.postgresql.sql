-- What reports read of stages.

DROP VIEW IF EXISTS {schema}.stage_history;

-- Where each customer has been, as told last: rows that a late event retracted are gone. What time did since the last event or advance is not in it.
-- A record takes back so many of the last rows and adds some: it leaves a row alone when its own first row stands above it.
CREATE VIEW {schema}.stage_history AS
WITH
    told AS (
        SELECT stream, version, recorded, convert_from(body, 'UTF8')::jsonb AS json FROM {schema}.{journal}_record),
    counted AS (
        SELECT *, coalesce((json ->> 'retracted')::bigint, 0) AS retracted, jsonb_array_length(json -> 'added') AS added FROM told),
    placed AS (
        SELECT *, (sum(added) OVER earlier - added - sum(retracted) OVER earlier)::bigint AS first
        FROM counted WINDOW earlier AS (PARTITION BY stream ORDER BY version)),
    kept AS (
        SELECT *, min(first) OVER (PARTITION BY stream ORDER BY version ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS cut FROM placed)
SELECT
    substr(k.stream, length(split_part(k.stream, '/', 1)) + length(split_part(k.stream, '/', 2)) + 3) AS customer,
    replace(replace(split_part(k.stream, '/', 1), '~1', '/'), '~0', '~') AS model,
    nullif(replace(replace(split_part(k.stream, '/', 2), '~1', '/'), '~0', '~'), '') AS partition,
    k.first + entry.place AS place,
    (entry.json ->> 'at')::timestamptz AS entered,
    lead((entry.json ->> 'at')::timestamptz) OVER (PARTITION BY k.stream ORDER BY k.first + entry.place) AS left_at,
    entry.json ->> 'from' AS from_stage,
    entry.json ->> 'to' AS stage,
    entry.json ->> 'cause' AS cause,
    entry.json ->> 'reason' AS reason,
    (entry.json ->> 'version')::integer AS model_version,
    k.recorded
FROM kept AS k
CROSS JOIN LATERAL jsonb_array_elements(k.json -> 'added') WITH ORDINALITY AS entry (json, place)
WHERE k.cut IS NULL OR k.first + entry.place <= k.cut;
