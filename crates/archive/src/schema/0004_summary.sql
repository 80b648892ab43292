-- What a search answers with, ready and encrypted, so that it needs no body; none on rows of before, which are answered
-- from their bodies.
ALTER TABLE documents ADD COLUMN header BLOB;

-- Certificates that were taken out of bodies, each once. `id` is a blind index of the digest, `sealed` the certificate
-- under a key of the archive's own: who signed is a name of a person.
CREATE TABLE certificates (
  id TEXT NOT NULL PRIMARY KEY,
  sealed BLOB NOT NULL
);

-- A client's documents in the order in which answers give them, so that a page is read by the index whatever the number
-- of documents; on SQLite the index is the table.
CREATE TABLE document_clients_by_time (
  client TEXT NOT NULL,
  controller TEXT NOT NULL,
  created BIGINT NOT NULL,
  document_oid TEXT NOT NULL,
  temporary BIGINT NOT NULL,
  PRIMARY KEY (client, controller, created, document_oid)
--- sqlite
) WITHOUT ROWID;
--- postgres
);
--- both
INSERT INTO document_clients_by_time (client, controller, created, document_oid, temporary)
  SELECT c.client, c.controller, d.created, c.document_oid, c.temporary
  FROM document_clients c JOIN documents d ON d.document_oid = c.document_oid;
DROP TABLE document_clients;
ALTER TABLE document_clients_by_time RENAME TO document_clients;
CREATE INDEX document_clients_by_document ON document_clients (document_oid);
