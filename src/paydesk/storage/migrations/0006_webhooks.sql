-- Secrets that were replaced and still sign, as JSON; since when an endpoint only fails.
ALTER TABLE webhook_endpoints ADD COLUMN old_secrets text NOT NULL DEFAULT '[]';
ALTER TABLE webhook_endpoints ADD COLUMN failing_since integer;
ALTER TABLE webhook_endpoints ADD COLUMN failing_steadily integer NOT NULL DEFAULT 0
    CHECK (failing_steadily IN (0, 1));
ALTER TABLE webhook_endpoints ADD COLUMN disabled_reason text
    CHECK (disabled_reason IN ('gone', 'failing'));

CREATE INDEX webhook_endpoints_disabled ON webhook_endpoints (disabled_reason)
    WHERE disabled_reason IS NOT NULL;
