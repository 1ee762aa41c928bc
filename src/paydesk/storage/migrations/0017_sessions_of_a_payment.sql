-- An index of the intent alone was left aside for the one that has the account's list in order,
-- and then a payment without a session was looked for in every session of the account.
DROP INDEX sessions_by_intent;
CREATE INDEX sessions_by_intent ON sessions (account, payment_intent, id)
    WHERE payment_intent IS NOT NULL;
