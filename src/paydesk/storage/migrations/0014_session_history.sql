-- What happened to a session beside its events: its page was opened, its order was changed.
-- Ids begin with time; rows are never changed.
CREATE TABLE session_history (
    id text PRIMARY KEY,
    session text NOT NULL REFERENCES sessions (id),
    kind text NOT NULL CHECK (kind IN ('opened', 'changed')),
    facts text NOT NULL
) STRICT;

CREATE INDEX session_history_by_session ON session_history (session, id);
CREATE UNIQUE INDEX session_history_opened ON session_history (session) WHERE kind = 'opened';
