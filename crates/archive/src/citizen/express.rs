//! What the client expresses himself: that he has been informed, his permission, his denials (FR-73). The archive makes
//! the document, signs it with the key of the register of expressions of will, and stores it through the same writer and
//! under the same rule of versions as one that a client system made.

use super::{CitizenError, Proven, Question, prove, visible};
use crate::{
    app::App,
    consents::{self, Made, Standing},
    entry::Denial as Refused,
    facts::{ActsAs, PersonName},
    intake::{
        check::{self, Checked},
        rows::Sealed,
    },
    log::{Event, log_client},
    queries::found,
    writer::{Express, Record},
};
use axum::{Json, extract::State};
use jiff::civil::Date;
use kanta::Limits;
use records::{
    Lang,
    code::{RelatedRole, ServiceTask},
    consent::{Consent, Denial, Kind, Representative, Target, Will},
    id::{ClientId, OrganisationId},
    refusal::Refusal,
    time::finnish_date,
};
use serde::Deserialize;
use store::log::{Action, LogDocument};

/// What somebody expresses, and what stood on the page on which he did.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expression {
    person: String,
    subject: String,
    #[serde(default)]
    name: String,
    /// `fi`, `sv` or `en`.
    #[serde(default)]
    lang: String,
    /// OID of the newest version that the page showed; empty for none.
    #[serde(default)]
    seen: String,
    wish: Wish,
}

/// What is wished.
#[derive(Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Wish {
    /// To have been informed.
    Acknowledge,
    /// To give the permission.
    Permit,
    /// To withdraw it.
    Withdraw,
    /// To deny one thing more.
    Deny(Aim),
    /// To take one denial back.
    TakeBack(Aim),
}

/// What a denial aims at, as [`Target::columns`] names it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aim {
    level: String,
    target: String,
}

impl Wish {
    fn kind(&self) -> Kind {
        match self {
            Self::Acknowledge => Kind::Informing,
            Self::Permit | Self::Withdraw => Kind::Permission,
            Self::Deny(_) | Self::TakeBack(_) => Kind::Denial,
        }
    }
}

/// Stores it and gives the receipt.
pub async fn express(
    State(app): State<App>,
    expression: Result<Json<Expression>, axum::extract::rejection::JsonRejection>,
) -> Result<Json<serde_json::Value>, CitizenError> {
    let Json(Expression { person, subject, name, lang, seen, wish }) =
        expression.map_err(|_| CitizenError::BadRequest)?;
    let proven = prove(&app, &Question { person, subject, document: None, name }).await?;
    let key = app.will_key.clone().ok_or(CitizenError::NotOffered)?;
    if !consents::may(proven.acts, wish.kind()) {
        return Err(refused(&app, &proven, Refusal::RoleForbidden, CitizenError::Forbidden).await);
    }
    let stands = Stands::read(&app, &proven, wish.kind()).await?;
    let aim = aim(&app, &proven, &wish).await?;
    if unchanged(&wish, aim.as_ref(), &stands.standing) {
        return Err(CitizenError::Unchanged);
    }
    let before = stands.standing.of(wish.kind());
    if before.map_or("", |will| will.document.as_str()) != seen {
        return Err(refused(&app, &proven, Refusal::VersionConflict, CitizenError::Conflict).await);
    }
    let client = name_of(&app, &proven.subject).await?;
    let today = finnish_date(app.clock.now());
    let will = stands.with(&wish, aim, representatives(&app, &proven).await?, today);
    let consent = Consent { client: ClientId::Hetu(proven.subject.clone()), will, author: None };
    let made = Made {
        consent: &consent,
        client: &client,
        before,
        language: Lang::parse(&lang).unwrap_or(Lang::Fi),
        now: app.clock.now(),
        number: app.next_message(),
    };
    let unsigned = consents::make(&app.catalogue, &made).ok_or(CitizenError::Unavailable)?;
    let (checked, bytes) = sign(&app, key, kanta::document::encode(&unsigned)).await?;
    let (document, version) = (checked.entry.document.clone(), checked.entry.version);
    let stored = app.writer.express(prepare(&app, &proven, checked, &bytes).await?).await.map_err(told)?;
    Ok(Json(serde_json::json!({
        "receipt": stored.receipt,
        "archived_at": stored.archived_at.to_string(),
        "document": document.as_str(),
        "version": version,
    })))
}

