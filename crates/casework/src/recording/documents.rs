//! Documents as this system keeps them, and the making of the archive's bytes out of a kept one.
//!
//! The bytes are a function of the row: sending again, or after a crash, gives the same document.

use jiff::Timestamp;
use kanta::document::{
    Author as HeaderAuthor, Body, Document, Header, Organisation, Patient, Replaced, Signer, Software, Unit,
};
use records::{
    Lang,
    code::{DocumentGroup, GeneralType, ServiceProcess, ServiceTask, SocialService},
    id::{CaseId, DocumentId, OrganisationId, RegistrationNumber, RelationshipId, ServiceUnitId, SetId},
};
use serde_json::Value;
use sqlx::{Row, any::AnyRow};
use store::Tx;
use structures::{Display, OnBehalf, Party, Structure};

use crate::{
    app::App,
    error::{Fault, Result},
    people::Person,
};

/// What the key is for that seals reasons.
const REASON_KEY: &str = "casework-reason";

/// A document version as stored.
#[derive(Clone)]
pub struct Stored {
    /// OID of the version.
    pub oid: DocumentId,
    /// Set id.
    pub set_id: SetId,
    /// From 1.
    pub version: u32,
    /// OID of the version that this one replaces.
    pub replaces: Option<DocumentId>,
    /// The controller.
    pub register: OrganisationId,
    /// Id of the client's row.
    pub client: String,
    /// The case; none for relationship documents.
    pub case: Option<CaseId>,
    /// Kind of document: `19007`, `1505.1`.
    pub type_code: String,
    /// OID of the structure with its version.
    pub structure: String,
    /// Name of the kind at the time of writing.
    pub title: String,
    /// Life-cycle state as the database words it.
    pub state: String,
    /// Who wrote it.
    pub person: String,
    /// His name as texts show it.
    pub author: String,
    /// Unit of origin.
    pub unit: ServiceUnitId,
    /// Its name.
    pub unit_name: String,
    /// Service task.
    pub task: Option<ServiceTask>,
    /// Social service.
    pub service: Option<SocialService>,
    /// Service process.
    pub process: Option<ServiceProcess>,
    /// When it happened.
    pub event: Timestamp,
    /// When it was written.
    pub created: Timestamp,
    /// When the archive stored it.
    pub archived: Option<Timestamp>,
    /// Sealed content.
    body: Vec<u8>,
    /// Sealed bytes for the archive; empty until signed.
    signed: Vec<u8>,
    /// The person who has to sign, when a professional must.
    pub signer: Option<String>,
    /// Time of signing.
    pub signed_at: Option<Timestamp>,
    /// Sealed reason of a correction or an invalidation: a person's own words, and they may tell about the client.
    reason: Option<Vec<u8>>,
    /// Code of the last refusal.
    pub refusal: Option<String>,
    /// What has to be mended, in plain words.
    pub mend: Option<String>,
    /// How strongly the writer was identified.
    pub strength: String,
    /// Links of a case document to other cases (FR-05), until its bytes are made; they stand in those.
    pub links: Vec<kanta::document::CaseLink>,
}

/// What an insert needs: everything of a version but what follows from it.
pub struct New<'a> {
    /// The version, with its state; its `body` and `signed` are ignored.
    pub stored: &'a Stored,
    /// Content.
    pub body: &'a Value,
    /// Signed bytes; empty until signed.
    pub signed: &'a [u8],
}

