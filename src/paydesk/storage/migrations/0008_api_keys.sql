-- Keys that an operator made. The key itself is nowhere: sha256 is what is left of it.
CREATE TABLE api_keys (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('secret', 'publishable')),
    name text NOT NULL,
    sha256 text NOT NULL UNIQUE,
    last4 text NOT NULL,
    revoked integer
) STRICT;
