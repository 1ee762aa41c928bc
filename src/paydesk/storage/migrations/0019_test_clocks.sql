-- In the sandbox a test moves the clock of its account. Deliveries and refunds wait by the server's.
CREATE TABLE test_clocks (
    account text PRIMARY KEY REFERENCES accounts (id),
    ahead_seconds integer NOT NULL CHECK (ahead_seconds > 0)
) STRICT;
