-- Temporary ids that have been joined to personal identity codes (FR-62). Both stand here as blind indexes. A link is
-- made by a new version of the relationship document and undone by another; undone ones stay as history.
CREATE TABLE temporary_links (
  controller TEXT NOT NULL,
  temporary TEXT NOT NULL,
  hetu TEXT NOT NULL,
  document_oid TEXT NOT NULL PRIMARY KEY,
  linked_at BIGINT NOT NULL,
  undone_by TEXT NOT NULL,
  undone_at BIGINT NOT NULL
);
CREATE INDEX temporary_links_by_temporary ON temporary_links (temporary);
CREATE INDEX temporary_links_by_hetu ON temporary_links (hetu);

-- Cases joined to each other (asialiitos, FR-05), from the newest version of each case document.
CREATE TABLE case_links (
  case_oid TEXT NOT NULL,
  linked TEXT NOT NULL,
  PRIMARY KEY (case_oid, linked)
);
CREATE INDEX case_links_by_linked ON case_links (linked);

-- Recordings: which blob holds the bytes that a document describes (FR-95). The row is committed after the blob is
-- durable; a blob without a row belongs to an upload that was never acknowledged.
CREATE TABLE recordings (
  document_oid TEXT NOT NULL PRIMARY KEY,
  blob TEXT NOT NULL,
  media TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL
);
