//! Which expressions of will are taken (FR-52): what their content says by itself, and who may store them.

use super::kind_of;
use crate::{
    entry::{ConsentFacts, Denial, Derived, Entry, Told},
    facts::ActsAs,
    intake::{check, decide::Acting, working::WorkingSet},
    rights,
    sabotage::{self, Fault},
    settings::Settings,
};
use jiff::Timestamp;
use kanta::document::Header;
use records::{
    Lang,
    access::{Act, Allowed, ClientKey, Subject},
    consent::{self, Channel, Consent, ConsentFault, Kind, Will},
    refusal::Refusal,
    time::finnish_date,
};
use registers::model::Scope;
use serde_json::Value;
use store::Vault;

/// An expression of will names its client by identity code only. Looked at before the structure, so that the
/// sender hears the reason and not the missing field.
///
/// # Errors
/// `TEMP_ID_NOT_ALLOWED`.
pub fn check_identity(header: &Header) -> Result<(), Denial> {
    let temporary = header.patients.iter().any(|patient| patient.id.hetu().is_none());
    if kind_of(header).is_some() && temporary { Err(Denial::new(Refusal::TempIdNotAllowed)) } else { Ok(()) }
}

fn read(header: &Header, json: &Value) -> Result<Option<Consent>, Denial> {
    let Some(kind) = kind_of(header) else { return Ok(None) };
    let unreadable = |error: records::projection::ProjectionError| {
        let told =
            Told { text: "Tahdonilmaisun kohtaa ei voi lukea.".to_owned(), place: Some(error.path().to_owned()) };
        Denial { told: Refusal::SchemaInvalid, cause: Refusal::SchemaInvalid, details: vec![told] }
    };
    Consent::parse(kind, json).map(Some).map_err(unreadable)
}

/// The rules of the content: not dated ahead, and with its author when a client system made it. Whether a guardian may
/// deny is decided later.
///
/// # Arguments
/// * `channel` – where the document was made. Only the citizen's own door says `Citizen`.
///
/// # Errors
/// `SCHEMA_INVALID` with everything to mend; an expression of will without structured form is none.
pub fn check(header: &Header, json: Option<&Value>, channel: Channel, now: Timestamp) -> Result<(), Denial> {
    if kind_of(header).is_none() {
        return Ok(());
    }
    let json = json.ok_or_else(|| Denial::with(Refusal::SchemaInvalid, "Tahdonilmaisu on aina rakenteinen."))?;
    let Some(consent) = read(header, json)? else { return Ok(()) };
    let faults = consent::check(&consent, channel, finnish_date(now), true);
    if faults.is_empty() {
        return Ok(());
    }
    let told = |fault: &ConsentFault| Told { text: fault.sentence(Lang::Fi).to_owned(), place: None };
    let details = faults.iter().map(told).collect();
    Err(Denial { told: Refusal::SchemaInvalid, cause: Refusal::SchemaInvalid, details })
}

/// What the document derives. A document without an author was made in the citizen view: intake refuses any other.
///
/// # Errors
/// `SCHEMA_INVALID` when a part that rules need cannot be read.
pub fn derive(header: &Header, json: &Value, vault: &Vault) -> Result<Derived, Denial> {
    let Some(consent) = read(header, json)? else { return Ok(Derived::Nothing) };
    let day = consent.will.day().unwrap_or_else(|| finnish_date(header.effective_time));
    let guardian = consent::check(&consent, Channel::Citizen, day, false).contains(&ConsentFault::GuardianDenies);
    let denials = match &consent.will {
        Will::Denials(denials) => denials.iter().map(|denial| (denial.target.clone(), denial.set_on)).collect(),
        _ => Vec::new(),
    };
    let received_in = header.custodian.id.clone();
    Ok(Derived::Consent(Box::new(ConsentFacts {
        kind: consent.will.kind(),
        in_force: consent.will.in_force(),
        day: consent.will.day(),
        denials,
        channel: if consent.author.is_some() { Channel::ClientSystem } else { Channel::Citizen },
        guardian_denies: guardian,
        client_there: check::client_index(vault, received_in.as_str(), &consent.client),
        received_in,
    })))
}

