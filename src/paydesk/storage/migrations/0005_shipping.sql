ALTER TABLE sessions ADD COLUMN shipping text;
