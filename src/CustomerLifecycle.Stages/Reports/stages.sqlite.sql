-- What reports read of stages. Instants are ISO 8601 text in UTC.

DROP VIEW IF EXISTS stage_history;

-- Where each customer has been, as told last: rows that a late event retracted are gone. What time did since the last event or advance is not in it.
-- A record takes back so many of the last rows and adds some: it leaves a row alone when its own first row stands above it.
CREATE VIEW stage_history AS
WITH
    told AS (
        SELECT r.stream_id, s.name AS stream, r.version, CAST(r.body AS TEXT) AS json FROM {journal}_record AS r JOIN {journal}_stream AS s ON s.id = r.stream_id),
    counted AS (
        SELECT *, coalesce(json ->> '$.retracted', 0) AS retracted, json_array_length(json, '$.added') AS added, instr(stream, '/') AS first_slash,
            instr(stream, '/') + instr(substr(stream, instr(stream, '/') + 1), '/') AS second_slash
        FROM told),
    placed AS (
        SELECT *, sum(added) OVER earlier - added - sum(retracted) OVER earlier AS first
        FROM counted WINDOW earlier AS (PARTITION BY stream_id ORDER BY version)),
    kept AS (
        SELECT *, min(first) OVER (PARTITION BY stream_id ORDER BY version ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS cut FROM placed)
SELECT
    substr(k.stream, k.second_slash + 1) AS customer,
    replace(replace(substr(k.stream, 1, k.first_slash - 1), '~1', '/'), '~0', '~') AS model,
    nullif(replace(replace(substr(k.stream, k.first_slash + 1, k.second_slash - k.first_slash - 1), '~1', '/'), '~0', '~'), '') AS partition,
    k.first + entry.key + 1 AS place,
    entry.value ->> '$.at' AS entered,
    lead(entry.value ->> '$.at') OVER (PARTITION BY k.stream_id ORDER BY k.first + entry.key) AS left_at,
    entry.value ->> '$.from' AS from_stage,
    entry.value ->> '$.to' AS stage,
    entry.value ->> '$.cause' AS cause,
    entry.value ->> '$.reason' AS reason,
    entry.value ->> '$.version' AS model_version,
    k.json ->> '$.recorded' AS recorded
FROM kept AS k, json_each(k.json, '$.added') AS entry
WHERE k.cut IS NULL OR k.first + entry.key + 1 <= k.cut;