/// A refusal of the writer as the citizen view hears it.
fn told(denial: Refused) -> CitizenError {
    match denial.cause {
        Refusal::VersionConflict => CitizenError::Conflict,
        Refusal::NotInformed => CitizenError::NotInformed,
        Refusal::RoleForbidden => CitizenError::Forbidden,
        _ => CitizenError::Unavailable,
    }
}

/// A refusal before the writer: its log row is durable before anybody hears of it.
async fn refused(app: &App, proven: &Proven, cause: Refusal, error: CitizenError) -> CitizenError {
    let mut event = event_of(proven);
    event.denied(&Refused::new(cause));
    match app.writer.record(Record { event, rests: Vec::new(), nonce: None }).await {
        Ok(()) => error,
        Err(_) => CitizenError::Unavailable,
    }
}

/// The act in the log of the register of expressions of will, which is also its maker there.
fn event_of(proven: &Proven) -> Event {
    let mut event = Event::of_connection("omakanta", Action::Consent);
    event.register = Some(kanta::ids::WILL_REGISTER.to_owned());
    proven.describe(&mut event);
    event.organisation = kanta::ids::WILL_REGISTER.to_owned();
    event.clients = vec![log_client(&ClientId::Hetu(proven.subject.clone()))];
    event
}

/// What stands, and the denials with who set them, which only the document tells.
struct Stands {
    standing: Standing,
    denials: Vec<Denial>,
}

impl Stands {
    async fn read(app: &App, proven: &Proven, kind: Kind) -> Result<Self, CitizenError> {
        let index = consents::client_index(&app.vault, &ClientId::Hetu(proven.subject.clone()));
        let mut tx = app.db.read().await?;
        let standing = consents::load(&mut tx, std::slice::from_ref(&index)).await?.remove(&index).unwrap_or_default();
        let newest: Vec<String> =
            standing.of(kind).filter(|_| kind == Kind::Denial).map(|will| will.document.clone()).into_iter().collect();
        let rows = found::rows_by_document(&mut tx, &newest).await?;
        tx.rollback().await?;
        let mut denials = Vec::new();
        for bytes in consents::opened(app, &rows).await? {
            denials = denials_of(&bytes).ok_or(CitizenError::Unavailable)?;
        }
        Ok(Self { standing, denials })
    }

    /// What will stand.
    fn with(&self, wish: &Wish, aim: Option<Target>, representatives: Vec<Representative>, on: Date) -> Will {
        match (wish, aim) {
            (Wish::Acknowledge, _) => Will::Informing { informed: true, on, representatives },
            (Wish::Permit | Wish::Withdraw, _) => {
                Will::Permission { given: matches!(wish, Wish::Permit), on, representatives }
            }
            (Wish::Deny(_), Some(target)) => {
                let more = Denial { target, set_on: on, representatives };
                Will::Denials(self.denials.iter().cloned().chain([more]).collect())
            }
            (Wish::Deny(_) | Wish::TakeBack(_), aim) => {
                let stays = |denial: &&Denial| Some(&denial.target) != aim.as_ref();
                Will::Denials(self.denials.iter().filter(stays).cloned().collect())
            }
        }
    }
}

/// The denials that a stored document tells.
fn denials_of(bytes: &[u8]) -> Option<Vec<Denial>> {
    let decoded = kanta::document::decode(bytes, &Limits::default()).ok()?;
    let json = structures::parse_strict(decoded.document.body.json()?).ok()?;
    match Consent::parse(Kind::Denial, &json).ok()?.will {
        Will::Denials(denials) => Some(denials),
        _ => None,
    }
}

/// Whether it is so already: the same form sent twice changes nothing and is no conflict.
fn unchanged(wish: &Wish, aim: Option<&Target>, standing: &Standing) -> bool {
    let denied = || {
        let denials = standing.of(Kind::Denial).map(|will| will.denials.as_slice()).unwrap_or_default();
        denials.iter().any(|(target, _)| Some(target) == aim)
    };
    match wish {
        Wish::Acknowledge => standing.in_force(Kind::Informing),
        Wish::Permit => standing.in_force(Kind::Permission),
        Wish::Withdraw => !standing.in_force(Kind::Permission),
        Wish::Deny(_) => denied(),
        Wish::TakeBack(_) => !denied(),
    }
}