impl Stored {
    /// Reads a row.
    ///
    /// # Errors
    /// When a column is not what was stored.
    pub fn read(row: &AnyRow) -> Result<Self> {
        let text = |name: &str| row.try_get::<String, _>(name);
        let maybe = |name: &str| row.try_get::<Option<String>, _>(name);
        let at = |micros: i64| Timestamp::from_microsecond(micros).map_err(|_| Fault::damaged("cw_document time"));
        let damaged = |_| Fault::damaged("cw_document id");
        Ok(Self {
            oid: DocumentId::parse(&text("oid")?).map_err(damaged)?,
            set_id: SetId::parse(&text("set_id")?).map_err(damaged)?,
            version: u32::try_from(row.try_get::<i64, _>("version")?).map_err(|_| Fault::damaged("version"))?,
            replaces: maybe("replaces")?.map(|oid| DocumentId::parse(&oid)).transpose().map_err(damaged)?,
            register: OrganisationId::parse(&text("register")?).map_err(damaged)?,
            client: text("client")?,
            case: maybe("case_oid")?.map(|oid| CaseId::parse(&oid)).transpose().map_err(damaged)?,
            type_code: text("type_code")?,
            structure: text("structure")?,
            title: text("title")?,
            state: text("state")?,
            person: text("person")?,
            author: text("author")?,
            unit: ServiceUnitId::parse(&text("unit")?).map_err(damaged)?,
            unit_name: text("unit_name")?,
            task: maybe("task")?.and_then(|code| ServiceTask::parse(&code)),
            service: maybe("service")?.map(SocialService::new),
            process: maybe("process")?.and_then(|code| ServiceProcess::parse(&code)),
            event: at(row.try_get("event_at")?)?,
            created: at(row.try_get("created")?)?,
            archived: row.try_get::<Option<i64>, _>("archived_at")?.map(at).transpose()?,
            body: row.try_get("body")?,
            signed: row.try_get("sealed")?,
            signer: maybe("signer")?,
            signed_at: row.try_get::<Option<i64>, _>("signed_at")?.map(at).transpose()?,
            reason: row.try_get("reason")?,
            refusal: maybe("refusal")?,
            mend: maybe("mend")?,
            strength: text("strength")?,
            links: Vec::new(),
        })
    }

    /// Why the version corrects another, or why it was invalidated.
    ///
    /// # Errors
    /// When it cannot be opened with the organisation's key.
    pub fn reason(&self, app: &App, org: &str) -> Result<Option<String>> {
        let Some(sealed) = &self.reason else { return Ok(None) };
        let key = app.vault.register_key(REASON_KEY, org);
        let bytes = key.open(sealed, self.set_id.as_str().as_bytes())?;
        String::from_utf8(bytes).map(Some).map_err(|_| Fault::damaged("cw_document.reason"))
    }

    /// Says why the version corrects another. Its set is known by then, as the words are bound to it.
    pub fn give_reason(&mut self, app: &App, org: &str, words: &str) {
        self.reason = Some(seal_reason(app, org, &self.set_id, words));
    }

    /// A new version with nothing yet but what every version has.
    pub fn new(
        oid: DocumentId,
        structure: &Structure,
        register: OrganisationId,
        client: &str,
        op: &crate::op::Op,
        event: Timestamp,
        state: &str,
    ) -> Self {
        Self {
            set_id: oid.as_set(),
            oid,
            version: 1,
            replaces: None,
            register,
            client: client.to_owned(),
            case: None,
            type_code: structure.type_code().to_owned(),
            structure: structure.oid().to_owned(),
            title: structure.name(Lang::Fi).to_owned(),
            state: state.to_owned(),
            person: op.actor.person.clone(),
            author: op.actor.name(),
            unit: op.unit.clone(),
            unit_name: op.unit_name.clone(),
            task: None,
            service: None,
            process: None,
            event,
            created: op.now,
            archived: None,
            body: Vec::new(),
            signed: Vec::new(),
            signer: None,
            signed_at: None,
            reason: None,
            refusal: None,
            mend: None,
            strength: op.strength().code().to_owned(),
            links: Vec::new(),
        }
    }

    fn aad(&self, what: &str) -> Vec<u8> {
        format!("{what} {}", self.oid).into_bytes()
    }

    /// The content.
    ///
    /// # Errors
    /// When the client's key is gone or the bytes were altered.
    pub async fn body(&self, app: &App, tx: &mut Tx, org: &str) -> Result<Value> {
        let key = app.vault.existing_data_key(tx, org, &self.client).await?.ok_or(Fault::NotFound)?;
        self.open_body(&key)
    }

    /// The content, under the client's key; for pages that open many documents of one client.
    ///
    /// # Errors
    /// As [`Self::body`].
    pub fn open_body(&self, key: &store::vault::DataKey) -> Result<Value> {
        serde_json::from_slice(&key.unpack(&self.body, &self.aad("body"))?)
            .map_err(|_| Fault::damaged("cw_document.body"))
    }

