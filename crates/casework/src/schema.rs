//! The tables of the client system. Every one of them carries its organisation, because one installation serves
//! several, and every query takes the organisation from `Op` (house.md 3).
//!
//! Identity codes, names of clients, bodies and drafts are sealed; searching goes by blind index.

use store::Migration;

/// Everything ever done to the database, in order. A step is never changed once it has been run somewhere.
pub static MIGRATIONS: &[Migration] = &[
    Migration { name: "casework/0001-first", sql: FIRST },
    Migration { name: "casework/0002-visits", sql: VISITS },
    Migration { name: "casework/0003-text-search", sql: TEXT_SEARCH },
    Migration { name: "casework/0004-client-page", sql: CLIENT_PAGE },
    Migration { name: "casework/0005-case-links", sql: CASE_LINKS },
    Migration { name: "casework/0006-notes", sql: NOTES },
    Migration { name: "casework/0007-decisions", sql: DECISIONS },
    Migration { name: "casework/0008-batches", sql: crate::batches::store::TABLES },
    Migration { name: "casework/0009-messages", sql: crate::access_rights::messages::TABLES },
    Migration { name: "casework/0010-together", sql: crate::together::drafts::TABLES },
    Migration { name: "casework/0011-phone", sql: crate::phone::store::TABLES },
    Migration { name: "casework/0012-words-by-number", sql: crate::finding::index::TABLES },
    Migration { name: "casework/0013-waiting-by-state", sql: WAITING },
];

/// Planned visits, what the work list puts off, calendar feeds and a worker's own settings. A visit counts as recorded when
/// an entry of the client has its event within the visit's time, so nothing has to be kept in step.
const VISITS: &str = "
CREATE TABLE cw_visit (
  org TEXT NOT NULL, id TEXT NOT NULL, client TEXT NOT NULL, unit TEXT NOT NULL, person TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('visit', 'care', 'call', 'meeting', 'outing')), starts BIGINT NOT NULL,
  ends BIGINT NOT NULL, series TEXT NOT NULL, state TEXT NOT NULL CHECK (state IN ('planned', 'cancelled')),
  made_by TEXT NOT NULL, created BIGINT NOT NULL, PRIMARY KEY (org, id));
CREATE INDEX cw_visit_unit ON cw_visit (org, unit, starts);
CREATE TABLE cw_snooze (
  org TEXT NOT NULL, person TEXT NOT NULL, item TEXT NOT NULL, until TEXT NOT NULL, reason BLOB NOT NULL,
  created BIGINT NOT NULL, PRIMARY KEY (org, person, item));
CREATE TABLE cw_feed (
  org TEXT NOT NULL, person TEXT NOT NULL, unit TEXT NOT NULL, token TEXT NOT NULL UNIQUE, created BIGINT NOT NULL,
  PRIMARY KEY (org, person, unit));
CREATE TABLE cw_preference (
  org TEXT NOT NULL, person TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (org, person, name));
CREATE INDEX cw_work_owner ON cw_work (org, owner, done);
CREATE INDEX cw_draft_person ON cw_draft (org, person, updated);
CREATE INDEX cw_case_unit ON cw_case (org, unit, state);
CREATE INDEX cw_right_client ON cw_right (org, client);
CREATE INDEX cw_handling_unit ON cw_handling (org, unit, client);
CREATE INDEX cw_document_case ON cw_document (org, case_oid, type_code, event_at);
CREATE INDEX cw_document_unit ON cw_document (org, unit, event_at);
";

/// What waits is looked for in all organisations at once, every second or so: few rows by their state, where by organisation
/// it was every document that there is.
const WAITING: &str = "
DROP INDEX cw_document_state;
CREATE INDEX cw_document_waiting ON cw_document (state, created);
";

const FIRST: &str = "
CREATE TABLE cw_organisation (
  org TEXT PRIMARY KEY, name TEXT NOT NULL, business_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('organiser', 'provider')));
CREATE TABLE cw_unit (
  org TEXT NOT NULL, unit TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (org, unit));
