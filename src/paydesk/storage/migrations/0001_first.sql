-- Times are Unix seconds unless the name says otherwise; amounts are minor units.
-- Ids begin with time, so that ordering by id is ordering by age.

CREATE TABLE accounts (
    id text PRIMARY KEY,
    created integer NOT NULL,
    webhook_secret text NOT NULL
) STRICT;

-- A merchant may choose a product's id, so it is theirs alone.
CREATE TABLE products (
    id text NOT NULL,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    updated integer NOT NULL,
    active integer NOT NULL CHECK (active IN (0, 1)),
    name text NOT NULL,
    description text,
    images text NOT NULL,
    metadata text NOT NULL,
    default_price text,
    shippable integer CHECK (shippable IN (0, 1)),
    statement_descriptor text,
    tax_code text,
    unit_label text,
    url text,
    PRIMARY KEY (account, id)
) STRICT;

CREATE INDEX products_by_activity ON products (account, active, id);

CREATE TABLE prices (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    active integer NOT NULL CHECK (active IN (0, 1)),
    currency text NOT NULL,
    product text NOT NULL,
    unit_amount text NOT NULL,
    tax_behavior text NOT NULL CHECK (tax_behavior IN ('exclusive', 'inclusive', 'unspecified')),
    lookup_key text,
    nickname text,
    metadata text NOT NULL,
    FOREIGN KEY (account, product) REFERENCES products (account, id)
) STRICT;

CREATE INDEX prices_by_account ON prices (account, id);
CREATE INDEX prices_by_activity ON prices (account, active, id);
CREATE INDEX prices_by_product ON prices (account, product, id);
CREATE UNIQUE INDEX prices_by_lookup_key ON prices (account, lookup_key)
    WHERE lookup_key IS NOT NULL;

CREATE TABLE sessions (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    expires_at integer NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'complete', 'expired')),
    payment_status text NOT NULL
        CHECK (payment_status IN ('paid', 'unpaid', 'no_payment_required')),
    version integer NOT NULL,
    currency text NOT NULL,
    amount_subtotal integer NOT NULL CHECK (amount_subtotal >= 0),
    amount_tax integer NOT NULL CHECK (amount_tax >= 0),
    amount_total integer NOT NULL CHECK (amount_total BETWEEN 0 AND 99999999),
    automatic_tax integer NOT NULL CHECK (automatic_tax IN (0, 1)),
    tax_status text CHECK (tax_status IN ('requires_location_inputs', 'complete', 'failed')),
    payment_intent text,
    buyer_email text,
    customer_details text,
    tax_location text,
    metadata text NOT NULL,
    settings text NOT NULL,
    CHECK (status <> 'complete' OR payment_status <> 'unpaid')
) STRICT;

CREATE INDEX sessions_by_account ON sessions (account, id);
CREATE INDEX sessions_by_status ON sessions (account, status, id);
CREATE INDEX sessions_by_intent ON sessions (payment_intent) WHERE payment_intent IS NOT NULL;
CREATE INDEX sessions_by_email ON sessions (account, buyer_email, id)
    WHERE buyer_email IS NOT NULL;
CREATE INDEX sessions_to_expire ON sessions (expires_at) WHERE status = 'open';

CREATE TABLE line_items (
    id text PRIMARY KEY,
    session text NOT NULL REFERENCES sessions (id),
    position integer NOT NULL,
    price text NOT NULL REFERENCES prices (id),
    quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 999999),
    adjustable integer CHECK (adjustable IN (0, 1)),
    minimum integer CHECK (minimum BETWEEN 0 AND 999999),
    maximum integer CHECK (maximum BETWEEN 1 AND 999999),
    amount_subtotal integer NOT NULL CHECK (amount_subtotal >= 0),
    amount_tax integer NOT NULL CHECK (amount_tax >= 0),
    amount_total integer NOT NULL CHECK (amount_total >= 0),
    metadata text NOT NULL,
    CHECK (coalesce(adjustable, 0) = 0
        OR quantity BETWEEN coalesce(minimum, 0) AND coalesce(maximum, 99))
) STRICT;

CREATE UNIQUE INDEX line_items_by_session ON line_items (session, position);

CREATE TABLE payment_methods (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    token text NOT NULL,
    card text NOT NULL,
    billing text NOT NULL,
    metadata text NOT NULL
) STRICT;

CREATE TABLE payment_intents (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    session text NOT NULL REFERENCES sessions (id),
    amount integer NOT NULL CHECK (amount > 0),
    amount_received integer NOT NULL CHECK (amount_received IN (0, amount)),
    currency text NOT NULL,
    status text NOT NULL CHECK (status IN (
        'requires_payment_method', 'requires_action', 'processing', 'succeeded', 'canceled')),
    client_secret text NOT NULL,
    payment_method text REFERENCES payment_methods (id),
    latest_charge text,
    last_payment_error text,
    next_action text,
    canceled_at integer,
    metadata text NOT NULL,
    details text NOT NULL
) STRICT;

