-- Answered requests, the newest ten thousand. An account need not exist: it may only have read.
CREATE TABLE request_logs (
    id text PRIMARY KEY,
    account text,
    created integer NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    status integer NOT NULL,
    duration_ms integer NOT NULL,
    idempotency_key text,
    parameters text NOT NULL,
    answer text NOT NULL,
    error text
) STRICT;

CREATE INDEX request_logs_by_account ON request_logs (account, id);
