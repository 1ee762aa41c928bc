-- A payment intent may be made without a session. One payment in flight, and one that succeeded, is
-- now said of the intent; a session has one intent, so of the session too.

-- on sqlite:
-- SQLite's documented way to loosen a constraint; what is stored stays as it is.
PRAGMA writable_schema = on;
UPDATE sqlite_schema
SET sql = replace(sql, 'session text NOT NULL REFERENCES', 'session text REFERENCES')
WHERE type = 'table' AND name IN ('attempts', 'payment_intents');
UPDATE sqlite_schema
SET sql = replace(sql, '''requires_payment_method'',', '''requires_payment_method'', ''requires_confirmation'',')
WHERE type = 'table' AND name = 'payment_intents';
PRAGMA writable_schema = reset;

-- on postgres:
ALTER TABLE attempts ALTER COLUMN session DROP NOT NULL;
ALTER TABLE payment_intents ALTER COLUMN session DROP NOT NULL;
ALTER TABLE payment_intents DROP CONSTRAINT payment_intents_status_check;
ALTER TABLE payment_intents ADD CONSTRAINT payment_intents_status_check CHECK (status IN (
    'requires_payment_method', 'requires_confirmation', 'requires_action', 'processing',
    'succeeded', 'canceled'));

-- on both:
DROP INDEX attempts_in_flight;
DROP INDEX attempts_approved;
CREATE UNIQUE INDEX attempts_in_flight ON attempts (payment_intent)
    WHERE state IN ('reserved', 'requires_action');
CREATE UNIQUE INDEX attempts_approved ON attempts (payment_intent) WHERE state = 'approved';
CREATE INDEX attempts_without_session ON attempts (payment_intent, id) WHERE session IS NULL;
