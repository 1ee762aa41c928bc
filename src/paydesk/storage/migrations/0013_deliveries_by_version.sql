-- An event's data in the words of other API versions, and the version that a delivery is in; NULL is
-- the event's own.
CREATE TABLE event_payloads (
    event text NOT NULL REFERENCES events (id),
    api_version text NOT NULL,
    data blob NOT NULL,
    PRIMARY KEY (event, api_version)
) STRICT;

ALTER TABLE deliveries ADD COLUMN api_version text;
