-- The rows of one client's documents side by side, so that a search of its newest reads a few pages: SQLite keeps a table
-- in the order of its number. A row's place is the beginning of the blind index whose key seals it, and then the number
-- of its body, which nothing else has. Bodies stand apart, in the order in which they came.
CREATE TABLE bodies (
--- sqlite
  number INTEGER NOT NULL PRIMARY KEY,
--- postgres
  number BIGINT NOT NULL PRIMARY KEY,
--- both
  body BLOB NOT NULL
);
CREATE TABLE documents_by_place (
--- sqlite
  place INTEGER NOT NULL PRIMARY KEY,
--- postgres
  place BIGINT NOT NULL PRIMARY KEY,
--- both
  document_oid TEXT NOT NULL,
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
  header BLOB
);
-- The number of a row of before: the order in which it came. Seven hexadecimal digits of the key's owner come first.
CREATE TEMPORARY TABLE documents_numbered (document_oid TEXT NOT NULL PRIMARY KEY, number BIGINT NOT NULL, place BIGINT NOT NULL);
--- sqlite
INSERT INTO documents_numbered (document_oid, number, place)
  SELECT document_oid, rowid, rowid | ((
    (instr('123456789abcdef', substr(key_subject, 1, 1)) << 24) | (instr('123456789abcdef', substr(key_subject, 2, 1)) << 20)
    | (instr('123456789abcdef', substr(key_subject, 3, 1)) << 16) | (instr('123456789abcdef', substr(key_subject, 4, 1)) << 12)
    | (instr('123456789abcdef', substr(key_subject, 5, 1)) << 8) | (instr('123456789abcdef', substr(key_subject, 6, 1)) << 4)
    | instr('123456789abcdef', substr(key_subject, 7, 1))) << 32)
  FROM documents;
--- postgres
INSERT INTO documents_numbered (document_oid, number, place)
  SELECT document_oid, number, number | (CAST(CAST(('x' || substr(key_subject, 1, 7)) AS bit(28)) AS BIGINT) << 32)
  FROM (SELECT document_oid, key_subject, row_number() OVER (ORDER BY archived_at, document_oid) AS number FROM documents) d;
--- both
INSERT INTO bodies (number, body)
  SELECT n.number, d.body FROM documents d JOIN documents_numbered n ON n.document_oid = d.document_oid ORDER BY n.number;
INSERT INTO documents_by_place (place, document_oid, set_oid, version, replaces, controller, case_oid, relationship_oid,
    document_group, type_code, general_type, structure_oid, tasks, service, process, unit, author_organisation,
    connecting_organisation, authors, basis, language, event_from, event_to, created, archived_at, invalidated_at, state,
    special_content, inaccessible, sha256, receipt, key_subject, header)
  SELECT n.place, d.document_oid, d.set_oid, d.version, d.replaces, d.controller, d.case_oid, d.relationship_oid,
    d.document_group, d.type_code, d.general_type, d.structure_oid, d.tasks, d.service, d.process, d.unit,
    d.author_organisation, d.connecting_organisation, d.authors, d.basis, d.language, d.event_from, d.event_to, d.created,
    d.archived_at, d.invalidated_at, d.state, d.special_content, d.inaccessible, d.sha256, d.receipt, d.key_subject,
    d.header
  FROM documents d JOIN documents_numbered n ON n.document_oid = d.document_oid ORDER BY n.place;
CREATE TABLE document_clients_placed (
  client TEXT NOT NULL,
  controller TEXT NOT NULL,
  created BIGINT NOT NULL,
  document_oid TEXT NOT NULL,
  temporary BIGINT NOT NULL,
  place BIGINT NOT NULL,
  PRIMARY KEY (client, controller, created, document_oid)
--- sqlite
) WITHOUT ROWID;
--- postgres
);
--- both
INSERT INTO document_clients_placed (client, controller, created, document_oid, temporary, place)
  SELECT c.client, c.controller, c.created, c.document_oid, c.temporary, n.place
  FROM document_clients c JOIN documents_numbered n ON n.document_oid = c.document_oid
  ORDER BY c.client, c.controller, c.created, c.document_oid;
DROP TABLE document_clients;
DROP TABLE documents_numbered;
DROP TABLE documents;
ALTER TABLE documents_by_place RENAME TO documents;
ALTER TABLE document_clients_placed RENAME TO document_clients;
CREATE UNIQUE INDEX documents_by_oid ON documents (document_oid);
CREATE UNIQUE INDEX documents_by_set ON documents (set_oid, version);
CREATE INDEX documents_by_case ON documents (case_oid);
CREATE INDEX documents_by_register ON documents (controller, archived_at);
CREATE INDEX document_clients_by_document ON document_clients (document_oid);
