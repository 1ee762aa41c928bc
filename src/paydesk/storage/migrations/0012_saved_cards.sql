ALTER TABLE payment_methods ADD COLUMN customer text REFERENCES customers (id);
ALTER TABLE payment_methods ADD COLUMN allow_redisplay text NOT NULL DEFAULT 'unspecified'
    CHECK (allow_redisplay IN ('always', 'limited', 'unspecified'));

CREATE INDEX payment_methods_by_customer ON payment_methods (customer, id)
    WHERE customer IS NOT NULL;