    /// The bytes for the archive, exactly as signed; empty when not signed yet.
    ///
    /// # Errors
    /// As [`Self::body`].
    pub async fn signed(&self, app: &App, tx: &mut Tx, org: &str) -> Result<Vec<u8>> {
        if self.signed.is_empty() {
            return Ok(Vec::new());
        }
        let key = app.vault.existing_data_key(tx, org, &self.client).await?.ok_or(Fault::NotFound)?;
        Ok(key.unpack(&self.signed, &self.aad("signed"))?)
    }

    /// Whether it stands, or has stood, in the archive's register: in force, replaced or void. Of another's register this
    /// is what the end of the right locks (FR-21).
    pub fn was_archived(&self) -> bool {
        self.archived.is_some()
    }

    /// Whether a professional has to sign it. What waits without a signer waits for a card holder's batch (FR-48).
    pub fn awaits_signer(&self) -> bool {
        self.state == "waiting_signature" && self.signer.is_some()
    }

    /// The state word of the kit's chips (decisions.md 11).
    pub fn word(&self) -> &'static str {
        match self.state.as_str() {
            "waiting_signature" => "waiting_card",
            "queued" => "sending",
            "waiting_go_live" => "held",
            "waiting_right" => "waiting_right",
            "archived" => "archived",
            "rejected" => "rejected",
            "replaced" => "replaced",
            "invalidated" => "invalidated",
            _ => "ready",
        }
    }
}

/// The words of a correction or an invalidation, as they are stored with the versions of a set.
pub fn seal_reason(app: &App, org: &str, set: &SetId, words: &str) -> Vec<u8> {
    app.vault.register_key(REASON_KEY, org).seal(words.as_bytes(), set.as_str().as_bytes())
}

/// Stores a new version. One statement, so that a document is never half there.
///
/// # Errors
/// `VersionConflict` as a unique violation when the version exists already (FR-35).
pub async fn insert(app: &App, tx: &mut Tx, org: &str, new: &New<'_>) -> Result<()> {
    let one = new.stored;
    let key = app.vault.data_key(tx, org, &one.client).await?;
    let body = key.pack(&serde_json::to_vec(new.body).map_err(Fault::failed)?, &one.aad("body"));
    let signed = if new.signed.is_empty() { Vec::new() } else { key.pack(new.signed, &one.aad("signed")) };
    sqlx::query(
        "INSERT INTO cw_document (org, oid, set_id, version, replaces, register, client, case_oid, type_code, structure,
           title, state, person, author, unit, unit_name, task, service, process, event_at, created, archived_at, body,
           sealed, signer, signed_at, reason, refusal, mend, strength)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
           $23, $24, $25, $26, $27, $28, $29, $30)",
    )
    .bind(org)
    .bind(one.oid.as_str())
    .bind(one.set_id.as_str())
    .bind(i64::from(one.version))
    .bind(one.replaces.as_ref().map(|oid| oid.as_str().to_owned()))
    .bind(one.register.as_str())
    .bind(&one.client)
    .bind(one.case.as_ref().map(|oid| oid.as_str().to_owned()))
    .bind(&one.type_code)
    .bind(&one.structure)
    .bind(&one.title)
    .bind(&one.state)
    .bind(&one.person)
    .bind(&one.author)
    .bind(one.unit.as_str())
    .bind(&one.unit_name)
    .bind(one.task.map(|task| task.code().to_owned()))
    .bind(one.service.as_ref().map(|service| service.code().to_owned()))
    .bind(one.process.map(|process| process.code().to_owned()))
    .bind(one.event.as_microsecond())
    .bind(one.created.as_microsecond())
    .bind(None::<i64>)
    .bind(body)
    .bind(signed)
    .bind(&one.signer)
    .bind(one.signed_at.map(|at| at.as_microsecond()))
    .bind(&one.reason)
    .bind(&one.refusal)
    .bind(&one.mend)
    .bind(&one.strength)
    .execute(&mut **tx)
    .await?;
    crate::finding::index::document(app, tx, org, one, new.body).await
}

