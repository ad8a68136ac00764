-- Views for reports and for those who watch. What the bytes say is in the views of the package that wrote them.

-- Records by UTC day and kind, with what they sum to.
CREATE VIEW {schema}.{journal}_by_day AS
SELECT (occurred AT TIME ZONE 'UTC')::date AS day, kind, count(*) AS records, sum(amount) AS amount
FROM {schema}.{journal}_record
GROUP BY 1, 2;

-- Streams that time will change, and who is at it.
CREATE VIEW {schema}.{journal}_due AS
SELECT name AS stream, version, {schema}.{journal}_instant(greatest(due / 10, -188000000000000000)) AS due, nullif(due_free, '-infinity') AS claimed_until, due_attempt AS attempts
FROM {schema}.{journal}_stream
WHERE due IS NOT NULL;

-- What the outside is still to be told, and what was set aside.
CREATE VIEW {schema}.{journal}_outbox_by_kind AS
SELECT kind, count(written) AS waiting, count(*) - count(written) AS dead, min(written) AS oldest, max(attempt) AS attempts
FROM (
    SELECT kind, written, attempt FROM {schema}.{journal}_outbox
    UNION ALL
    SELECT kind, NULL, attempt FROM {schema}.{journal}_dead_letter
) AS told
GROUP BY kind;

UPDATE {schema}.customerlifecycle_journal SET schema = 3 WHERE name = '{journal}' AND schema < 3;
