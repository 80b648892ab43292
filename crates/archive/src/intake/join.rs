//! Who a document's client is, from version to version: nobody else, unless a temporary id is joined to the personal
//! identity code that the person turned out to have (functional specification 3.15; FR-61, FR-62).
//!
//! The controller joins by new versions with the same set ids: the relationship document first, which makes the link
//! temporary id → code, then case and documents, which must follow the link. A join that was wrong is undone the same
//! way. Kela's way is not known (open point O17): perhaps a function of the archive moves the documents instead. Then
//! this module changes and nothing else.

use super::working::{StoredSet, WorkingSet};
use crate::{
    entry::{Basis, ClientKey, Denial, Derived, Entry, RelationshipFacts},
    sabotage::{self, Fault},
};
use kanta::ids::ClientChange;
use records::{Lang, case::CaseFault, refusal::Refusal};

/// A link between a temporary id and a personal identity code, both as blind indexes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The temporary id.
    pub temporary: String,
    /// The personal identity code.
    pub hetu: String,
    /// Whether the version undoes the link instead of making it.
    pub undone: bool,
}

/// What an accepted document changes besides its own rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effects {
    /// Of a relationship document: whether it is the client's live one. It is not when the client has an older one, into
    /// which this one was merged.
    pub live: bool,
    /// A link made or undone.
    pub link: Option<Link>,
}

/// What an accepted document changes besides its own rows; `state` is the state before it.
pub fn effects(entry: &Entry, state: &WorkingSet) -> Effects {
    let Derived::Relationship(_) = &entry.derived else { return Effects { live: false, link: None } };
    let link = state.sets.get(entry.set.as_str()).and_then(|stored| {
        let (gone, come) = changed(entry, stored);
        match (entry.change, gone.as_slice(), come.as_slice()) {
            (Some(ClientChange::IdentityConfirmed), [temporary], [hetu]) => {
                Some(Link { temporary: temporary.index.clone(), hetu: hetu.index.clone(), undone: false })
            }
            (Some(ClientChange::ConfirmationUndone), [hetu], [temporary]) => {
                Some(Link { temporary: temporary.index.clone(), hetu: hetu.index.clone(), undone: true })
            }
            _ => None,
        }
    });
    Effects { live: other_live(entry, state).is_none(), link }
}

/// The relationship document of another set that is the client's live one.
fn other_live<'s>(entry: &Entry, state: &'s WorkingSet) -> Option<&'s super::working::StoredRelationship> {
    let client = entry.clients.first()?;
    let stored = state.relationships.get(&(entry.controller.as_str().to_owned(), client.index.clone()))?;
    (stored.set != entry.set.as_str() && stored.ended.is_none()).then_some(stored)
}

/// Clients that the new version no longer names, and those that it newly names.
fn changed<'a>(entry: &'a Entry, stored: &'a StoredSet) -> (Vec<&'a ClientKey>, Vec<&'a ClientKey>) {
    let gone = stored.clients.iter().filter(|client| !entry.clients.contains(client)).collect();
    let come = entry.clients.iter().filter(|client| !stored.clients.contains(client)).collect();
    (gone, come)
}

/// Checks who the document names: no joined temporary id, and nobody else than the version before it.
///
/// # Errors
/// `TEMP_ID_NOT_ALLOWED` for a joined temporary id, `CONTEXT_MISMATCH` for a change of client without or against a join,
/// `SCHEMA_INVALID` for a client lost from a case, `ROLE_FORBIDDEN` when another than the controller joins.
pub fn check(entry: &Entry, basis: Basis, state: &WorkingSet) -> Result<(), Denial> {
    if sabotage::active(Fault::ClientMayChange) {
        return Ok(());
    }
    check_joined(entry, state)?;
    let Some(stored) = state.sets.get(entry.set.as_str()) else { return Ok(()) };
    if stored.controller != entry.controller.as_str() && sabotage::active(Fault::RegisterMayChange) {
        return Ok(());
    }
    let (gone, come) = changed(entry, stored);
    let is_case = matches!(entry.derived, Derived::Case(_));
    if gone.is_empty() && (is_case || come.is_empty()) {
        return Ok(());
    }
    if basis == Basis::Rko {
        let sentence = "Tilapäisen tunnuksen yhdistää henkilötunnukseen vain rekisterinpitäjä.";
        return Err(Denial::with(Refusal::RoleForbidden, sentence));
    }
    match entry.change {
        None if is_case => Err(Denial::with(Refusal::SchemaInvalid, CaseFault::ClientMissing.sentence(Lang::Fi))),
        None => Err(Denial::with(
            Refusal::ContextMismatch,
            "Asiakas ei vaihdu versioiden välillä. Tilapäinen tunnus yhdistetään henkilötunnukseen syyllä \
             Henkilöllisyys vahvistettu.",
        )),
        Some(ClientChange::IdentityConfirmed) => check_confirmed(entry, &gone, &come, state),
        Some(ClientChange::ConfirmationUndone) => check_undone(entry, stored, &gone, &come, state),
    }
}

