-- Networks (kind 0: IPv4 /24, IPv6 /48) and sender domains (kind 1) from which mail was accepted: the last day and the one before, as day numbers.
CREATE TABLE trust (
    kind   INTEGER NOT NULL,
    key    INTEGER NOT NULL,
    last   INTEGER NOT NULL,
    before INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
