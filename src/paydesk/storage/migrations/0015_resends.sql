-- A merchant may ask for an event once more. `resends` are attempts on top of the schedule's. `late`
-- deliveries were not queued when the event happened. `counted` ones are among its pending_webhooks.
ALTER TABLE deliveries ADD COLUMN resends integer NOT NULL DEFAULT 0 CHECK (resends >= 0);
ALTER TABLE deliveries ADD COLUMN late integer NOT NULL DEFAULT 0 CHECK (late IN (0, 1));
ALTER TABLE deliveries ADD COLUMN counted integer NOT NULL DEFAULT 1 CHECK (counted IN (0, 1));
