-- What reports read of the point ledger. Members, keys and lots are the host's own names; instants are to the microsecond, and NULL where there is none.

DROP VIEW IF EXISTS {schema}.loyalty_lots;
DROP VIEW IF EXISTS {schema}.loyalty_movements;

-- Every lot, spent ones too, as the member's last posting left it. What time did since then is not in it: points in "open" are unusable from "expires" on.
CREATE VIEW {schema}.loyalty_lots AS
SELECT
    s.json ->> 'member' AS member,
    book ->> 'currency' AS currency,
    lot ->> 'key' AS lot,
    (ARRAY['earn', 'adjustment', 'transfer', 'reinstated', 'grace'])[coalesce((lot ->> 'kind')::integer, 0) + 1] AS kind,
    (lot ->> 'earned')::timestamptz AS earned,
    (lot ->> 'recorded')::timestamptz AS recorded,
    nullif(lot ->> 'opens', 'never')::timestamptz AS opens,
    nullif(lot ->> 'expires', 'never')::timestamptz AS expires,
    coalesce((lot ->> 'original')::bigint, 0) AS original,
    coalesce((lot ->> 'open')::bigint, 0) AS open,
    coalesce((lot ->> 'pending')::bigint, 0) AS pending,
    coalesce((lot ->> 'held')::bigint, 0) AS held,
    coalesce((lot ->> 'due')::bigint, 0) AS due,               -- lapsed, and not yet booked by a sweep
    coalesce((lot ->> 'lapsed')::bigint, 0) AS lapsed,         -- so far, booked or not
    coalesce((lot ->> 'refunded')::bigint, 0) AS refunded,
    s.version
FROM (SELECT version, convert_from(state, 'UTF8')::jsonb AS json FROM {schema}.{journal}_stream) AS s
CROSS JOIN LATERAL jsonb_array_elements(s.json -> 'books') AS book
CROSS JOIN LATERAL (
    SELECT live FROM jsonb_array_elements(book -> 'lots') AS live
    UNION ALL
    -- Of what is over: lots that ever had points, and not what was written about one that still has.
    SELECT past FROM jsonb_array_elements(book -> 'archive') AS past
    WHERE past ->> 'is' = 'lot' AND (past ->> 'original')::bigint > 0
        AND coalesce((past ->> 'open')::bigint, 0) = 0 AND coalesce((past ->> 'pending')::bigint, 0) = 0
        AND coalesce((past ->> 'held')::bigint, 0) = 0 AND coalesce((past ->> 'due')::bigint, 0) = 0
        AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements(book -> 'lots') AS live WHERE live ->> 'key' = past ->> 'key')
) AS lots (lot);

-- Every movement of every posting: points that leave one account and arrive in another.
CREATE VIEW {schema}.loyalty_movements AS
SELECT
    r.stream AS member,
    r.json ->> 'currency' AS currency,
    r.key AS posting,
    r.kind,
    r.version,
    m.place,
    coalesce((m.movement ->> 'effective')::timestamptz, r.occurred) AS effective,
    r.recorded,
    m.movement ->> 'lot' AS lot,
    names.account[(m.movement ->> 'from')::integer + 1] AS from_account,
    names.account[(m.movement ->> 'to')::integer + 1] AS to_account,
    (m.movement ->> 'points')::bigint AS points,
    coalesce((m.movement ->> 'elapsed')::boolean, false) AS elapsed  -- brought about by time alone, and written down by this posting
FROM (SELECT stream, version, key, kind, occurred, recorded, convert_from(body, 'UTF8')::jsonb AS json FROM {schema}.{journal}_record) AS r
CROSS JOIN LATERAL jsonb_array_elements(r.json -> 'movements') WITH ORDINALITY AS m (movement, place)
CROSS JOIN (SELECT ARRAY[
    'open', 'pending', 'held', 'due', 'debt', 'issued', 'adjusted', 'written-off', 'redeemed', 'expired', 'forfeited', 'transferred', 'lifetime-earned', 'lifetime-redeemed', 'lifetime-expired', 'memorandum'
] AS account) AS names;
