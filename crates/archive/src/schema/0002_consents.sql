-- What clients have expressed (tahdonilmaisut): informing, permission, denials. National, of no register: clients are
-- keyed in a key space of its own. Derived from their documents by intake only; nothing is deleted, so that what held at
-- any past time can be proven, and all of it can be dropped and derived anew.
CREATE TABLE consents (
  document_oid TEXT NOT NULL PRIMARY KEY,
  set_oid TEXT NOT NULL,
  version BIGINT NOT NULL CHECK (version >= 1),
  client TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('informing', 'permission', 'denial')),
  in_force BIGINT NOT NULL,
  expressed_on TEXT NOT NULL,
  channel TEXT NOT NULL CHECK (channel IN ('client_system', 'citizen')),
  recorded_at BIGINT NOT NULL,
  superseded_at BIGINT NOT NULL
);
CREATE INDEX consents_by_client ON consents (client);

-- One row per denial of each version of a denial document: the whole set that was in force.
CREATE TABLE denials (
  document_oid TEXT NOT NULL,
  row_number BIGINT NOT NULL,
  target_level TEXT NOT NULL CHECK (target_level IN ('controller', 'task', 'document')),
  target TEXT NOT NULL,
  set_on TEXT NOT NULL,
  PRIMARY KEY (document_oid, row_number)
);

-- The 24 hours of a special reason (FR-51): the first use of a reason begins them. Worker and wording are blind indexes.
CREATE TABLE special_reasons (
  register TEXT NOT NULL,
  client TEXT NOT NULL,
  worker TEXT NOT NULL,
  wording TEXT NOT NULL,
  code TEXT NOT NULL,
  first_used BIGINT NOT NULL,
  PRIMARY KEY (register, client, worker, wording)
);
