-- All prices are those that are active and those that are not: one index for both is enough, and in
-- its place there is one by currency.
DROP INDEX prices_by_account;
CREATE INDEX prices_by_currency ON prices (account, currency, id);

-- Few rows of their tables stand in these.
CREATE INDEX prices_recurring ON prices (account, id) WHERE recurring <> '';
CREATE INDEX products_by_shipping ON products (account, shippable, id)
    WHERE shippable IS NOT NULL;
CREATE INDEX products_by_url ON products (account, url, id) WHERE url IS NOT NULL;
CREATE INDEX events_undelivered ON events (account, id) WHERE pending_webhooks > 0;
CREATE INDEX payment_methods_by_redisplay ON payment_methods (account, allow_redisplay, id)
    WHERE allow_redisplay <> 'unspecified';

CREATE INDEX tax_rates_by_inclusion ON tax_rates (account, inclusive, id);
