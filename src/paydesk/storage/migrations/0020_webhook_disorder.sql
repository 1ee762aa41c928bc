-- In the sandbox a test may want its account's webhooks late, shuffled and more than once.
CREATE TABLE webhook_disorder (
    account text PRIMARY KEY REFERENCES accounts (id),
    copies integer NOT NULL CHECK (copies > 0),
    delay_ms integer NOT NULL CHECK (delay_ms >= 0),
    shuffle_ms integer NOT NULL CHECK (shuffle_ms >= 0)
) STRICT;
