-- The attempt that used it up while no customer had it, or 'detached'.
ALTER TABLE payment_methods ADD COLUMN spent_on text;
