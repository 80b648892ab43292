-- The archive of one or many controllers. No identity code, no name and no text of a document stands here in clear:
-- clients and authors are keyed by HMAC ("blind index"), bodies are compressed and encrypted (house.md section 3).

CREATE TABLE documents (
  document_oid TEXT NOT NULL PRIMARY KEY,
  set_oid TEXT NOT NULL,
  version BIGINT NOT NULL CHECK (version >= 1),
  replaces TEXT,
  controller TEXT NOT NULL,
  case_oid TEXT,
  relationship_oid TEXT,
  document_group TEXT NOT NULL,
  type_code TEXT NOT NULL,
  general_type TEXT NOT NULL,
  structure_oid TEXT,
  tasks TEXT NOT NULL,
  service TEXT NOT NULL,
  process TEXT NOT NULL,
  unit TEXT NOT NULL,
  author_organisation TEXT NOT NULL,
  connecting_organisation TEXT NOT NULL,
  authors TEXT NOT NULL,
  basis TEXT NOT NULL CHECK (basis IN ('own', 'rko')),
  language TEXT NOT NULL,
  event_from BIGINT NOT NULL,
  event_to BIGINT NOT NULL,
  created BIGINT NOT NULL,
  archived_at BIGINT NOT NULL,
  invalidated_at BIGINT NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('current', 'replaced', 'invalidated')),
  special_content BIGINT NOT NULL,
  inaccessible TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  receipt TEXT NOT NULL,
  key_subject TEXT NOT NULL,
  body BLOB NOT NULL
);
CREATE UNIQUE INDEX documents_by_set ON documents (set_oid, version);
CREATE INDEX documents_by_case ON documents (case_oid);

CREATE TABLE document_clients (
  client TEXT NOT NULL,
  controller TEXT NOT NULL,
  document_oid TEXT NOT NULL,
  temporary BIGINT NOT NULL,
  PRIMARY KEY (client, controller, document_oid)
);
CREATE INDEX document_clients_by_document ON document_clients (document_oid);

CREATE TABLE cases (
  case_oid TEXT NOT NULL PRIMARY KEY,
  controller TEXT NOT NULL,
  set_oid TEXT NOT NULL,
  document_oid TEXT NOT NULL,
  version BIGINT NOT NULL,
  task TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed', 'invalidated')),
  opened TEXT NOT NULL,
  closed TEXT NOT NULL
);

CREATE TABLE case_clients (
  case_oid TEXT NOT NULL,
  client TEXT NOT NULL,
  joined BIGINT NOT NULL,
  left_at BIGINT NOT NULL,
  PRIMARY KEY (case_oid, client)
);
CREATE INDEX case_clients_by_client ON case_clients (client);

CREATE TABLE relationships (
  controller TEXT NOT NULL,
  client TEXT NOT NULL,
  relationship_oid TEXT NOT NULL,
  set_oid TEXT NOT NULL,
  document_oid TEXT NOT NULL,
  version BIGINT NOT NULL,
  started TEXT NOT NULL,
  ended TEXT NOT NULL,
  PRIMARY KEY (controller, client)
);

-- Derived from relationship documents by intake only, one row per unit row of each version. A version's rows are
-- current until the next version supersedes them; nothing is ever deleted, so that a right at any past time can be
-- proven (FR-13, spec 3.3). `via` says who holds the row; only provider and subcontractor rows are grants.
CREATE TABLE grants (
  document_oid TEXT NOT NULL,
  row_number BIGINT NOT NULL,
  controller TEXT NOT NULL,
  client TEXT NOT NULL,
  task TEXT NOT NULL,
  services TEXT NOT NULL,
  unit TEXT NOT NULL,
  via TEXT NOT NULL CHECK (via IN ('organiser', 'provider', 'subcontractor')),
  starts TEXT NOT NULL,
  ends TEXT NOT NULL,
  granted_at BIGINT NOT NULL,
  superseded_at BIGINT NOT NULL,
  PRIMARY KEY (document_oid, row_number)
);
CREATE INDEX grants_by_client ON grants (client, controller);
CREATE INDEX grants_by_unit ON grants (unit);

CREATE TABLE joining (
  organisation TEXT NOT NULL PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('not_joined', 'enrolled', 'applied', 'testing', 'joined', 'suspended', 'ended')),
  model TEXT NOT NULL CHECK (model IN ('direct', 'joint', 'parallel')),
  main_joiner TEXT NOT NULL,
  own_register BIGINT NOT NULL,
  rko BIGINT NOT NULL,
  disclosure BIGINT NOT NULL,
  system_kind TEXT NOT NULL CHECK (system_kind IN ('client', 'patient')),
  strict BIGINT NOT NULL,
  since BIGINT NOT NULL
);

CREATE TABLE joining_history (
  organisation TEXT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  functions TEXT NOT NULL
);

CREATE TABLE go_live (
  organiser TEXT NOT NULL,
  task TEXT NOT NULL,
  starts TEXT NOT NULL,
  PRIMARY KEY (organiser, task)
);

-- What an organiser narrows per service: never more than the decree gives (decisions.md 4).
CREATE TABLE scope_policies (
  organiser TEXT NOT NULL,
  service TEXT NOT NULL,
  types TEXT NOT NULL,
  PRIMARY KEY (organiser, service)
);

CREATE TABLE nonces (
  organisation TEXT NOT NULL,
  nonce TEXT NOT NULL,
  expires BIGINT NOT NULL,
  PRIMARY KEY (organisation, nonce)
);

CREATE TABLE visibility_rules (
  set_oid TEXT NOT NULL PRIMARY KEY,
  mode TEXT NOT NULL CHECK (mode IN ('show', 'delay', 'hide')),
  until TEXT NOT NULL,
  reason TEXT NOT NULL,
  set_at BIGINT NOT NULL
);
