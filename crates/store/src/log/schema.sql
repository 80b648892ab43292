CREATE TABLE log_row (
  register TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,     -- microseconds, product time; the order is that of seq
  client BLOB NOT NULL,   -- first 128 bits of the blind index; empty when no client
  actor BLOB NOT NULL,
  action TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('done', 'repeated', 'denied', 'refused', 'failed')),
  payload BLOB NOT NULL,  -- the LogRow, encrypted under the register's log key
  leaf BLOB NOT NULL,
  PRIMARY KEY (register, seq)
);
CREATE INDEX log_row_client ON log_row (client, register, seq);
CREATE INDEX log_row_actor ON log_row (actor, register, seq);

CREATE TABLE log_head (
  register TEXT PRIMARY KEY,
  size BIGINT NOT NULL,
  frontier BLOB NOT NULL
);

-- No interface can change or delete a log event (FR-84): the database itself refuses.
--- sqlite
CREATE TRIGGER log_row_no_update BEFORE UPDATE ON log_row
BEGIN SELECT RAISE(ABORT, 'log rows are never changed'); END;
CREATE TRIGGER log_row_no_delete BEFORE DELETE ON log_row
BEGIN SELECT RAISE(ABORT, 'log rows are never deleted'); END;
-- INSERT OR REPLACE deletes without a delete trigger, so an existing place is refused before.
CREATE TRIGGER log_row_no_replace BEFORE INSERT ON log_row
WHEN EXISTS (SELECT 1 FROM log_row WHERE register = NEW.register AND seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'log rows are never changed'); END;
CREATE TRIGGER log_head_no_shrink BEFORE UPDATE ON log_head
WHEN NEW.size < OLD.size OR NEW.register <> OLD.register
BEGIN SELECT RAISE(ABORT, 'a log never shrinks'); END;
CREATE TRIGGER log_head_no_delete BEFORE DELETE ON log_head
BEGIN SELECT RAISE(ABORT, 'a log never shrinks'); END;
CREATE TRIGGER log_head_no_replace BEFORE INSERT ON log_head
WHEN EXISTS (SELECT 1 FROM log_head WHERE register = NEW.register)
BEGIN SELECT RAISE(ABORT, 'a log never shrinks'); END;
--- postgres
CREATE FUNCTION log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'log rows are never changed or deleted'; END $$;
CREATE FUNCTION log_head_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'UPDATE' OR NEW.size < OLD.size OR NEW.register <> OLD.register THEN
    RAISE EXCEPTION 'a log never shrinks';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER log_row_no_change BEFORE UPDATE OR DELETE ON log_row FOR EACH ROW EXECUTE FUNCTION log_refuse();
CREATE TRIGGER log_row_no_truncate BEFORE TRUNCATE ON log_row FOR EACH STATEMENT EXECUTE FUNCTION log_refuse();
CREATE TRIGGER log_head_no_shrink BEFORE UPDATE OR DELETE ON log_head FOR EACH ROW EXECUTE FUNCTION log_head_refuse();
CREATE TRIGGER log_head_no_truncate BEFORE TRUNCATE ON log_head FOR EACH STATEMENT EXECUTE FUNCTION log_refuse();
--- both
