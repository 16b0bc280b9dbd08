-- Times are microseconds since 1970 UTC.

-- One row a decision record, the same JSON as in decisions/*.jsonl.
CREATE TABLE decision (
    id     INTEGER PRIMARY KEY,
    time   INTEGER NOT NULL,
    record TEXT NOT NULL
);

-- Whom a decision mentions: session, client, sender, recipients. See MentionKeys.cs for the key, DecisionTable.cs for the part.
CREATE TABLE mention (
    part     INTEGER NOT NULL,
    key      INTEGER NOT NULL,
    decision INTEGER NOT NULL,
    PRIMARY KEY (part, key, decision)
) WITHOUT ROWID;

-- What administrators did. Kept for ever.
CREATE TABLE audit (
    id           INTEGER PRIMARY KEY,
    time         INTEGER NOT NULL,
    who          TEXT NOT NULL,
    place        TEXT NOT NULL,
    what         TEXT NOT NULL,
    state_before TEXT,
    state_after  TEXT
);

-- Exceptions made by a verb; those of the settings are not here. Rules are slugs with spaces between.
CREATE TABLE exception (
    id        TEXT PRIMARY KEY,
    client    TEXT,
    helo      TEXT,
    sender    TEXT,
    recipient TEXT,
    rules     TEXT NOT NULL,
    block     INTEGER NOT NULL,
    until     INTEGER,
    comment   TEXT NOT NULL
) WITHOUT ROWID;

-- Deliveries whose answer may not have arrived.
CREATE TABLE delivery (
    key     BLOB PRIMARY KEY,
    session TEXT NOT NULL,
    until   INTEGER NOT NULL
) WITHOUT ROWID;

-- Recipients that the mail server refused late. An empty sender is the null reverse-path.
CREATE TABLE refusal (
    recipient  TEXT NOT NULL,
    any_sender INTEGER NOT NULL,
    sender     TEXT NOT NULL,
    code       INTEGER NOT NULL,
    enhanced   TEXT NOT NULL,
    until      INTEGER NOT NULL,
    PRIMARY KEY (recipient, any_sender, sender)
) WITHOUT ROWID;
