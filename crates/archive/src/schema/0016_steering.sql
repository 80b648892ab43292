-- Counts every change of what all decisions rest on (joinings, first days, narrowings), in the transaction of the change:
-- who has read them at a number need not read them again while the number stands.
CREATE TABLE steering_version (
  one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
  version BIGINT NOT NULL
);
INSERT INTO steering_version (one, version) VALUES (1, 1);
--- sqlite
CREATE TRIGGER joining_inserted AFTER INSERT ON joining
BEGIN UPDATE steering_version SET version = version + 1; END;
CREATE TRIGGER joining_updated AFTER UPDATE ON joining
BEGIN UPDATE steering_version SET version = version + 1; END;
CREATE TRIGGER joining_deleted AFTER DELETE ON joining
BEGIN UPDATE steering_version SET version = version + 1; END;
CREATE TRIGGER go_live_inserted AFTER INSERT ON go_live
BEGIN UPDATE steering_version SET version = version + 1; END;
CREATE TRIGGER go_live_updated AFTER UPDATE ON go_live
BEGIN UPDATE steering_version SET version = version + 1; END;
CREATE TRIGGER go_live_deleted AFTER DELETE ON go_live
BEGIN UPDATE steering_version SET version = version + 1; END;
CREATE TRIGGER scope_policies_inserted AFTER INSERT ON scope_policies
BEGIN UPDATE steering_version SET version = version + 1; END;
CREATE TRIGGER scope_policies_updated AFTER UPDATE ON scope_policies
BEGIN UPDATE steering_version SET version = version + 1; END;
CREATE TRIGGER scope_policies_deleted AFTER DELETE ON scope_policies
BEGIN UPDATE steering_version SET version = version + 1; END;
--- postgres
CREATE FUNCTION steering_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE steering_version SET version = version + 1; RETURN NULL; END $$;
CREATE TRIGGER joining_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON joining
  FOR EACH STATEMENT EXECUTE FUNCTION steering_changed();
CREATE TRIGGER go_live_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON go_live
  FOR EACH STATEMENT EXECUTE FUNCTION steering_changed();
CREATE TRIGGER scope_policies_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON scope_policies
  FOR EACH STATEMENT EXECUTE FUNCTION steering_changed();
--- both
