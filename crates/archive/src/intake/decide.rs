//! The rules that need the archive's state: joining, case, relationship, grant, version. Pure: the working set goes in,
//! a decision comes out. Everything that can be checked from the bytes alone was checked before (`check`).

use super::{
    join, restriction,
    working::{StoredSet, WorkingSet},
};
use crate::{
    consents,
    entry::{Basis, CaseFacts, Denial, Derived, Entry, RelationshipFacts},
    rights,
    sabotage::{self, Fault},
    settings::Settings,
};
use jiff::Timestamp;
use records::{
    Lang,
    access::{Act, Allowed, ClientKey, Duty, GivenReason, Ground, LoginStrength, Subject},
    case::CaseFault,
    code::{ServiceTask, SocialService},
    id::{OrganisationId, ServiceUnitId},
    refusal::Refusal,
    time::finnish_date,
};

/// Who acts, as far as state decides about it; made from the verified `Toimija`.
#[derive(Debug, Clone)]
pub struct Acting {
    /// Organisation of the connection.
    pub connecting: String,
    /// Organisation of the active unit.
    pub organisation: String,
    /// Active unit.
    pub unit: ServiceUnitId,
    /// The duty (työtehtävä) that the act belongs to.
    pub duty: Duty,
    /// Service tasks that the worker works in.
    pub tasks: Vec<ServiceTask>,
    /// Social services that the worker carries out.
    pub services: Vec<SocialService>,
    /// Strength of the login, as far as its evidence proves it.
    pub login: LoginStrength,
    /// A special reason given for this client.
    pub reason: Option<GivenReason>,
}

/// What becomes of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Store it.
    Store {
        /// In the own register or under a grant.
        basis: Basis,
        /// Whether it rests on a special reason (FR-51).
        on_reason: bool,
    },
    /// The same bytes are stored already: the first receipt again (interfaces.md 4).
    Again {
        /// The first receipt.
        receipt: String,
        /// When it was stored.
        archived_at: Timestamp,
    },
}

/// Whether the acting organisation is the controller itself or works under its grant (decisions.md 1).
pub fn basis(acting: &Acting, controller: &str) -> Basis {
    if acting.organisation == controller { Basis::Own } else { Basis::Rko }
}

/// Decides about a document.
///
/// # Errors
/// The refusal; under a grant its cause is hidden (decisions.md 3).
pub fn decide(
    entry: &Entry,
    acting: &Acting,
    state: &WorkingSet,
    settings: &Settings,
    now: Timestamp,
) -> Result<Decision, Denial> {
    let basis = basis(acting, entry.custodian().as_str());
    if let Some(stored) = state.documents.get(entry.document.as_str()) {
        return if stored.sha256 == entry.sha256 || sabotage::active(Fault::NumberMayReturn) {
            Ok(Decision::Again { receipt: stored.receipt.clone(), archived_at: stored.archived_at })
        } else {
            Err(Denial::new(Refusal::DuplicateOid))
        };
    }
    if state.disposed.contains(entry.document.as_str()) {
        return Err(Denial::new(Refusal::DuplicateOid));
    }
    check_sends_for(acting, state)?;
    if let Derived::Consent(facts) = &entry.derived {
        return consents::decide(entry, facts, acting, state, settings, now)
            .map(|allowed| Decision::Store { basis, on_reason: on_reason(&allowed) });
    }
    check_case_arc(entry)?;
    check_document(entry, acting, basis, state, settings)?;
    restriction::check(entry, basis)?;
    if basis == Basis::Own {
        // Told before the case is looked at: under a grant the right comes first, for this tells of a client.
        join::check_joined(entry, state)?;
    }
    // A case or relationship lives by new versions; to who writes none (the archivist) such a one is a correction.
    let correction = entry.version > 1 && (entry.derived == Derived::Nothing || !acting.duty.writes());
    let act = if correction { Act::Correct } else { Act::Write };
    let allowed = rights::decide(acting, act, &subject_of(entry), state, settings, now)?;
    let replaces = check_replaced(entry, acting, act, state, settings, now)?;
    check_version(entry, acting, basis, state).map_err(|denial| denial.under(basis))?;
    restriction::check_placed(entry, state)?;
    join::check(entry, basis, state)?;
    Ok(Decision::Store { basis, on_reason: on_reason(&allowed) || replaces.is_some_and(|allowed| on_reason(&allowed)) })
}

/// Whether what was allowed rests on a special reason.
pub fn on_reason(allowed: &Allowed) -> bool {
    matches!(allowed.ground(), Ground::SpecialReason { .. })
}

