CREATE INDEX payment_methods_by_account ON payment_methods (account, id);
