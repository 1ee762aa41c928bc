-- A payment may take its time: a session is complete and unpaid then, its intent and its attempt are
-- processing, its charge is pending. A payment method is a card or a bank account.

-- on sqlite:
-- SQLite's documented way to loosen a constraint; what is stored stays as it is.
PRAGMA writable_schema = on;
UPDATE sqlite_schema
SET sql = replace(sql, 'CHECK (status <> ''complete'' OR payment_status <> ''unpaid'')',
    'CHECK (status = ''complete'' OR payment_status = ''unpaid''),
    CHECK (status <> ''complete'' OR payment_status <> ''unpaid'' OR payment_intent IS NOT NULL)')
WHERE type = 'table' AND name = 'sessions';
UPDATE sqlite_schema
SET sql = replace(sql, '''requires_action'', ''approved'',', '''requires_action'', ''processing'', ''approved'',')
WHERE type = 'table' AND name = 'attempts';
UPDATE sqlite_schema
SET sql = replace(sql, '(''succeeded'', ''failed'')', '(''succeeded'', ''pending'', ''failed'')')
WHERE type = 'table' AND name = 'charges';
UPDATE sqlite_schema
SET sql = replace(sql, 'card text NOT NULL', 'card text')
WHERE type = 'table' AND name IN ('charges', 'payment_methods');
PRAGMA writable_schema = reset;

-- on postgres:
ALTER TABLE sessions DROP CONSTRAINT sessions_check;
ALTER TABLE sessions ADD CONSTRAINT sessions_paid_when_complete
    CHECK (status = 'complete' OR payment_status = 'unpaid');
ALTER TABLE sessions ADD CONSTRAINT sessions_unpaid_with_intent
    CHECK (status <> 'complete' OR payment_status <> 'unpaid' OR payment_intent IS NOT NULL);
ALTER TABLE attempts DROP CONSTRAINT attempts_state_check;
ALTER TABLE attempts ADD CONSTRAINT attempts_state_check CHECK (state IN (
    'reserved', 'requires_action', 'processing', 'approved', 'declined', 'abandoned'));
ALTER TABLE charges DROP CONSTRAINT charges_status_check;
ALTER TABLE charges ADD CONSTRAINT charges_status_check
    CHECK (status IN ('succeeded', 'pending', 'failed'));
ALTER TABLE charges ALTER COLUMN card DROP NOT NULL;
ALTER TABLE payment_methods ALTER COLUMN card DROP NOT NULL;

-- on both:
ALTER TABLE payment_methods ADD COLUMN sepa_debit text
    CHECK ((card IS NULL) <> (sepa_debit IS NULL));
ALTER TABLE charges ADD COLUMN sepa_debit text CHECK ((card IS NULL) <> (sepa_debit IS NULL));

-- When to ask the processor about a payment that takes its time, in Unix seconds.
ALTER TABLE attempts ADD COLUMN ask_at integer
    CHECK ((ask_at IS NOT NULL) = (state = 'processing'));
CREATE INDEX attempts_to_ask ON attempts (ask_at) WHERE ask_at IS NOT NULL;

-- One payment on its way, and one that is or may yet be taken.
DROP INDEX attempts_in_flight;
CREATE UNIQUE INDEX attempts_in_flight ON attempts (payment_intent)
    WHERE state IN ('reserved', 'requires_action', 'processing');
DROP INDEX charges_paid_once;
CREATE UNIQUE INDEX charges_paid_once ON charges (payment_intent)
    WHERE status IN ('succeeded', 'pending');

-- Amount and currency NULL: the mandate is for every payment to come.
CREATE TABLE mandates (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    payment_method text NOT NULL REFERENCES payment_methods (id),
    acceptance text NOT NULL,
    amount integer CHECK (amount > 0),
    currency text,
    CHECK ((amount IS NULL) = (currency IS NULL))
) STRICT;

CREATE INDEX mandates_by_payment_method ON mandates (payment_method, id);