/// A correction is a right to the stored document, not only to what the new version says of itself: otherwise a new
/// header could turn another unit's therapy entry into one's own.
fn check_replaced(
    entry: &Entry,
    acting: &Acting,
    act: Act,
    state: &WorkingSet,
    settings: &Settings,
    now: Timestamp,
) -> Result<Option<Allowed>, Denial> {
    let stored = state.sets.get(entry.set.as_str()).filter(|_| act == Act::Correct);
    // Of another register or none: `check_version` says so.
    let Some(stored) = stored.filter(|stored| stored.controller == entry.controller.as_str()) else { return Ok(None) };
    let subject = subject_of(entry);
    let replaced = stored.facts(&entry.controller, &subject.clients);
    let subject = Subject { document: Some(replaced), ..subject };
    rights::decide(acting, act, &subject, state, settings, now).map(Some)
}

/// What the right is asked for: the document, its case, and its clients.
fn subject_of(entry: &Entry) -> Subject {
    Subject {
        controller: entry.controller.clone(),
        clients: entry.clients.iter().map(|client| ClientKey::new(client.index.clone())).collect(),
        case: entry.case.clone(),
        document: Some(rights::facts_of(entry)),
    }
}

/// A tenant or a guest sends through its main joiner; anybody else only for itself (3.25, decisions.md 1).
///
/// # Errors
/// `ACTOR_INVALID` when the connection may not send for the acting organisation, `ORG_NOT_JOINED` when it has not
/// joined itself.
pub fn check_sends_for(acting: &Acting, state: &WorkingSet) -> Result<(), Denial> {
    if acting.organisation == acting.connecting {
        return Ok(());
    }
    let sends_for = |tenant: &crate::joining::Joining| tenant.main_joiner == acting.connecting;
    if !state.joining.get(&acting.organisation).is_some_and(sends_for) {
        return Err(Denial::with(Refusal::ActorInvalid, "Yhteyden organisaatio ei toimi tämän yksikön puolesta."));
    }
    if state.joining.get(&acting.connecting).is_none_or(|joining| joining.state != "joined") {
        return Err(Denial::new(Refusal::OrgNotJoined));
    }
    Ok(())
}

/// FR-27 as far as the message itself shows it: a case's OID lies under its controller's arc (decisions.md 7). Nothing
/// stored is looked at, so that the answer tells nothing of what exists.
fn check_case_arc(entry: &Entry) -> Result<(), Denial> {
    match &entry.case {
        Some(case) if !case.0.is_under(&entry.controller.arc()) => Err(Denial::new(Refusal::RegisterMismatch)),
        _ => Ok(()),
    }
}

/// What the message shows by itself, and what the two steering documents must be.
fn check_document(
    entry: &Entry,
    acting: &Acting,
    basis: Basis,
    state: &WorkingSet,
    settings: &Settings,
) -> Result<(), Denial> {
    check_limits(entry)?;
    check_recording(entry)?;
    if basis == Basis::Rko {
        if entry.derived != Derived::Nothing {
            let sentence = "Asia- ja asiakkuusasiakirjan tallentaa palvelunjärjestäjä.";
            return Err(Denial::with(Refusal::RoleForbidden, sentence));
        }
        if entry.old {
            let sentence = "Vanhat asiakirjat tallentaa rekisterinpitäjä itse.";
            return Err(Denial::with(Refusal::RoleForbidden, sentence));
        }
        check_context(entry, true)?;
        return check_processing_basis(entry);
    }
    // A new version keeps the unit of origin, also when the controller makes it of a producer's document.
    let kept = |unit: &ServiceUnitId| state.sets.get(entry.set.as_str()).is_some_and(|set| set.unit == unit.as_str());
    let strange = |unit: &ServiceUnitId| *unit != acting.unit && !unit.belongs_to(&entry.controller) && !kept(unit);
    if entry.unit.as_ref().is_some_and(strange) {
        return Err(Denial::with(Refusal::ContextMismatch, "Palveluyksikkö ei kuulu rekisterinpitäjälle."));
    }
    match &entry.derived {
        Derived::Case(_) => check_case_document(entry, state),
        Derived::Relationship(_) => check_relationship_document(entry, state),
        // Old documents need a light form only; case and process are often not known (FR-96, spec 3.30).
        Derived::Nothing if entry.old => Ok(()),
        Derived::Nothing | Derived::Consent(_) => check_context(entry, settings.service_always_required),
    }
}

/// FR-70: who limits what the client sees says why, in words.
fn check_limits(entry: &Entry) -> Result<(), Denial> {
    let limited = entry.shown_from.is_some() || !entry.inaccessible.is_empty();
    if limited && !entry.limit_reason {
        let sentence = "Näyttämisen rajaus OmaKannassa vaatii perustelun.";
        return Err(Denial::with(Refusal::ReasonRequired, sentence));
    }
    Ok(())
}

