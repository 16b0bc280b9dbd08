-- Messages that are kept instead of delivered. The octets are in DATA/quarantine; entry is the same JSON as in the file beside them.
-- state: see QuarantineState. room: octets that are charged to the tenant. twin: SHA-256 of envelope and message.
CREATE TABLE quarantine (
    number INTEGER PRIMARY KEY,
    id     TEXT NOT NULL UNIQUE,
    tenant TEXT NOT NULL,
    kept   INTEGER NOT NULL,
    state  INTEGER NOT NULL,
    room   INTEGER NOT NULL,
    twin   BLOB NOT NULL,
    entry  TEXT NOT NULL
);
CREATE INDEX quarantine_by_time ON quarantine (kept);
CREATE INDEX quarantine_by_tenant ON quarantine (tenant, kept);
CREATE INDEX quarantine_by_twin ON quarantine (twin);
CREATE INDEX quarantine_by_state ON quarantine (state) WHERE state = 1;

-- To whom: address in lower case. extra: chosen at a release, not in the envelope.
CREATE TABLE quarantine_recipient (
    quarantine INTEGER NOT NULL,
    place      INTEGER NOT NULL,
    address    TEXT NOT NULL,
    state      INTEGER NOT NULL,
    extra      INTEGER NOT NULL,
    PRIMARY KEY (quarantine, place)
) WITHOUT ROWID;
CREATE INDEX quarantine_by_recipient ON quarantine_recipient (address, quarantine);

-- What is searched in; rowid is the number.
CREATE VIRTUAL TABLE quarantine_text USING fts5 (sender, recipient, subject, rule, tokenize = 'unicode61 remove_diacritics 2');

-- When a recipient was told last of what is kept for it.
CREATE TABLE quarantine_digest (
    tenant    TEXT NOT NULL,
    recipient TEXT NOT NULL,
    sent      INTEGER NOT NULL,
    PRIMARY KEY (tenant, recipient)
) WITHOUT ROWID;
