-- Documents on their way to the archive (functional-spec 3.28). The sealed bytes lie in the owner's own table; this
-- row says where they are in the queue. Rows stay after archiving: they are the count of sent and accepted.
CREATE TABLE outbox (
  seq BIGINT PRIMARY KEY,
  organisation TEXT NOT NULL,  -- the organisation whose data this is
  register TEXT NOT NULL,
  client TEXT NOT NULL,        -- blind index
  kind BIGINT NOT NULL CHECK (kind IN (0, 1, 2)),  -- relationship, case, document
  document TEXT NOT NULL UNIQUE,                   -- OID of the version; a retry keeps it
  set_id TEXT NOT NULL,
  version BIGINT NOT NULL CHECK (version > 0),
  owner TEXT NOT NULL,         -- id of the user who sees it when it is stuck
  state TEXT NOT NULL
    CHECK (state IN ('queued', 'sending', 'archived', 'rejected', 'waiting_go_live', 'waiting_right')),
  attempts BIGINT NOT NULL,
  due_at BIGINT NOT NULL,      -- queued: not before; sending: the lease ends
  worker TEXT NOT NULL,        -- who holds the lease; empty when nobody
  code TEXT NOT NULL,          -- of the last failure or refusal; empty when none
  queued_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  UNIQUE (set_id, version)
);
CREATE INDEX outbox_open ON outbox (seq) WHERE state <> 'archived';
CREATE INDEX outbox_lane ON outbox (organisation, register, client, kind, seq) WHERE state <> 'archived';
CREATE INDEX outbox_state ON outbox (organisation, state, queued_at);
CREATE TABLE outbox_sequence (one BIGINT PRIMARY KEY CHECK (one = 1), next BIGINT NOT NULL);
INSERT INTO outbox_sequence (one, next) VALUES (1, 1);
