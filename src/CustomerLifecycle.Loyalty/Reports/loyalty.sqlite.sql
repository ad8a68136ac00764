-- What reports read of the point ledger. Members, keys and lots are the host's own names; instants are ISO 8601 text in UTC, and NULL where there is none.

DROP VIEW IF EXISTS loyalty_lots;
DROP VIEW IF EXISTS loyalty_movements;

-- Every lot, spent ones too, as the member's last posting left it. What time did since then is not in it: points in "open" are unusable from "expires" on.
CREATE VIEW loyalty_lots AS
WITH
    book AS (
        SELECT s.version, CAST(s.state AS TEXT) ->> '$.member' AS member, b.value AS json
        FROM {journal}_stream AS s, json_each(CAST(s.state AS TEXT), '$.books') AS b),
    lot AS (
        SELECT book.version, book.member, book.json ->> '$.currency' AS currency, live.value AS json
        FROM book, json_each(book.json, '$.lots') AS live
        UNION ALL
        -- Of what is over: lots that ever had points, and not what was written about one that still has.
        SELECT book.version, book.member, book.json ->> '$.currency', past.value
        FROM book, json_each(book.json, '$.archive') AS past
        WHERE past.value ->> '$.is' = 'lot' AND past.value ->> '$.original' > 0
            AND coalesce(past.value ->> '$.open', 0) = 0 AND coalesce(past.value ->> '$.pending', 0) = 0
            AND coalesce(past.value ->> '$.held', 0) = 0 AND coalesce(past.value ->> '$.due', 0) = 0
            AND NOT EXISTS (SELECT 1 FROM json_each(book.json, '$.lots') AS live WHERE live.value ->> '$.key' = past.value ->> '$.key'))
SELECT
    member,
    currency,
    json ->> '$.key' AS lot,
    CASE coalesce(json ->> '$.kind', 0) WHEN 0 THEN 'earn' WHEN 1 THEN 'adjustment' WHEN 2 THEN 'transfer' WHEN 3 THEN 'reinstated' WHEN 4 THEN 'grace' END AS kind,
    json ->> '$.earned' AS earned,
    json ->> '$.recorded' AS recorded,
    nullif(json ->> '$.opens', 'never') AS opens,
    nullif(json ->> '$.expires', 'never') AS expires,
    coalesce(json ->> '$.original', 0) AS original,
    coalesce(json ->> '$.open', 0) AS open,
    coalesce(json ->> '$.pending', 0) AS pending,
    coalesce(json ->> '$.held', 0) AS held,
    coalesce(json ->> '$.due', 0) AS due,             -- lapsed, and not yet booked by a sweep
    coalesce(json ->> '$.lapsed', 0) AS lapsed,       -- so far, booked or not
    coalesce(json ->> '$.refunded', 0) AS refunded,
    version
FROM lot;

-- Every movement of every posting: points that leave one account and arrive in another.
CREATE VIEW loyalty_movements AS
WITH
    account (number, name) AS (VALUES
        (0, 'open'), (1, 'pending'), (2, 'held'), (3, 'due'), (4, 'debt'), (5, 'issued'), (6, 'adjusted'), (7, 'written-off'), (8, 'redeemed'), (9, 'expired'), (10, 'forfeited'),
        (11, 'transferred'), (12, 'lifetime-earned'), (13, 'lifetime-redeemed'), (14, 'lifetime-expired'), (15, 'memorandum')),
    record AS (
        SELECT s.name AS member, k.name AS posting, r.kind, r.version, CAST(r.body AS TEXT) AS json
        FROM {journal}_record AS r JOIN {journal}_stream AS s ON s.id = r.stream_id JOIN {journal}_key AS k ON k.id = r.key_id)
SELECT
    record.member,
    record.json ->> '$.currency' AS currency,
    record.posting,
    record.kind,
    record.version,
    m.key + 1 AS place,
    coalesce(m.value ->> '$.effective', record.json ->> '$.effective', record.json ->> '$.recorded') AS effective,
    record.json ->> '$.recorded' AS recorded,
    m.value ->> '$.lot' AS lot,
    (SELECT name FROM account WHERE number = m.value ->> '$.from') AS from_account,
    (SELECT name FROM account WHERE number = m.value ->> '$.to') AS to_account,
    m.value ->> '$.points' AS points,
    coalesce(m.value ->> '$.elapsed', 0) AS elapsed   -- brought about by time alone, and written down by this posting
FROM record, json_each(record.json, '$.movements') AS m;
