-- Empty for a price that is paid once.
ALTER TABLE prices ADD COLUMN recurring text NOT NULL DEFAULT '';