/// The target of a denial. What can be denied is a controller of the organisation register, a service task, or a document
/// that the client sees himself and that is no text alone. One that stands can always be taken back.
async fn aim(app: &App, proven: &Proven, wish: &Wish) -> Result<Option<Target>, CitizenError> {
    let (Wish::Deny(aim) | Wish::TakeBack(aim)) = wish else { return Ok(None) };
    let target = Target::parse(&aim.level, &aim.target).ok_or(CitizenError::NotDeniable)?;
    if matches!(wish, Wish::TakeBack(_)) {
        return Ok(Some(target));
    }
    let deniable = match &target {
        Target::Controller(controller) => {
            let known = app.registers.organisation(controller).await.map_err(|_| CitizenError::Unavailable)?;
            known.is_some()
        }
        Target::Task(task) => ServiceTask::ALL.contains(task),
        Target::Document(oid) => {
            let shown = visible(app, proven).await?;
            shown.iter().any(|(_, row)| row.set == *oid && super::deniable(row))
        }
    };
    if deniable { Ok(Some(target)) } else { Err(CitizenError::NotDeniable) }
}

/// Who acts, by name and role, when it is not the client.
async fn representatives(app: &App, proven: &Proven) -> Result<Vec<Representative>, CitizenError> {
    let Some(acts) = proven.acts else { return Ok(Vec::new()) };
    let PersonName { family, given } = name_of(app, &proven.person).await?;
    let role = match acts {
        ActsAs::Guardian => RelatedRole::Guardian,
        ActsAs::Mandate(_) => RelatedRole::Attorney,
    };
    let id = Some(ClientId::Hetu(proven.person.clone()));
    Ok(vec![Representative { family, given, id, other_id: None, role }])
}

/// A document names people as the population data do; whom they do not know expresses his will at a unit.
async fn name_of(app: &App, person: &records::id::PersonalIdentityCode) -> Result<PersonName, CitizenError> {
    let name = app.registers.name(person).await.map_err(|_| CitizenError::Unavailable)?;
    name.ok_or(CitizenError::NotOffered)
}

/// Signs, and checks the result as if it had come over the wire: CPU only, in a seat of its own.
async fn sign(
    app: &App,
    key: std::sync::Arc<dyn seal::SigningKey>,
    xml: Vec<u8>,
) -> Result<(Checked, Vec<u8>), CitizenError> {
    let _seat = app.cpu.acquire().await.map_err(|_| CitizenError::Unavailable)?;
    let working = app.clone();
    let done = tokio::task::spawn_blocking(move || sign_here(&working, key.as_ref(), &xml)).await;
    done.map_err(|_| CitizenError::Unavailable)?
}

fn sign_here(app: &App, key: &dyn seal::SigningKey, xml: &[u8]) -> Result<(Checked, Vec<u8>), CitizenError> {
    let broken = |why: String| {
        tracing::error!(why, "an expression of will could not be made");
        CitizenError::Unavailable
    };
    let bytes = seal::sign(xml, seal::Role::System, key, app.clock.now()).map_err(|error| broken(error.to_string()))?;
    let checked = check::expressed(app, &bytes).map_err(|denial| broken(denial.cause.code().to_owned()))?;
    let own = |signer: &OrganisationId| *signer == consents::register();
    if checked.system_signers.is_empty() || !checked.system_signers.iter().all(own) {
        return Err(broken("the key's certificate names another organisation".to_owned()));
    }
    Ok((checked, bytes))
}

/// Encrypts, and makes the writer's work.
async fn prepare(app: &App, proven: &Proven, checked: Checked, bytes: &[u8]) -> Result<Express, CitizenError> {
    let Checked { entry, header, .. } = checked;
    let subject = check::key_subject(&app.vault, &entry);
    let (key, new) = app.keys.for_writing(entry.controller.as_str(), &subject).await?;
    let sealed = app.bodies.seal(&key, entry.document.as_str(), bytes, &header)?;
    let mut event = event_of(proven);
    event.documents = vec![LogDocument { id: entry.document.as_str().to_owned(), version: entry.version }];
    event.count = 1;
    event.detail = Some(format!("sha256={}", entry.sha256));
    Ok(Express { entry, acts: proven.acts, sealed: Sealed { subject, ..sealed }, key: new, event })
}
