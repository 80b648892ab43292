-- What the archivist's pages look up: a register's documents by time, its refusals, and who has been heard of.

CREATE INDEX documents_by_register ON documents (controller, archived_at);

-- One row per refused message, beside its log row: code, sender, time. No client and no person.
CREATE TABLE refusals (
  register TEXT NOT NULL,
  at BIGINT NOT NULL,
  cause TEXT NOT NULL,
  told TEXT NOT NULL,
  sender TEXT NOT NULL,
  unit TEXT NOT NULL,
  document TEXT NOT NULL,
  action TEXT NOT NULL
);
CREATE INDEX refusals_by_register ON refusals (register, at);
CREATE INDEX refusals_by_sender ON refusals (sender, at);

-- The last message and the last archived document of an organisation in a register.
CREATE TABLE arrivals (
  register TEXT NOT NULL,
  organisation TEXT NOT NULL,
  last_message BIGINT NOT NULL,
  last_archived BIGINT NOT NULL,
  PRIMARY KEY (register, organisation)
);
