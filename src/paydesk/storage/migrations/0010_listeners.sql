-- A `stripe` CLI that listens. Events up to the id `cursor` need no telling any more; of later ones
-- those in listener_acks. Its id opens its socket.
CREATE TABLE listeners (
    id text PRIMARY KEY,
    account text NOT NULL REFERENCES accounts (id),
    created integer NOT NULL,
    seen integer NOT NULL,
    device text NOT NULL,
    forwards_to text NOT NULL,
    features text NOT NULL,
    filters text NOT NULL,
    cursor text NOT NULL,
    closed integer NOT NULL CHECK (closed IN (0, 1))
) STRICT;

CREATE INDEX listeners_by_account ON listeners (account, id) WHERE closed = 0;
CREATE INDEX listeners_unseen ON listeners (seen);

CREATE TABLE listener_acks (
    listener text NOT NULL REFERENCES listeners (id),
    event text NOT NULL,
    PRIMARY KEY (listener, event)
) STRICT;

-- Asked for by the merchant: this event once more, for this listener.
CREATE TABLE listener_resends (
    id text PRIMARY KEY,
    listener text NOT NULL REFERENCES listeners (id),
    event text NOT NULL
) STRICT;

CREATE INDEX listener_resends_by_listener ON listener_resends (listener, id);