CREATE TABLE cw_catalogue (
  org TEXT NOT NULL, unit TEXT NOT NULL, unit_name TEXT NOT NULL, provider TEXT NOT NULL, provider_name TEXT NOT NULL,
  PRIMARY KEY (org, unit));
CREATE TABLE cw_user (
  org TEXT NOT NULL, person TEXT NOT NULL, login TEXT NOT NULL UNIQUE, family TEXT NOT NULL, given TEXT NOT NULL,
  title TEXT NOT NULL, phone TEXT NOT NULL, registration TEXT,
  hetu BLOB NOT NULL, hetu_index TEXT NOT NULL, password TEXT NOT NULL, roles TEXT NOT NULL,
  employed_from TEXT NOT NULL, employed_to TEXT, PRIMARY KEY (org, person));
CREATE TABLE cw_membership (
  org TEXT NOT NULL, person TEXT NOT NULL, unit TEXT NOT NULL, duty TEXT NOT NULL, tasks TEXT NOT NULL,
  PRIMARY KEY (org, person, unit));
CREATE TABLE cw_delegation (
  org TEXT NOT NULL, person TEXT NOT NULL, type_code TEXT NOT NULL, except_services TEXT NOT NULL,
  PRIMARY KEY (org, person, type_code));
CREATE TABLE cw_client (
  org TEXT NOT NULL, client TEXT NOT NULL, register TEXT NOT NULL, identity TEXT NOT NULL, person BLOB NOT NULL,
  unit TEXT, service TEXT, arrangement TEXT NOT NULL CHECK (arrangement IN ('public', 'own', 'bought')),
  created BIGINT NOT NULL, PRIMARY KEY (org, client), UNIQUE (org, register, identity));
CREATE TABLE cw_name (
  org TEXT NOT NULL, word TEXT NOT NULL, client TEXT NOT NULL, PRIMARY KEY (org, word, client));
CREATE TABLE cw_case (
  org TEXT NOT NULL, oid TEXT NOT NULL, register TEXT NOT NULL, client TEXT NOT NULL, set_id TEXT, version BIGINT,
  name_code TEXT NOT NULL, extra TEXT NOT NULL, task TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'closed')), opened TEXT NOT NULL, closed TEXT, unit TEXT NOT NULL,
  responsible TEXT NOT NULL, PRIMARY KEY (org, oid));
CREATE INDEX cw_case_client ON cw_case (org, client);
CREATE TABLE cw_relationship (
  org TEXT NOT NULL, oid TEXT NOT NULL, register TEXT NOT NULL, client TEXT NOT NULL, set_id TEXT NOT NULL,
  newest TEXT NOT NULL, version BIGINT NOT NULL, body BLOB NOT NULL, started TEXT NOT NULL, ended TEXT,
  PRIMARY KEY (org, oid), UNIQUE (org, register, client));
CREATE TABLE cw_handling (
  org TEXT NOT NULL, client TEXT NOT NULL, unit TEXT NOT NULL, task TEXT NOT NULL, from_day TEXT NOT NULL,
  to_day TEXT, PRIMARY KEY (org, client, unit, task));
CREATE TABLE cw_grant (
  org TEXT NOT NULL, id TEXT NOT NULL, client TEXT NOT NULL, case_oid TEXT NOT NULL, provider TEXT NOT NULL,
  provider_name TEXT NOT NULL, unit TEXT NOT NULL, unit_name TEXT NOT NULL, task TEXT NOT NULL, service TEXT NOT NULL,
  from_day TEXT NOT NULL, to_day TEXT, document TEXT NOT NULL, delivery_way TEXT, delivered_to TEXT,
  delivered_at BIGINT, PRIMARY KEY (org, id));
CREATE TABLE cw_right (
  org TEXT NOT NULL, id TEXT NOT NULL, organiser TEXT NOT NULL, organiser_name TEXT NOT NULL, case_oid TEXT NOT NULL,
  client TEXT NOT NULL, unit TEXT NOT NULL, task TEXT NOT NULL, service TEXT NOT NULL, from_day TEXT NOT NULL,
  to_day TEXT, received BIGINT NOT NULL, refused_at BIGINT, PRIMARY KEY (org, id), UNIQUE (org, case_oid, unit));