/// Puts the signed bytes of a version that waited for its signature, with the content as signed.
///
/// # Errors
/// When the database refuses.
pub async fn put_signed(app: &App, tx: &mut Tx, org: &str, one: &Stored, body: &Value, signed: &[u8]) -> Result<()> {
    let key = app.vault.data_key(tx, org, &one.client).await?;
    let body = key.pack(&serde_json::to_vec(body).map_err(Fault::failed)?, &one.aad("body"));
    let signed = if signed.is_empty() { Vec::new() } else { key.pack(signed, &one.aad("signed")) };
    sqlx::query(
        "UPDATE cw_document SET body = $3, sealed = $4, state = $5, signer = $6, signed_at = $7
          WHERE org = $1 AND oid = $2",
    )
    .bind(org)
    .bind(one.oid.as_str())
    .bind(body)
    .bind(signed)
    .bind(&one.state)
    .bind(&one.signer)
    .bind(one.signed_at.map(|at| at.as_microsecond()))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Puts the signed bytes of a finished version whose content stays as it is, with its state.
///
/// # Errors
/// When the database refuses.
pub async fn put_signed_bytes(app: &App, tx: &mut Tx, org: &str, one: &Stored, signed: &[u8]) -> Result<()> {
    let key = app.vault.data_key(tx, org, &one.client).await?;
    sqlx::query("UPDATE cw_document SET sealed = $3, state = $4 WHERE org = $1 AND oid = $2")
        .bind(org)
        .bind(one.oid.as_str())
        .bind(key.pack(signed, &one.aad("signed")))
        .bind(&one.state)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A document by its OID within the organisation.
///
/// # Errors
/// `NotFound`.
pub async fn by_oid(tx: &mut Tx, org: &str, oid: &str) -> Result<Stored> {
    let row = sqlx::query("SELECT * FROM cw_document WHERE org = $1 AND oid = $2")
        .bind(org)
        .bind(oid)
        .fetch_optional(&mut **tx)
        .await?
        .ok_or(Fault::NotFound)?;
    Stored::read(&row)
}

/// The client's documents, newest event first; the narrative view is these in time order (FR-29).
///
/// # Errors
/// When the database does not answer.
pub async fn of_client(tx: &mut Tx, org: &str, client: &str) -> Result<Vec<Stored>> {
    sqlx::query(
        "SELECT * FROM cw_document WHERE org = $1 AND client = $2 ORDER BY event_at DESC, created DESC, oid DESC",
    )
    .bind(org)
    .bind(client)
    .fetch_all(&mut **tx)
    .await?
    .iter()
    .map(Stored::read)
    .collect()
}

/// Sets a version's state.
///
/// # Errors
/// When the database refuses.
pub async fn set_state(tx: &mut Tx, org: &str, oid: &str, state: &str) -> Result<()> {
    sqlx::query("UPDATE cw_document SET state = $3 WHERE org = $1 AND oid = $2")
        .bind(org)
        .bind(oid)
        .bind(state)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// What the header needs beside the row.
pub struct Around<'a> {
    /// The client.
    pub client: &'a Person,
    /// The writer as the header's author.
    pub author: HeaderAuthor,
    /// Name of the controller.
    pub controller_name: &'a str,
    /// The storing organisation.
    pub storing: &'a OrganisationId,
    /// Its name.
    pub storing_name: &'a str,
    /// Business ids of controller and storing organisation, as people know them.
    pub business_ids: (&'a str, &'a str),
    /// The provider above the storing organisation, when that is a subcontractor: name and business id (FR-103).
    pub above: Option<(String, String)>,
    /// The relationship, on its own document.
    pub relationship: Option<RelationshipId>,
    /// Who signs, when a professional does.
    pub signers: Vec<Signer>,
    /// Why a correction was made.
    pub reason: Option<String>,
}

/// Builds the document of a version: header, display form, content.
///
/// # Errors
/// When the client's identifier is damaged.
pub fn build(structure: &Structure, one: &Stored, body: &Value, around: &Around<'_>) -> Result<Document> {
    let mut header = Header::new(one.oid.clone(), group(structure), custodian(one, around), one.created);
    header.set_id = one.set_id.clone();
    header.version = one.version;
    header.structure_oid = Some(one.structure.clone());
    header.effective_time = one.event;
    header.patients = vec![patient(around.client)?];
    header.authors = vec![around.author.clone()];
    header.case = one.case.clone();
    header.unit = Some(Unit { id: one.unit.clone(), name: one.unit_name.clone() });
    header.relationship = around.relationship.clone();
    header.signers = around.signers.clone();
    header.software = Software {
        moderator: around.storing_name.to_owned(),
        product: "Vakka".into(),
        version: env!("CARGO_PKG_VERSION").into(),
    };
    if one.version > 1 {
        header.reason_of_correction = around.reason.clone();
    }
    header.replaces = one.replaces.clone().map(|id| Replaced {
        id,
        set_id: one.set_id.clone(),
        version: one.version.saturating_sub(1),
    });
    header.links = one.links.clone();
    if one.type_code != RELATIONSHIP {
        fill_context(&mut header, structure, one, around);
    }
    let on_behalf = behalf(one, around);
    let display = Display {
        document: &one.oid,
        organisation: around.controller_name,
        date: records::time::finnish_date(one.event),
        language: Lang::Fi,
        on_behalf,
    };
    let xhtml = structures::display_form(structure, body, &display);
    let json = serde_json::to_vec(body).map_err(Fault::failed)?;
    Ok(Document { header, body: Body::Structured { xhtml, json } })
}

/// Kind of the relationship document.
pub const RELATIONSHIP: &str = "1505.1";
/// Kind of the case document.
pub const CASE: &str = "1505.2";

/// Whether a kind is a client document, that workers write. Control documents and expressions of will are in the catalogue
/// too, and are made in places of their own: the archive returns them when they come as client documents.
pub fn is_client_document(kind: &str) -> bool {
    !kind.starts_with("1505") && kind != records::consent::Kind::Informing.type_code()
}

fn group(structure: &Structure) -> kanta::Code {
    let group = match structure.type_code() {
        RELATIONSHIP => DocumentGroup::Relationship,
        CASE => DocumentGroup::Case,
        _ => DocumentGroup::ClientDocument,
    };
    kanta::Code::named(group.code(), group.name(Lang::Fi))
}

fn custodian(one: &Stored, around: &Around<'_>) -> Organisation {
    Organisation { id: one.register.clone(), name: around.controller_name.to_owned() }
}

fn patient(client: &Person) -> Result<Patient> {
    let id = client.id().map_err(|_| Fault::damaged("cw_client.person"))?;
    let sex = client.sex().map(|code| kanta::Code::named(code, if code == "1" { "Mies" } else { "Nainen" }));
    Ok(Patient {
        id,
        family: client.family.clone(),
        given: client.given.clone(),
        calling: None,
        birth_date: client.born(),
        sex,
    })
}

/// The five context items and the kind of document (FR-31).
fn fill_context(header: &mut Header, structure: &Structure, one: &Stored, around: &Around<'_>) {
    if let Some(general) = structure.general_type() {
        let name = GeneralType::parse(general).map_or("", |kind| kind.name(Lang::Fi));
        header.general_type = Some(kanta::Code::named(general, name));
        header.specific_type = Some(kanta::Code::named(structure.type_code(), structure.name(Lang::Fi)));
    }
    header.organiser = Some(custodian(one, around));
    header.tasks = one.task.iter().map(|task| kanta::Code::named(task.code(), task.name(Lang::Fi))).collect();
    header.services =
        one.service.iter().map(|service| kanta::Code::named(service.code(), service.name(Lang::Fi))).collect();
    header.process = one.process.map(|process| kanta::Code::named(process.code(), process.name(Lang::Fi)));
    if &one.register != around.storing {
        header.outsourcing_customer = Some(custodian(one, around));
    }
}

/// Who made it on whose behalf, when the register is another's (FR-103).
fn behalf<'a>(one: &Stored, around: &'a Around<'a>) -> Option<OnBehalf<'a>> {
    let storing = Party { name: around.storing_name, id: around.business_ids.1 };
    // The producer is who has agreed with the organiser; whoever works below stands in the chain.
    let (producer, chain) = match &around.above {
        Some((name, id)) => (Party { name, id }, vec![storing]),
        None => (storing, Vec::new()),
    };
    (&one.register != around.storing).then_some(OnBehalf {
        basis: "Rekisterinkäyttöoikeus: palvelu tuotetaan palvelunjärjestäjän lukuun",
        organiser: Party { name: around.controller_name, id: around.business_ids.0 },
        producer,
        chain,
    })
}

/// The author of the header from a worker's facts.
pub fn header_author(family: &str, given: &str, registration: Option<RegistrationNumber>) -> HeaderAuthor {
    HeaderAuthor { registration, family: family.to_owned(), given: given.to_owned() }
}
