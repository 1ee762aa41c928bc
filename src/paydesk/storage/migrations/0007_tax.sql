-- The taxes of a line as they were decided, so that nothing asks for them again.
ALTER TABLE line_items ADD COLUMN taxes text;

-- Settings and registrations as one value: what a new session with automatic tax copies.
CREATE TABLE tax_settings (
    account text PRIMARY KEY REFERENCES accounts (id),
    seller text NOT NULL
) STRICT;

CREATE TABLE tax_rates (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    active integer NOT NULL CHECK (active IN (0, 1)),
    inclusive integer NOT NULL CHECK (inclusive IN (0, 1)),
    percentage text NOT NULL,
    display_name text NOT NULL,
    description text,
    country text,
    state text,
    jurisdiction text,
    tax_type text,
    metadata text NOT NULL
) STRICT;

CREATE INDEX tax_rates_by_account ON tax_rates (account, id);
CREATE INDEX tax_rates_by_activity ON tax_rates (account, active, id);