CREATE TABLE cw_golive (
  org TEXT NOT NULL, organiser TEXT NOT NULL, task TEXT NOT NULL, day TEXT NOT NULL,
  PRIMARY KEY (org, organiser, task));
CREATE TABLE cw_draft (
  org TEXT NOT NULL, id TEXT NOT NULL, person TEXT NOT NULL, client TEXT NOT NULL, case_oid TEXT, type_code TEXT NOT NULL,
  body BLOB NOT NULL, corrects TEXT, created BIGINT NOT NULL, updated BIGINT NOT NULL, PRIMARY KEY (org, id));
CREATE TABLE cw_document (
  org TEXT NOT NULL, oid TEXT NOT NULL, set_id TEXT NOT NULL, version BIGINT NOT NULL, replaces TEXT,
  register TEXT NOT NULL, client TEXT NOT NULL, case_oid TEXT, type_code TEXT NOT NULL, structure TEXT NOT NULL,
  title TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting_signature', 'queued', 'waiting_go_live', 'waiting_right', 'archived',
    'rejected', 'replaced', 'invalidated')),
  person TEXT NOT NULL, author TEXT NOT NULL, unit TEXT NOT NULL, unit_name TEXT NOT NULL, task TEXT, service TEXT,
  process TEXT, event_at BIGINT NOT NULL, created BIGINT NOT NULL, archived_at BIGINT, body BLOB NOT NULL,
  sealed BLOB NOT NULL, signer TEXT, signed_at BIGINT, reason BLOB, refusal TEXT, mend TEXT, strength TEXT NOT NULL,
  PRIMARY KEY (org, oid), UNIQUE (org, set_id, version));
CREATE INDEX cw_document_client ON cw_document (org, client, event_at);
CREATE INDEX cw_document_state ON cw_document (org, state);
CREATE TABLE cw_errand (
  org TEXT NOT NULL, oid TEXT NOT NULL, actor BLOB NOT NULL, PRIMARY KEY (org, oid));
CREATE TABLE cw_nullify (
  org TEXT NOT NULL, oid TEXT NOT NULL, actor BLOB NOT NULL, reason BLOB NOT NULL, attempts BIGINT NOT NULL,
  due_at BIGINT NOT NULL, state TEXT NOT NULL CHECK (state IN ('queued', 'done', 'refused')), PRIMARY KEY (org, oid));
CREATE TABLE cw_work (
  org TEXT NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, owner TEXT NOT NULL, client TEXT, document TEXT,
  detail TEXT NOT NULL, due TEXT, created BIGINT NOT NULL, done BIGINT, PRIMARY KEY (org, id));
CREATE TABLE cw_counter (
  arc TEXT NOT NULL, year BIGINT NOT NULL, series BIGINT NOT NULL, next BIGINT NOT NULL, PRIMARY KEY (arc, year, series));
CREATE TABLE cw_setting (
  org TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (org, name));
";

/// Blind indexes of words and of the beginnings of names; what was stored before is indexed by `finding::backfill`.
const TEXT_SEARCH: &str = "
CREATE TABLE cw_stem (
  org TEXT NOT NULL, stem BIGINT NOT NULL, at BIGINT NOT NULL, oid TEXT NOT NULL, client TEXT NOT NULL,
  PRIMARY KEY (org, stem, at, oid));
CREATE TABLE cw_stemmed (org TEXT NOT NULL, oid TEXT NOT NULL, PRIMARY KEY (org, oid));
CREATE TABLE cw_name_start (
  org TEXT NOT NULL, start BIGINT NOT NULL, client TEXT NOT NULL, PRIMARY KEY (org, start, client));
CREATE INDEX cw_name_start_client ON cw_name_start (org, client);
";

/// Pinned notes, marks of significance, and what the archive told a worker of a client.
const CLIENT_PAGE: &str = "
CREATE TABLE cw_pin (
  org TEXT NOT NULL, client TEXT NOT NULL, id TEXT NOT NULL, words BLOB NOT NULL, person TEXT NOT NULL,
  created BIGINT NOT NULL, removed BIGINT, removed_by TEXT, PRIMARY KEY (org, client, id));
