//! The working set of a group: everything that the decisions of the waiting documents rest on, read in a fixed
//! number of queries whatever the number of documents, then kept up to date as the group's documents are accepted.
//!
//! Because it is read inside the writing transaction, no cache can be stale and no invalidation is needed.

use super::{join::Effects, links, restriction};
use crate::{
    consents::{self, Standing},
    entry::{self, CaseFacts, Derived, Entry, RelationshipFacts, UnitRow, Via},
    joining::{self, Joining},
    retention::dispose,
    rights, sql,
};
use jiff::{Timestamp, civil::Date};
use records::{
    access::{ClientKey, DocumentFacts, DocumentForm, Narrowing},
    code::{GeneralType, ServiceProcess, ServiceTask, SocialService},
    id::{CaseId, OrganisationId, ServiceUnitId},
    restriction::Placement,
    time::finnish_date,
};
use sqlx::Row;
use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};
use store::{StoreError, Tx};

/// A stored version, as far as decisions need it.
#[derive(Debug, Clone)]
pub struct StoredDocument {
    /// Its set.
    pub set: String,
    /// Digest of its bytes.
    pub sha256: String,
    /// Its first receipt.
    pub receipt: String,
    /// When it was archived.
    pub archived_at: Timestamp,
}

/// The newest version of a set.
#[derive(Debug, Clone)]
pub struct StoredSet {
    /// OID of the newest version.
    pub newest: String,
    /// Its number.
    pub version: u32,
    /// `current`, `replaced` or `invalidated`.
    pub state: String,
    /// The register; it never changes (B.5 invariant 5).
    pub controller: String,
    /// The case.
    pub case: String,
    /// Who made the newest version.
    pub author_organisation: String,
    /// Who made the first one: the document stays its maker's when the controller joins or corrects it (FR-23).
    pub made_by: String,
    /// Document group.
    pub group: String,
    /// Type.
    pub type_code: String,
    /// Unit of origin.
    pub unit: String,
    /// General type.
    pub general_type: String,
    /// Service tasks.
    pub tasks: Vec<String>,
    /// Social services.
    pub services: Vec<String>,
    /// Service process.
    pub process: String,
    /// First moment of the event.
    pub event_from: Timestamp,
    /// Clients of the newest version.
    pub clients: Vec<entry::ClientKey>,
    /// Blind indexes of all whom any version has named.
    pub earlier: BTreeSet<String>,
}

impl StoredSet {
    /// The newest version's facts, for a decision.
    pub fn facts(&self, controller: &OrganisationId, clients: &[ClientKey]) -> DocumentFacts {
        DocumentFacts {
            controller: controller.clone(),
            clients: clients.to_vec(),
            case: CaseId::parse(&self.case).ok(),
            group: rights::group_of(&self.group),
            type_code: self.type_code.clone(),
            general_type: GeneralType::parse(&self.general_type),
            tasks: self.tasks.iter().filter_map(|task| ServiceTask::parse(task)).collect(),
            services: self.services.iter().map(|code| SocialService::new(code.clone())).collect(),
            process: ServiceProcess::parse(&self.process),
            unit: ServiceUnitId::parse(&self.unit).ok(),
            author_arc: OrganisationId::parse(&self.made_by).unwrap_or_else(|_| controller.clone()).arc(),
            event_day: finnish_date(self.event_from),
            // Nothing is disclosed from here, so its set and its clients' temporary ids are not asked.
            set: None,
            form: DocumentForm::of(rights::group_of(&self.group), true),
            temporary_client: false,
            needs_professional_signature: false,
            invalidated: self.state == "invalidated",
        }
    }
}

/// A case.
#[derive(Debug, Clone)]
pub struct StoredCase {
    /// The register.
    pub controller: String,
    /// Its set of case documents.
    pub set: String,
    /// Its service task.
    pub task: String,
    /// Day of opening.
    pub opened: Option<Date>,
    /// Day of closing.
    pub closed: Option<Date>,
    /// Whether the case document was invalidated.
    pub invalidated: bool,
    /// Clients: blind index, joined, left.
    pub clients: HashMap<String, (Timestamp, Option<Timestamp>)>,
}