/// FR-95: a recording is described once; what it is cannot change.
fn check_recording(entry: &Entry) -> Result<(), Denial> {
    let is_recording = entry.group == kanta::code::GROUP_RECORDING;
    if is_recording != entry.recording.is_some() {
        return Err(Denial::with(
            Refusal::HeaderInvalid,
            "Tallenteen tiedot kuuluvat tallenteen kuvailuun ja vain siihen.",
        ));
    }
    if is_recording && entry.version > 1 {
        let sentence = "Tallenteen kuvailua ei voi korvata. Mitätöi tallenne ja tallenna uusi.";
        return Err(Denial::with(Refusal::ContextMismatch, sentence));
    }
    Ok(())
}

/// A case document: its OID is the controller's own, its set, task and day of opening never change, and it is joined to
/// cases of its own register only.
fn check_case_document(entry: &Entry, state: &WorkingSet) -> Result<(), Denial> {
    let Derived::Case(facts) = &entry.derived else { return Ok(()) };
    if entry.case.as_ref() != Some(&facts.case) {
        return Err(Denial::with(Refusal::ContextMismatch, "Asiatunnus on eri otsikossa ja sisällössä."));
    }
    match state.cases.get(facts.case.as_str()) {
        Some(stored) if stored.controller != entry.controller.as_str() => Err(Denial::new(Refusal::RegisterMismatch)),
        Some(stored) if stored.set != entry.set.as_str() => Err(Denial::new(Refusal::VersionConflict)),
        // FR-05: a case keeps its task; a widening opens a new case.
        Some(stored) if stored.task != facts.task => {
            Err(Denial::with(Refusal::ContextMismatch, CaseFault::TaskChanged.sentence(Lang::Fi)))
        }
        Some(stored) if stored.opened.is_some_and(|day| day != facts.opened) => {
            Err(Denial::with(Refusal::ContextMismatch, CaseFault::OpeningChanged.sentence(Lang::Fi)))
        }
        // Rule 5 of 3.1: a case opens again by a new version, and its reason is told.
        Some(stored) if stored.closed.is_some() && facts.closed.is_none() && !entry.reasoned => {
            Err(Denial::with(Refusal::ReasonRequired, "Päättyneen asian avaaminen uudelleen vaatii perustelun."))
        }
        _ => check_links(entry, facts, state),
    }
}

/// FR-05: a link leads to another case of the same register.
fn check_links(entry: &Entry, facts: &CaseFacts, state: &WorkingSet) -> Result<(), Denial> {
    for (number, linked) in entry.links.iter().enumerate() {
        if entry.links[..number].contains(linked) {
            return Err(Denial::with(Refusal::HeaderInvalid, "Sama asia on liitetty kahdesti."));
        }
        let known = state.cases.get(linked.as_str());
        let known = known.filter(|case| case.controller == entry.controller.as_str() && !case.invalidated);
        if *linked == facts.case || known.is_none() {
            let sentence = "Liitettävää asiaa ei ole tässä rekisterissä, tai asia on liitetty itseensä.";
            return Err(Denial::with(Refusal::CaseUnknown, sentence));
        }
    }
    Ok(())
}

/// FR-09: one live relationship document per client and register.
fn check_relationship_document(entry: &Entry, state: &WorkingSet) -> Result<(), Denial> {
    let Derived::Relationship(facts) = &entry.derived else { return Ok(()) };
    let [client] = entry.clients.as_slice() else {
        return Err(Denial::with(Refusal::SchemaInvalid, "Asiakkuusasiakirjalla on aina yksi asiakas."));
    };
    let key = (entry.controller.as_str().to_owned(), client.index.clone());
    let day = finnish_date(entry.created);
    // By its set first: a version that joins a temporary id names another client than the one before it.
    let by_set = state.relationships.values().find(|stored| stored.set == entry.set.as_str());
    match by_set.or_else(|| state.relationships.get(&key)) {
        // A join says for itself what it does to two relationships; the ended one may be corrected afterwards (FR-62).
        Some(stored) if stored.set != entry.set.as_str() && may_stand_beside(entry, facts) => Ok(()),
        // FR-10: rows that have ended stay in the newest version.
        Some(stored)
            if stored.rows.iter().any(|row| {
                let kept = |new: &crate::entry::UnitRow| {
                    new.unit == row.unit && new.task == row.task && new.via == row.via && new.starts == row.starts
                };
                row.ends.is_some_and(|end| end < day) && !facts.rows.iter().any(kept)
            }) && !sabotage::active(Fault::EndedRowsMayGo) =>
        {
            Err(Denial::with(Refusal::SchemaInvalid, "Päättynyt yksikkö puuttuu uudesta versiosta."))
        }
        Some(stored) if stored.set != entry.set.as_str() => Err(Denial::new(Refusal::VersionConflict)),
        Some(stored) if stored.relationship != facts.relationship.as_str() => {
            Err(Denial::with(Refusal::ContextMismatch, "Asiakkuuden tunniste ei vaihdu versioiden välillä."))
        }
        _ => Ok(()),
    }
}