CREATE TABLE cw_significant (
  org TEXT NOT NULL, set_id TEXT NOT NULL, client TEXT NOT NULL, person TEXT NOT NULL, created BIGINT NOT NULL,
  PRIMARY KEY (org, set_id));
CREATE INDEX cw_significant_client ON cw_significant (org, client);
CREATE TABLE cw_fetch (
  org TEXT NOT NULL, person TEXT NOT NULL, unit TEXT NOT NULL, client TEXT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (org, person, unit, client));
CREATE TABLE cw_fetched (
  org TEXT NOT NULL, person TEXT NOT NULL, at_unit TEXT NOT NULL, client TEXT NOT NULL, oid TEXT NOT NULL,
  register TEXT NOT NULL, case_oid TEXT NOT NULL, type_code TEXT NOT NULL, title TEXT NOT NULL, task TEXT NOT NULL,
  unit TEXT NOT NULL, unit_name TEXT NOT NULL, author TEXT NOT NULL, event_at BIGINT NOT NULL,
  PRIMARY KEY (org, person, at_unit, client, oid));
CREATE INDEX cw_grant_client ON cw_grant (org, client);
";

/// Links of cases (asialiitos, FR-05): `from_case` goes on from `to_case`. The reason is sealed.
const CASE_LINKS: &str = "
CREATE TABLE cw_case_link (
  org TEXT NOT NULL, from_case TEXT NOT NULL, to_case TEXT NOT NULL, reason BLOB NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('extends', 'moves')), day TEXT NOT NULL, person TEXT NOT NULL,
  PRIMARY KEY (org, from_case, to_case));
CREATE INDEX cw_case_link_back ON cw_case_link (org, to_case);
";

/// Phrases, goals that notes are about, professions, and patient entries kept apart (FR-87, FR-105).
const NOTES: &str = "
CREATE TABLE cw_phrase (
  org TEXT NOT NULL, owner TEXT NOT NULL, code TEXT NOT NULL, body BLOB NOT NULL, updated BIGINT NOT NULL,
  PRIMARY KEY (org, owner, code));
CREATE TABLE cw_note_goal (
  org TEXT NOT NULL, set_id TEXT NOT NULL, place BIGINT NOT NULL, client TEXT NOT NULL, body BLOB NOT NULL,
  created BIGINT NOT NULL, PRIMARY KEY (org, set_id, place));
CREATE INDEX cw_note_goal_client ON cw_note_goal (org, client, created);
CREATE TABLE cw_profession (
  org TEXT NOT NULL, person TEXT NOT NULL, profession TEXT NOT NULL, PRIMARY KEY (org, person));
CREATE TABLE cw_patient_entry (
  org TEXT NOT NULL, id TEXT NOT NULL, client TEXT NOT NULL, person TEXT NOT NULL, author TEXT NOT NULL,
  unit TEXT NOT NULL, unit_name TEXT NOT NULL, event_at BIGINT NOT NULL, created BIGINT NOT NULL, body BLOB NOT NULL,
  handed_at BIGINT, handed_to BLOB, PRIMARY KEY (org, id));
CREATE INDEX cw_patient_entry_unit ON cw_patient_entry (org, unit, event_at);
";

/// Texts of decisions, and to whom they were served (FR-43).
const DECISIONS: &str = "
CREATE TABLE cw_template (
  org TEXT NOT NULL, type_code TEXT NOT NULL, path TEXT NOT NULL, body TEXT NOT NULL, updated BIGINT NOT NULL,
  PRIMARY KEY (org, type_code, path));
CREATE TABLE cw_served (
  org TEXT NOT NULL, oid TEXT NOT NULL, place BIGINT NOT NULL, client TEXT NOT NULL, way TEXT NOT NULL,
  whom BLOB NOT NULL, sent TEXT NOT NULL, until TEXT NOT NULL, person TEXT NOT NULL, created BIGINT NOT NULL,
  PRIMARY KEY (org, oid, place));
";
