ALTER TABLE sessions ADD COLUMN customer text REFERENCES customers (id);
ALTER TABLE payment_intents ADD COLUMN customer text REFERENCES customers (id);
ALTER TABLE charges ADD COLUMN customer text REFERENCES customers (id);

CREATE INDEX sessions_by_customer ON sessions (account, customer, id) WHERE customer IS NOT NULL;
CREATE INDEX payment_intents_by_customer ON payment_intents (account, customer, id)
    WHERE customer IS NOT NULL;
CREATE INDEX charges_by_customer ON charges (account, customer, id) WHERE customer IS NOT NULL;
