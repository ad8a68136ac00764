-- What the ERP has had for years. Its reports and its other programs read these tables: nobody may change them.

CREATE TABLE account (
    account_id INTEGER PRIMARY KEY,
    code       TEXT NOT NULL COLLATE NOCASE,   -- to the ERP, 'anna' and 'Anna' are the same
    opened_on  TEXT NOT NULL
);

CREATE TABLE booking (
    booking_id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (account_id),
    booked_on  TEXT NOT NULL,                  -- a day; the ERP knows no time
    type       TEXT NOT NULL,
    quantity   NUMERIC                         -- a double where it is not whole
);
