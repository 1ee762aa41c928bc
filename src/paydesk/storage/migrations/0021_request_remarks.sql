-- Parameters that had no effect, as JSON; what the newest API version would say against the request.
ALTER TABLE request_logs ADD COLUMN ignored text NOT NULL DEFAULT '[]';
ALTER TABLE request_logs ADD COLUMN refused_later text;
