-- Audits of the host. The same audit is that of the same root as the same roles; report is the JSON that garita harden audit --json prints.
CREATE TABLE hardening (
    id     INTEGER PRIMARY KEY,
    time   INTEGER NOT NULL,
    root   TEXT NOT NULL,
    roles  TEXT NOT NULL,
    report TEXT NOT NULL
);
CREATE INDEX hardening_by_root ON hardening (root, roles, id);
