CREATE TABLE customers (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    deleted integer NOT NULL CHECK (deleted IN (0, 1)),
    email text,
    name text,
    phone text,
    tax_exempt text NOT NULL CHECK (tax_exempt IN ('none', 'exempt', 'reverse')),
    address text,
    shipping text,
    metadata text NOT NULL,
    details text NOT NULL
) STRICT;

CREATE INDEX customers_by_account ON customers (account, deleted, id);
CREATE INDEX customers_by_email ON customers (account, deleted, email, id)
    WHERE email IS NOT NULL;

-- Customer NULL: the account's own.
CREATE TABLE tax_ids (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    customer text REFERENCES customers (id),
    created integer NOT NULL,
    type text NOT NULL,
    value text NOT NULL,
    verification text NOT NULL
        CHECK (verification IN ('verified', 'unverified', 'pending', 'unavailable'))
) STRICT;

CREATE INDEX tax_ids_by_account ON tax_ids (account, id);
CREATE INDEX tax_ids_by_customer ON tax_ids (customer, id) WHERE customer IS NOT NULL;