/// A temporary id that has been joined names nobody any more: the sender's own list is old.
///
/// # Errors
/// `TEMP_ID_NOT_ALLOWED`.
pub fn check_joined(entry: &Entry, state: &WorkingSet) -> Result<(), Denial> {
    let relationship = matches!(entry.derived, Derived::Relationship(_));
    if relationship && entry.change == Some(ClientChange::ConfirmationUndone) {
        return Ok(());
    }
    let joined = |client: &ClientKey| {
        client.temporary && state.links.contains_key(&(entry.controller.as_str().to_owned(), client.index.clone()))
    };
    if entry.clients.iter().any(joined) {
        let sentence = "Tilapäinen tunnus on yhdistetty henkilötunnukseen. Käytä asiakkaan henkilötunnusta.";
        return Err(Denial::with(Refusal::TempIdNotAllowed, sentence));
    }
    Ok(())
}

fn mismatch(sentence: &str) -> Denial {
    Denial::with(Refusal::ContextMismatch, sentence)
}

fn check_confirmed(entry: &Entry, gone: &[&ClientKey], come: &[&ClientKey], state: &WorkingSet) -> Result<(), Denial> {
    let ([temporary], [hetu]) = (gone, come) else {
        return Err(mismatch("Yhdistäminen koskee yhtä tilapäistä tunnusta ja yhtä henkilötunnusta."));
    };
    if !temporary.temporary || hetu.temporary {
        return Err(mismatch("Yhdistäminen vaihtaa tilapäisen tunnuksen henkilötunnukseksi, ei muuta."));
    }
    let linked = state.links.get(&(entry.controller.as_str().to_owned(), temporary.index.clone()));
    match (&entry.derived, linked) {
        (Derived::Relationship(facts), None) => check_merge(entry, facts, state),
        (Derived::Relationship(_), Some(_)) => Err(mismatch("Tilapäinen tunnus on jo yhdistetty.")),
        (_, Some(known)) if *known == hetu.index => Ok(()),
        (_, Some(_)) => Err(mismatch("Tilapäinen tunnus on yhdistetty toiseen henkilötunnukseen.")),
        (_, None) => Err(mismatch("Yhdistä ensin asiakkuusasiakirja, sitten asia ja asiakirjat.")),
    }
}

/// A client who already has a relationship keeps the older one; the later is ended with its reason (3.15 step 6).
fn check_merge(entry: &Entry, facts: &RelationshipFacts, state: &WorkingSet) -> Result<(), Denial> {
    let Some(live) = other_live(entry, state) else { return Ok(()) };
    if live.started.is_some_and(|started| facts.started < started) {
        return Err(mismatch("Vanhempi asiakkuus jää. Päätä ensin asiakkaan uudempi asiakkuus."));
    }
    if facts.ended.is_none() {
        return Err(Denial::with(
            Refusal::VersionConflict,
            "Asiakkaalla on jo asiakkuus tässä rekisterissä. Päätä yhdistettävä asiakkuus ja kirjaa päättymisen syy.",
        ));
    }
    Ok(())
}

fn check_undone(
    entry: &Entry,
    stored: &StoredSet,
    gone: &[&ClientKey],
    come: &[&ClientKey],
    state: &WorkingSet,
) -> Result<(), Denial> {
    let ([hetu], [temporary]) = (gone, come) else {
        return Err(mismatch("Peruminen koskee yhtä henkilötunnusta ja yhtä tilapäistä tunnusta."));
    };
    let was = temporary.temporary && !hetu.temporary && stored.earlier.contains(&temporary.index);
    if !was {
        return Err(mismatch("Asiakirjalla ei ole ollut tätä tilapäistä tunnusta."));
    }
    let controller = entry.controller.as_str().to_owned();
    let live = state.links.get(&(controller.clone(), temporary.index.clone())) == Some(&hetu.index);
    let undone = state.undone.contains(&(controller, temporary.index.clone(), hetu.index.clone()));
    match (&entry.derived, live, undone) {
        (Derived::Relationship(_), true, _) => Ok(()),
        (Derived::Relationship(_), false, _) => Err(mismatch("Tunnuksia ei ole yhdistetty.")),
        (_, false, true) => Ok(()),
        _ => Err(mismatch("Peru ensin asiakkuusasiakirjan yhdistäminen, sitten asian ja asiakirjojen.")),
    }
}
