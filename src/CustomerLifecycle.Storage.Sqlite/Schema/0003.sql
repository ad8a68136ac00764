-- Views for reports and for those who watch. What the bytes say is in the views of the package that wrote them.

-- Records by UTC day and kind, with what they sum to: exactly where amounts are whole, else as floating point.
CREATE VIEW {journal}_by_day AS
SELECT date(occurred / 10000000, 'unixepoch') AS day, kind, count(*) AS records, sum(amount) AS amount
FROM {journal}_record
GROUP BY 1, 2;

-- Streams that time will change, and who is at it.
CREATE VIEW {journal}_due AS
SELECT
    name AS stream, version, strftime('%Y-%m-%dT%H:%M:%SZ', due / 10000000, 'unixepoch') AS due,
    CASE WHEN due_free > 0 THEN strftime('%Y-%m-%dT%H:%M:%SZ', due_free / 10000000, 'unixepoch') END AS claimed_until, due_attempt AS attempts
FROM {journal}_stream
WHERE due IS NOT NULL;

-- What the outside is still to be told, and what was set aside.
CREATE VIEW {journal}_outbox_by_kind AS
SELECT kind, count(written) AS waiting, count(*) - count(written) AS dead, strftime('%Y-%m-%dT%H:%M:%SZ', min(written) / 10000000, 'unixepoch') AS oldest, max(attempt) AS attempts
FROM (
    SELECT kind, written, attempt FROM {journal}_outbox
    UNION ALL
    SELECT kind, NULL, attempt FROM {journal}_dead_letter
)
GROUP BY kind;