/// A later version of a relationship that is not the client's live one: being joined, or ended when it was.
fn may_stand_beside(entry: &Entry, facts: &RelationshipFacts) -> bool {
    entry.version > 1 && (entry.change.is_some() || facts.ended.is_some())
}

/// FR-31: the five items of context, each missing one by its name.
fn check_context(entry: &Entry, service_required: bool) -> Result<(), Denial> {
    let missing = |what: &str| Err(Denial::with(Refusal::ContextMissing, format!("Puuttuu: {what}.")));
    if entry.case.is_none() {
        return missing("asia");
    }
    if entry.tasks.is_empty() {
        return missing("palvelutehtävä");
    }
    if entry.process.is_none() {
        return missing("palveluprosessi");
    }
    if entry.unit.is_none() {
        return missing("palveluyksikkö");
    }
    if service_required && entry.service_possible && entry.services.is_empty() {
        return missing("sosiaalipalvelu");
    }
    Ok(())
}

/// FR-103: made on another's behalf, the document names organiser, customer and producer's unit.
fn check_processing_basis(entry: &Entry) -> Result<(), Denial> {
    let named =
        entry.organiser.as_ref() == Some(&entry.controller) && entry.customer.as_ref() == Some(&entry.controller);
    if named {
        Ok(())
    } else {
        Err(Denial::with(
            Refusal::ContextMissing,
            "Puuttuu: käsittelyn peruste (palvelunjärjestäjä, jonka lukuun asiakirja on tehty).",
        ))
    }
}

/// FR-35: version n+1 of the same set replaces version n; FR-23: under a grant only one's own documents.
fn check_version(entry: &Entry, acting: &Acting, basis: Basis, state: &WorkingSet) -> Result<(), Denial> {
    if sabotage::active(Fault::NoVersionCheck) {
        return Ok(());
    }
    let stored = state.sets.get(entry.set.as_str());
    match (entry.version, stored) {
        (1, None) => Ok(()),
        (_, None) => Err(Denial::new(Refusal::VersionConflict)),
        (_, Some(stored)) => check_next(entry, acting, basis, stored),
    }
}

fn check_next(entry: &Entry, acting: &Acting, basis: Basis, stored: &StoredSet) -> Result<(), Denial> {
    if stored.controller != entry.controller.as_str() {
        let may = sabotage::active(Fault::RegisterMayChange);
        return if may { Ok(()) } else { Err(Denial::new(Refusal::RegisterMismatch)) };
    }
    if basis == Basis::Rko && stored.made_by != acting.organisation {
        return Err(Denial::new(Refusal::NotAuthor));
    }
    if stored.state == "invalidated" {
        return Err(Denial::new(Refusal::DocInvalidated));
    }
    let replaces = entry.replaces.as_ref().map(|document| document.as_str());
    if entry.version != stored.version + 1 || replaces != Some(stored.newest.as_str()) {
        return Err(Denial::new(Refusal::VersionConflict));
    }
    if stored.group != entry.group || stored.type_code != entry.type_code {
        return Err(Denial::with(Refusal::ContextMismatch, "Asiakirjan laji ei vaihdu versioiden välillä."));
    }
    let case = entry.case.as_ref().map(|case| case.as_str()).unwrap_or_default();
    if stored.case != case {
        return Err(Denial::with(Refusal::ContextMismatch, "Asia ei vaihdu versioiden välillä."));
    }
    Ok(())
}

/// Decides about an invalidation (mitätöinti, FR-36): by the controller, or by the producer that made the document
/// while its right or the grace lasts.
///
/// # Errors
/// As [`decide`].
pub fn decide_nullify(
    set: &str,
    clients: &[String],
    controller: &OrganisationId,
    acting: &Acting,
    state: &WorkingSet,
    settings: &Settings,
    now: Timestamp,
) -> Result<Allowed, Denial> {
    let basis = basis(acting, controller.as_str());
    check_sends_for(acting, state)?;
    let stored = state.sets.get(set).filter(|stored| stored.controller == controller.as_str());
    // An unknown document looks like one that is outside the right.
    let stored = stored.ok_or_else(|| Denial::new(Refusal::NoContextRelation).under(basis))?;
    let clients: Vec<ClientKey> = clients.iter().map(|client| ClientKey::new(client.clone())).collect();
    let subject = Subject {
        controller: controller.clone(),
        case: records::id::CaseId::parse(&stored.case).ok(),
        document: Some(stored.facts(controller, &clients)),
        clients,
    };
    rights::decide(acting, Act::Invalidate, &subject, state, settings, now)
}
