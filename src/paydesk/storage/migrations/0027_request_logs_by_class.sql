-- Requests by what they were answered with: all of 4xx, or 402 among them, the newest first.
CREATE INDEX request_logs_by_class ON request_logs (account, (status / 100), id);