CREATE INDEX payment_intents_by_account ON payment_intents (account, id);
CREATE UNIQUE INDEX payment_intents_by_session ON payment_intents (session);

CREATE TABLE charges (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    payment_intent text NOT NULL REFERENCES payment_intents (id),
    payment_method text NOT NULL REFERENCES payment_methods (id),
    amount integer NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    status text NOT NULL CHECK (status IN ('succeeded', 'failed')),
    failure_code text,
    failure_message text,
    card text NOT NULL,
    billing text NOT NULL,
    outcome text NOT NULL,
    metadata text NOT NULL,
    details text NOT NULL
) STRICT;

CREATE INDEX charges_by_account ON charges (account, id);
CREATE INDEX charges_by_intent ON charges (payment_intent, id);
-- A session has one intent and an intent is paid at most once: here it is held.
CREATE UNIQUE INDEX charges_paid_once ON charges (payment_intent) WHERE status = 'succeeded';

CREATE TABLE attempts (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    session text NOT NULL REFERENCES sessions (id),
    payment_intent text NOT NULL REFERENCES payment_intents (id),
    payment_method text NOT NULL REFERENCES payment_methods (id),
    amount integer NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    processor_key text NOT NULL UNIQUE,
    state text NOT NULL CHECK (state IN (
        'reserved', 'requires_action', 'approved', 'declined', 'abandoned')),
    challenge text UNIQUE,
    authenticated integer CHECK (authenticated IN (0, 1)),
    request_id text,
    idempotency_key text,
    api_version text NOT NULL
) STRICT;

CREATE INDEX attempts_by_session ON attempts (session, id);
-- One payment in flight per session, and one that succeeded.
CREATE UNIQUE INDEX attempts_in_flight ON attempts (session)
    WHERE state IN ('reserved', 'requires_action');
CREATE UNIQUE INDEX attempts_approved ON attempts (session) WHERE state = 'approved';
CREATE INDEX attempts_reserved ON attempts (created) WHERE state = 'reserved';

CREATE TABLE events (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    type text NOT NULL,
    api_version text NOT NULL,
    object_id text NOT NULL,
    request_id text,
    idempotency_key text,
    pending_webhooks integer NOT NULL CHECK (pending_webhooks >= 0),
    data blob NOT NULL
) STRICT;

CREATE INDEX events_by_account ON events (account, id);
CREATE INDEX events_by_type ON events (account, type, id);
CREATE INDEX events_by_object ON events (object_id, type);

CREATE TABLE webhook_endpoints (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    url text NOT NULL,
    secret text NOT NULL,
    status text NOT NULL CHECK (status IN ('enabled', 'disabled', 'deleted')),
    enabled_events text NOT NULL,
    api_version text,
    description text,
    metadata text NOT NULL
) STRICT;

CREATE INDEX webhook_endpoints_by_account ON webhook_endpoints (account, id);

-- A delivery is one event for one endpoint; `due_at_ms` is the queue.
CREATE TABLE deliveries (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    event text NOT NULL REFERENCES events (id),
    endpoint text NOT NULL REFERENCES webhook_endpoints (id),
    state text NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed', 'canceled')),
    attempts integer NOT NULL CHECK (attempts >= 0),
    due_at_ms integer NOT NULL,
    lease integer NOT NULL
) STRICT;

CREATE INDEX deliveries_due ON deliveries (due_at_ms) WHERE state = 'pending';
CREATE INDEX deliveries_by_event ON deliveries (event);
CREATE INDEX deliveries_by_endpoint ON deliveries (endpoint, id);

CREATE TABLE delivery_attempts (
    id text PRIMARY KEY,
    delivery text NOT NULL REFERENCES deliveries (id),
    number integer NOT NULL,
    started_at_ms integer NOT NULL,
    duration_ms integer NOT NULL,
    status_code integer,
    error text,
    answer text NOT NULL
) STRICT;

CREATE INDEX delivery_attempts_by_delivery ON delivery_attempts (delivery, number);

-- Status NULL: the first request is still being answered.
CREATE TABLE idempotency_keys (
    account text NOT NULL REFERENCES accounts (id),
    key text NOT NULL,
    created integer NOT NULL,
    endpoint text NOT NULL,
    fingerprint text NOT NULL,
    request_id text NOT NULL,
    status integer,
    body blob,
    PRIMARY KEY (account, key)
) STRICT;

CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created);

-- What the sandbox processor remembers. Another processor keeps this on its own side.
CREATE TABLE sandbox_ledger (
    key text PRIMARY KEY,
    state text NOT NULL,
    record text NOT NULL
) STRICT;
