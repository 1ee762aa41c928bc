-- How many attempts an endpoint takes at one time, in whatever process; NULL leaves it to the server.
-- Whether events come to it in any order, or one after the other for each object or altogether.
ALTER TABLE webhook_endpoints ADD COLUMN concurrency integer CHECK (concurrency > 0);
ALTER TABLE webhook_endpoints ADD COLUMN ordering text NOT NULL DEFAULT 'none'
    CHECK (ordering IN ('none', 'object', 'endpoint'));

-- A delivery in a line waits until those with a lower place are not pending any more.
ALTER TABLE deliveries ADD COLUMN line text;
ALTER TABLE deliveries ADD COLUMN place integer;

CREATE INDEX deliveries_in_line ON deliveries (line, place)
    WHERE line IS NOT NULL AND state = 'pending';

-- The last place that was given in an endpoint's lines. Whoever holds the row may change them.
CREATE TABLE delivery_places (
    endpoint text PRIMARY KEY REFERENCES webhook_endpoints (id),
    last integer NOT NULL
) STRICT;

-- The attempts under way at an endpoint that says how many it takes. A slot is free from `until_ms`.
CREATE TABLE delivery_slots (
    endpoint text NOT NULL REFERENCES webhook_endpoints (id),
    slot integer NOT NULL,
    holder text NOT NULL,
    until_ms integer NOT NULL,
    PRIMARY KEY (endpoint, slot)
) STRICT;