/// Who may store it: a worker whose duty writes and whose unit has a relation to the client, in the own register or
/// under a grant. Storing needs neither informing nor permission (FR-53).
///
/// # Errors
/// The refusal of the relation; `ROLE_FORBIDDEN`; `VERSION_CONFLICT` when it is not the next version of what the client
/// has expressed before. One document of each kind lives per client, whoever took the earlier version down.
pub fn decide(
    entry: &Entry,
    facts: &ConsentFacts,
    acting: &Acting,
    state: &WorkingSet,
    settings: &Settings,
    now: Timestamp,
) -> Result<Allowed, Denial> {
    let subject = Subject {
        controller: facts.received_in.clone(),
        clients: vec![ClientKey::new(facts.client_there.clone())],
        case: None,
        document: None,
    };
    let allowed = rights::decide(acting, Act::Search, &subject, state, settings, now)?;
    if !acting.duty.writes() {
        return Err(Denial::new(Refusal::RoleForbidden));
    }
    if facts.guardian_denies && !settings.guardian_may_deny {
        return Err(Denial::with(Refusal::RoleForbidden, ConsentFault::GuardianDenies.sentence(Lang::Fi)));
    }
    check_version(entry, facts, state).map(|()| allowed)
}

/// Whether somebody may express a kind of will in the citizen view: the client everything, a guardian everything but a
/// denial (FR-74), the holder of a mandate what it gives (FR-75, functional specification 3.19).
pub fn may(acts: Option<ActsAs>, kind: Kind) -> bool {
    match acts {
        None | Some(ActsAs::Mandate(Scope::ViewAndAct)) => true,
        _ if sabotage::active(Fault::CitizenMayAll) => true,
        Some(ActsAs::Guardian) => kind != Kind::Denial,
        Some(ActsAs::Mandate(Scope::View)) => false,
    }
}

/// Who may express a will in the citizen view. The right to act was proven against the registers just before; here stands
/// how far it reaches, and what the client must have expressed first.
///
/// # Errors
/// `ROLE_FORBIDDEN` when the right does not reach so far, `NOT_INFORMED` for a permission before the informing
/// (law-and-codes R-401), `VERSION_CONFLICT` as in [`decide`].
pub fn decide_citizen(
    entry: &Entry,
    facts: &ConsentFacts,
    acts: Option<ActsAs>,
    state: &WorkingSet,
) -> Result<(), Denial> {
    if !may(acts, facts.kind) {
        return Err(Denial::new(Refusal::RoleForbidden));
    }
    let client = entry.clients.first().map(|client| client.index.as_str()).unwrap_or_default();
    let informed = state.consents.get(client).is_some_and(|standing| standing.in_force(Kind::Informing));
    if facts.kind == Kind::Permission && facts.in_force && !informed {
        return Err(Denial::new(Refusal::NotInformed));
    }
    check_version(entry, facts, state)
}

/// The next version of what stands, or the first of what does not.
fn check_version(entry: &Entry, facts: &ConsentFacts, state: &WorkingSet) -> Result<(), Denial> {
    let client = entry.clients.first().map(|client| client.index.as_str()).unwrap_or_default();
    let standing = state.consents.get(client).and_then(|standing| standing.of(facts.kind));
    let follows = match standing {
        Some(standing) => {
            let replaces = entry.replaces.as_ref().map(|document| document.as_str());
            entry.set.as_str() == standing.set
                && entry.version == standing.version + 1
                && replaces == Some(standing.document.as_str())
        }
        None => entry.version == 1 && !state.sets.contains_key(entry.set.as_str()),
    };
    if follows { Ok(()) } else { Err(Denial::new(Refusal::VersionConflict)) }
}
