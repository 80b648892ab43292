-- Retention and disposal (law 703/2023 sections 23-24, FR-85, FR-86). Officials who place holds and approve disposals
-- are named by their own number, as then; no client is named anywhere here.

-- A hold keeps a case or a set of versions whatever its age: a log investigation, an appeal, an order of the National
-- Archives. Never deleted: released_at tells when it ended.
CREATE TABLE retention_holds (
  controller TEXT NOT NULL,
  target TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason IN ('log_investigation', 'appeal', 'archive_order', 'dispute')),
  placed_by TEXT NOT NULL,
  placed_at BIGINT NOT NULL,
  released_by TEXT NOT NULL,
  released_at BIGINT NOT NULL,
  PRIMARY KEY (controller, target, placed_at)
);

CREATE TABLE disposal_runs (
  run TEXT NOT NULL PRIMARY KEY,
  controller TEXT NOT NULL,
  made_by TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  first_approver TEXT NOT NULL,
  second_approver TEXT NOT NULL,
  approved_at BIGINT NOT NULL,
  done_at BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('planned', 'approved', 'done'))
);
CREATE INDEX disposal_runs_by_controller ON disposal_runs (controller, made_at);

CREATE TABLE disposal_items (
  run TEXT NOT NULL,
  set_oid TEXT NOT NULL,
  type_code TEXT NOT NULL,
  case_oid TEXT NOT NULL,
  rule TEXT NOT NULL,
  last_day TEXT NOT NULL,
  versions BIGINT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('listed', 'locked', 'disposed')),
  PRIMARY KEY (run, set_oid)
);

-- The disposal record, kept for good: what, how many, by which rule, when, in which run; no content, no client, and no
-- digest of the content.
CREATE TABLE disposals (
  document_oid TEXT NOT NULL PRIMARY KEY,
  set_oid TEXT NOT NULL,
  version BIGINT NOT NULL,
  controller TEXT NOT NULL,
  document_group TEXT NOT NULL,
  type_code TEXT NOT NULL,
  tasks TEXT NOT NULL,
  case_oid TEXT NOT NULL,
  archived_at BIGINT NOT NULL,
  disposed_at BIGINT NOT NULL,
  rule TEXT NOT NULL,
  run TEXT NOT NULL
);
CREATE INDEX disposals_by_set ON disposals (set_oid);
