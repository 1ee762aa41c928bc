-- Events past their retention are dropped in the order of their age.
CREATE INDEX events_by_age ON events (created);