/// A client relationship.
#[derive(Debug, Clone)]
pub struct StoredRelationship {
    /// Its set of documents.
    pub set: String,
    /// Its newest version.
    pub document: String,
    /// Its OID.
    pub relationship: String,
    /// First day.
    pub started: Option<Date>,
    /// Last day, when it has ended.
    pub ended: Option<Date>,
    /// All rows of the newest version.
    pub rows: Vec<UnitRow>,
    /// Rows of relationships that were merged into this one (FR-62): ended, yet true of their days.
    pub merged: Vec<UnitRow>,
}

impl StoredRelationship {
    /// Every row that holds for the client: those of the live document and of merged ones.
    pub fn all_rows(&self) -> impl Iterator<Item = &UnitRow> {
        self.rows.iter().chain(&self.merged)
    }
}

/// See the module.
#[derive(Debug, Default)]
pub struct WorkingSet {
    /// By document OID.
    pub documents: HashMap<String, StoredDocument>,
    /// By set OID.
    pub sets: HashMap<String, StoredSet>,
    /// By case OID.
    pub cases: HashMap<String, StoredCase>,
    /// By controller and client.
    pub relationships: HashMap<(String, String), StoredRelationship>,
    /// By organisation.
    pub joining: Arc<HashMap<String, Joining>>,
    /// By organiser and task; task `*` is all tasks.
    pub go_live: Arc<joining::GoLiveDays>,
    /// What organisers have narrowed of their grants, per service; most have not.
    pub scopes: Arc<joining::Scopes>,
    /// Document OIDs that were disposed of: a number is never given twice (FR-86).
    pub disposed: HashSet<String>,
    /// What clients have expressed, by their index among expressions of will.
    pub consents: HashMap<String, Standing>,
    /// Joined temporary ids, by controller and temporary id.
    pub links: HashMap<(String, String), String>,
    /// Joins that were undone: controller, temporary id, personal identity code.
    pub undone: HashSet<(String, String, String)>,
    /// Decisions on children's placements by controller and client, of those about whom a restriction is decided (FR-44).
    pub placements: HashMap<(String, String), Vec<Placement>>,
}

/// What a group asks about.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Document OIDs.
    pub documents: BTreeSet<String>,
    /// Set OIDs.
    pub sets: BTreeSet<String>,
    /// Case OIDs.
    pub cases: BTreeSet<String>,
    /// Clients.
    pub clients: BTreeSet<String>,
    /// Clients of whom only the newest relationship is asked, not what it grants.
    pub related: BTreeSet<String>,
    /// Clients by their index among expressions of will.
    pub consents: BTreeSet<String>,
    /// Children about whose restriction is decided.
    pub placed: BTreeSet<String>,
}

impl Wanted {
    /// Adds what a document's decision rests on.
    pub fn entry(&mut self, entry: &Entry) {
        self.documents.insert(entry.document.as_str().to_owned());
        self.sets.insert(entry.set.as_str().to_owned());
        if let Some(case) = &entry.case {
            self.cases.insert(case.as_str().to_owned());
        }
        if let Derived::Case(facts) = &entry.derived {
            self.cases.insert(facts.case.as_str().to_owned());
        }
        if let Derived::Consent(facts) = &entry.derived {
            self.clients.insert(facts.client_there.clone());
            self.consents.extend(entry.clients.iter().map(|client| client.index.clone()));
            return;
        }
        self.cases.extend(entry.links.iter().map(|case| case.as_str().to_owned()));
        self.clients.extend(entry.clients.iter().map(|client| client.index.clone()));
        if entry.restriction.is_some() {
            self.placed.extend(entry.clients.iter().map(|client| client.index.clone()));
        }
    }
}

