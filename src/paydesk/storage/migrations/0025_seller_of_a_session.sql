-- The tax settings that a session was made under: all sessions of an account have the same, so they
-- are read by themselves and what they say is kept at hand.
ALTER TABLE sessions ADD COLUMN tax_seller text;

-- on sqlite:
UPDATE sessions
SET tax_seller = json_extract(settings, '$.tax_seller'),
    settings = json_remove(settings, '$.tax_seller')
WHERE json_extract(settings, '$.tax_seller') IS NOT NULL;

-- on postgres:
UPDATE sessions
SET tax_seller = (settings::jsonb -> 'tax_seller')::text,
    settings = (settings::jsonb - 'tax_seller')::text
WHERE settings::jsonb ? 'tax_seller';
