-- What is counted of recipients asked for, so that a restart is no fresh start for a harvester: a row a part, written every minute when it changed.
-- Addresses are in it as keyed hashes only; the key is in the part "clock".
CREATE TABLE harvest (
    part    TEXT PRIMARY KEY,
    written INTEGER NOT NULL,
    state   BLOB NOT NULL
) WITHOUT ROWID;