/// Microseconds since 1970 as the tables hold them.
pub fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The instant of a column; an impossible number gives the beginning of time rather than a panic.
pub fn instant(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The day of a column; empty is none.
pub fn day(column: &str) -> Option<Date> {
    column.parse().ok()
}

impl WorkingSet {
    /// Reads everything wanted.
    ///
    /// # Errors
    /// What the database says.
    pub async fn load(tx: &mut Tx, wanted: &Wanted) -> Result<Self, StoreError> {
        let mut set = Self::default();
        let list = |values: &BTreeSet<String>| values.iter().cloned().collect::<Vec<_>>();
        set.load_documents(tx, &list(&wanted.documents)).await?;
        set.disposed = dispose::already(tx, &list(&wanted.documents)).await?;
        set.load_sets(tx, &list(&wanted.sets)).await?;
        set.load_cases(tx, &list(&wanted.cases)).await?;
        // The clients of earlier versions too: a join moves a relationship from one name to the other.
        let mut clients = wanted.clients.clone();
        clients.extend(set.sets.values().flat_map(|set| set.clients.iter().map(|client| client.index.clone())));
        set.load_relationships(tx, &list(&clients), &list(&wanted.related)).await?;
        set.load_links(tx, &list(&clients)).await?;
        let steering = joining::steering(tx).await?;
        set.joining = Arc::clone(&steering.joining);
        set.go_live = Arc::clone(&steering.go_live);
        set.scopes = Arc::clone(&steering.scopes);
        set.consents = consents::load(tx, &list(&wanted.consents)).await?;
        set.placements = restriction::load(tx, &list(&wanted.placed)).await?;
        Ok(set)
    }

    async fn load_documents(&mut self, tx: &mut Tx, oids: &[String]) -> Result<(), StoreError> {
        let rows = sql::select_in(
            tx,
            "SELECT document_oid, set_oid, sha256, receipt, archived_at FROM documents WHERE document_oid IN",
            oids,
        )
        .await?;
        for row in rows {
            self.documents.insert(
                row.get(0),
                StoredDocument {
                    set: row.get(1),
                    sha256: row.get(2),
                    receipt: row.get(3),
                    archived_at: instant(row.get(4)),
                },
            );
        }
        Ok(())
    }

    async fn load_sets(&mut self, tx: &mut Tx, sets: &[String]) -> Result<(), StoreError> {
        let rows = sql::select_in(
            tx,
            "SELECT set_oid, document_oid, version, state, controller, case_oid, author_organisation, document_group, \
             type_code, unit, tasks, event_from, general_type, service, process FROM documents WHERE set_oid IN",
            sets,
        )
        .await?;
        let mut makers = HashMap::new();
        for row in rows {
            let version = u32::try_from(row.get::<i64, _>(2)).unwrap_or(0);
            let set: String = row.get(0);
            if version == 1 {
                makers.insert(set.clone(), row.get::<String, _>(6));
            }
            if self.sets.get(&set).is_none_or(|known| known.version < version) {
                let stored = StoredSet {
                    newest: row.get(1),
                    version,
                    state: row.get(3),
                    controller: row.get(4),
                    case: row.get::<Option<String>, _>(5).unwrap_or_default(),
                    author_organisation: row.get(6),
                    made_by: String::new(),
                    group: row.get(7),
                    type_code: row.get(8),
                    unit: row.get(9),
                    tasks: sql::split(row.get(10)),
                    event_from: instant(row.get(11)),
                    general_type: row.get(12),
                    services: sql::split(row.get(13)),
                    process: row.get(14),
                    clients: Vec::new(),
                    earlier: BTreeSet::new(),
                };
                self.sets.insert(set, stored);
            }
        }
        for (set, maker) in makers {
            if let Some(stored) = self.sets.get_mut(&set) {
                stored.made_by = maker;
            }
        }
        self.load_clients_of_sets(tx).await
    }

    /// Whom the versions of the stored sets name. A group of first versions has no stored set and asks nothing.
    async fn load_clients_of_sets(&mut self, tx: &mut Tx) -> Result<(), StoreError> {
        let known: Vec<String> = self.sets.keys().cloned().collect();
        let rows = sql::select_in(
            tx,
            "SELECT d.set_oid, d.document_oid, c.client, c.temporary FROM documents d \
             JOIN document_clients c ON c.document_oid = d.document_oid WHERE d.set_oid IN",
            &known,
        )
        .await?;
        for row in rows {
            let Some(stored) = self.sets.get_mut(row.get::<&str, _>(0)) else { continue };
            let client = entry::ClientKey { index: row.get(2), temporary: row.get::<i64, _>(3) == 1 };
            stored.earlier.insert(client.index.clone());
            if stored.newest == row.get::<&str, _>(1) {
                stored.clients.push(client);
            }
        }
        Ok(())
    }

    async fn load_links(&mut self, tx: &mut Tx, clients: &[String]) -> Result<(), StoreError> {
        for row in links::rows(tx, clients).await? {
            let links::Row { controller, temporary, hetu, undone } = row;
            if undone {
                self.undone.insert((controller, temporary, hetu));
            } else {
                self.links.insert((controller, temporary), hetu);
            }
        }
        Ok(())
    }

    async fn load_cases(&mut self, tx: &mut Tx, cases: &[String]) -> Result<(), StoreError> {
        let rows = sql::select_in(
            tx,
            "SELECT case_oid, controller, set_oid, task, state, closed, opened FROM cases WHERE case_oid IN",
            cases,
        )
        .await?;
        for row in rows {
            let state: String = row.get(4);
            let stored = StoredCase {
                controller: row.get(1),
                set: row.get(2),
                task: row.get(3),
                opened: day(row.get(6)),
                closed: if state == "closed" { day(row.get(5)) } else { None },
                invalidated: state == "invalidated",
                clients: HashMap::new(),
            };
            self.cases.insert(row.get(0), stored);
        }
        let rows =
            sql::select_in(tx, "SELECT case_oid, client, joined, left_at FROM case_clients WHERE case_oid IN", cases)
                .await?;
        for row in rows {
            let left: i64 = row.get(3);
            if let Some(case) = self.cases.get_mut(row.get::<&str, _>(0)) {
                case.clients.insert(row.get(1), (instant(row.get(2)), (left != 0).then(|| instant(left))));
            }
        }
        Ok(())
    }

    async fn load_relationships(
        &mut self,
        tx: &mut Tx,
        clients: &[String],
        related: &[String],
    ) -> Result<(), StoreError> {
        let rows = sql::select_in(
            tx,
            "SELECT controller, client, set_oid, document_oid, relationship_oid, started, ended FROM relationships \
             WHERE client IN",
            &[clients, related].concat(),
        )
        .await?;
        for row in rows {
            let stored = StoredRelationship {
                set: row.get(2),
                document: row.get(3),
                relationship: row.get(4),
                started: day(row.get(5)),
                ended: day(row.get(6)),
                rows: Vec::new(),
                merged: Vec::new(),
            };
            self.relationships.insert((row.get(0), row.get(1)), stored);
        }
        let rows = sql::select_in(
            tx,
            "SELECT controller, client, task, services, unit, via, starts, ends, document_oid FROM grants \
             WHERE superseded_at = 0 AND client IN",
            clients,
        )
        .await?;
        for row in rows {
            let key = (row.get(0), row.get(1));
            let (Some(unit), Some(starts)) = (ServiceUnitId::parse(row.get(4)).ok(), day(row.get(6))) else { continue };
            if let Some(relationship) = self.relationships.get_mut(&key) {
                let own = relationship.document == row.get::<&str, _>(8);
                let rows = if own { &mut relationship.rows } else { &mut relationship.merged };
                rows.push(UnitRow {
                    task: row.get(2),
                    services: sql::split(row.get(3)),
                    unit,
                    via: Via::parse(row.get(5)),
                    starts,
                    ends: day(row.get(7)),
                });
            }
        }
        Ok(())
    }

    /// Takes an accepted document into account for the rest of the group.
    pub fn accept(&mut self, entry: &Entry, effects: &Effects, receipt: &str, archived_at: Timestamp) {
        let document = entry.document.as_str().to_owned();
        self.documents.insert(
            document.clone(),
            StoredDocument {
                set: entry.set.as_str().to_owned(),
                sha256: entry.sha256.clone(),
                receipt: receipt.to_owned(),
                archived_at,
            },
        );
        let mut set = stored_set(entry);
        if let Some(before) = self.sets.remove(entry.set.as_str()) {
            set.earlier.extend(before.earlier);
            set.made_by = before.made_by;
        }
        self.sets.insert(entry.set.as_str().to_owned(), set);
        restriction::accept(&mut self.placements, entry);
        match &entry.derived {
            Derived::Nothing => {}
            Derived::Case(facts) => self.accept_case(entry, facts),
            Derived::Relationship(facts) => self.accept_relationship(entry, facts, effects),
            Derived::Consent(facts) => {
                if let Some(client) = entry.clients.first() {
                    self.consents.entry(client.index.clone()).or_default().accept(entry, facts, archived_at);
                }
            }
        }
    }

    fn accept_case(&mut self, entry: &Entry, facts: &CaseFacts) {
        let stored = StoredCase {
            controller: entry.controller.as_str().to_owned(),
            set: entry.set.as_str().to_owned(),
            task: facts.task.clone(),
            opened: Some(facts.opened),
            closed: facts.closed,
            invalidated: false,
            clients: facts.clients.iter().map(|m| (m.client.clone(), (m.joined, m.left))).collect(),
        };
        self.cases.insert(facts.case.as_str().to_owned(), stored);
    }

    fn accept_relationship(&mut self, entry: &Entry, facts: &RelationshipFacts, effects: &Effects) {
        let Some(client) = entry.clients.first() else { return };
        self.accept_link(entry, effects);
        let key = (entry.controller.as_str().to_owned(), client.index.clone());
        if !effects.live {
            if let Some(live) = self.relationships.get_mut(&key) {
                live.merged.extend(facts.rows.iter().cloned());
            }
            return;
        }
        let merged = self.relationships.remove(&key).map(|before| before.merged).unwrap_or_default();
        let stored = StoredRelationship {
            set: entry.set.as_str().to_owned(),
            document: entry.document.as_str().to_owned(),
            relationship: facts.relationship.as_str().to_owned(),
            started: Some(facts.started),
            ended: facts.ended,
            rows: facts.rows.clone(),
            merged,
        };
        self.relationships.insert(key, stored);
    }

    /// A join takes the relationship away from the name that it had.
    fn accept_link(&mut self, entry: &Entry, effects: &Effects) {
        let Some(link) = &effects.link else { return };
        let controller = entry.controller.as_str().to_owned();
        self.relationships.retain(|_, relationship| relationship.set != entry.set.as_str());
        let key = (controller.clone(), link.temporary.clone());
        if link.undone {
            self.links.remove(&key);
            // What the undone join gave ends at once; the next group reads the rest anew.
            if let Some(other) = self.relationships.get_mut(&(controller.clone(), link.hetu.clone())) {
                other.merged.clear();
            }
            self.undone.insert((controller, link.temporary.clone(), link.hetu.clone()));
        } else {
            self.links.insert(key, link.hetu.clone());
        }
    }

    /// Takes an invalidation into account.
    pub fn invalidate(&mut self, set: &str) {
        if let Some(stored) = self.sets.get_mut(set) {
            stored.state = "invalidated".to_owned();
        }
        for case in self.cases.values_mut().filter(|case| case.set == set) {
            case.invalidated = true;
        }
        self.relationships.retain(|_, relationship| relationship.set != set);
    }

    /// The rows of a client's newest relationship version in a register.
    pub fn rows(&self, controller: &str, client: &str) -> &[UnitRow] {
        self.relationships
            .get(&(controller.to_owned(), client.to_owned()))
            .map_or(&[], |relationship| relationship.rows.as_slice())
    }

    /// What an organiser has narrowed of the grants to its register, per service (decisions.md 4).
    pub fn narrowings(&self, controller: &str) -> Vec<Narrowing> {
        let narrowing = |(service, types): &(String, Vec<String>)| Narrowing {
            service: (service != "*").then(|| SocialService::new(service.clone())),
            case: None,
            types: Some(types.iter().cloned().collect()),
        };
        self.scopes.get(controller).into_iter().flatten().map(narrowing).collect()
    }
}

fn stored_set(entry: &Entry) -> StoredSet {
    StoredSet {
        newest: entry.document.as_str().to_owned(),
        version: entry.version,
        state: "current".to_owned(),
        controller: entry.controller.as_str().to_owned(),
        case: entry.case.as_ref().map(|case| case.as_str().to_owned()).unwrap_or_default(),
        author_organisation: entry.author_organisation.as_str().to_owned(),
        made_by: entry.author_organisation.as_str().to_owned(),
        group: entry.group.clone(),
        type_code: entry.type_code.clone(),
        unit: entry.unit.as_ref().map(|unit| unit.as_str().to_owned()).unwrap_or_default(),
        tasks: entry.tasks.clone(),
        event_from: entry.event.0,
        general_type: entry.general_type.clone(),
        services: entry.services.clone(),
        process: entry.process.clone().unwrap_or_default(),
        clients: entry.clients.clone(),
        earlier: entry.clients.iter().map(|client| client.index.clone()).collect(),
    }
}
