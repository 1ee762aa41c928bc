-- What was given back, and what is about to be: both together are never more than was taken.
ALTER TABLE charges ADD COLUMN amount_refunded integer NOT NULL DEFAULT 0
    CHECK (amount_refunded >= 0);
ALTER TABLE charges ADD COLUMN amount_refunding integer NOT NULL DEFAULT 0
    CHECK (amount_refunding >= 0 AND amount_refunded + amount_refunding
        <= CASE status WHEN 'succeeded' THEN amount ELSE 0 END);

-- Answered 0: nobody knows yet what the processor made of it.
-- Ask_at is the queue of what the processor is to be asked about, in Unix seconds.
CREATE TABLE refunds (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    charge text NOT NULL REFERENCES charges (id),
    payment_intent text NOT NULL REFERENCES payment_intents (id),
    amount integer NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
    answered integer NOT NULL CHECK (answered IN (0, 1)),
    ask_at integer,
    reason text,
    failure_reason text,
    metadata text NOT NULL,
    request_id text,
    idempotency_key text,
    api_version text NOT NULL,
    CHECK (answered = 1 OR (status = 'pending' AND ask_at IS NOT NULL))
) STRICT;

CREATE INDEX refunds_by_account ON refunds (account, id);
CREATE INDEX refunds_by_charge ON refunds (charge, id);
CREATE INDEX refunds_by_intent ON refunds (payment_intent, id);
CREATE INDEX refunds_to_ask ON refunds (ask_at) WHERE ask_at IS NOT NULL;
