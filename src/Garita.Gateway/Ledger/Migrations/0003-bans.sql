-- Bans, and for a week after their end the memory of them, so that a repeat is punished harder.
-- origin 0: a rule, 1: an administrator. step: the place in bans.steps, -1 where an administrator chose the time.
CREATE TABLE ban (
    network TEXT PRIMARY KEY,
    reason  TEXT NOT NULL,
    rule    TEXT NOT NULL,
    origin  INTEGER NOT NULL,
    made    INTEGER NOT NULL,
    until   INTEGER NOT NULL,
    step    INTEGER NOT NULL
) WITHOUT ROWID;
