//! Disclosure between controllers over `/sanomat` (luovutushaku, functional specification 3.11): rows (SP14) or documents
//! (SP15) of every other controller that has joined with the disclosure function, or of one that is named.
//!
//! The question goes out from the requester's own register, where its relation to the client is verified. The decision
//! is `records::access::decide_disclosure`, on facts of one snapshot. What is denied, what does not exist and what is
//! outside the right are left out by the same filter, so their answers differ in nothing and cost the same log row
//! (FR-54). What is given is logged twice, in one group: as a use in the requester's log, and as a disclosure in the log
//! of each register that gave it (FR-57).

use super::{Answer, broken, fetch, found, logged};
use crate::{
    app::App,
    consents,
    entry::Denial,
    grants,
    intake::{
        actor::Actor,
        check,
        decide::{self, Acting},
        working::{Wanted, WorkingSet},
    },
    log::{Event, log_client},
    rights,
    sabotage::{self, Fault},
    special::{self, SpecialUse},
    writer::{Rest, WillRest},
};
use found::Row;
use kanta::{
    frame::Frame,
    ids::Situation,
    query::{Query, QueryKind},
};
use records::{
    access::{
        self, Act, Allowed, ClientKey, DocumentFacts,
        disclosure::{Claim, Discloser, DisclosureSituation, DisclosureSubject, StatutoryGround, WideSearchReason},
    },
    code::ServiceTask,
    consent::Kind,
    id::{ClientId, OrganisationId},
    refusal::Refusal,
};
use std::collections::{BTreeMap, HashMap};
use store::{
    StoreError,
    log::{Action, Basis as LogBasis, Disclosure, LogDocument, Party, Reason},
};

/// What the request rests on, read from its parameters.
struct Terms {
    claim: Claim,
    wide_search: Option<WideSearchReason>,
}

/// Decides and finds; what is given is logged by the caller before it leaves.
///
/// # Errors
/// The refusal. It rests on the requester, its own register, and what the client has been told and has permitted, so it
/// may be told as it is (decisions.md 13).
pub(super) async fn answer(
    app: &App,
    frame: &Frame,
    query: &Query,
    actor: &Actor,
    mut acting: Acting,
    event: &mut Event,
) -> Result<Answer, Denial> {
    let client = query.client.as_ref();
    let client =
        client.ok_or_else(|| Denial::with(Refusal::BadRequest, "Luovutushaku tehdään asiakkaan tunnuksella."))?;
    let terms = terms(frame, query, &acting)?;
    describe(query, &terms, event);
    let asked = asked(app, query, client, actor, &mut acting).await.map_err(broken)?;
    decide::check_sends_for(&acting, &asked.state)?;
    let decided = decide(app, &acting, &asked, &terms);
    let looked = decided.as_ref().map_or_else(|denial| rests_on_wills(denial.cause), |_| true);
    event.wills = looked.then(|| asked.logged());
    let allowed = decided?;
    event.ground.reference = Some(allowed.ground().reference());
    let rows = choose(app, query, &allowed, &asked);
    let page = found::page(query, rows, app.settings_now().page_rows);
    let with_content = query.kind == QueryKind::DisclosureFetch;
    let found = fetch::fetch(app, &page.rows, with_content).await.map_err(broken)?;
    event.action = if with_content { Action::Read } else { Action::Search };
    event.documents = logged(&page.rows);
    event.count = u32::try_from(page.rows.len()).unwrap_or(u32::MAX);
    event.clients = vec![log_client(client)];
    let disclosed = disclosed(app, event, &asked, &terms, &page.rows, with_content).await;
    let special = matches!(allowed.ground(), access::Ground::Disclosure { relation, .. }
        if matches!(**relation, access::Ground::SpecialReason { .. }));
    Ok(Answer {
        rows: found.rows,
        documents: found.documents,
        next_page: page.next,
        rests: asked.rests(&query.controller),
        wills: asked.will_rests(),
        specials: if special { asked.specials } else { Vec::new() },
        disclosed,
        ..Answer::default()
    })
}

/// The claim fits the frame's usage situation, and every code is of its list.
fn terms(frame: &Frame, query: &Query, acting: &Acting) -> Result<Terms, Denial> {
    let mismatch = |sentence: &str| Err(Denial::with(Refusal::FrameMismatch, sentence));
    if acting.organisation != query.controller.as_str() {
        return mismatch("Luovutushaun tekee rekisterinpitäjä omissa nimissään.");
    }
    let claim = match &query.disclosure.ground {
        None => Claim::Permission,
        Some(ground) => Claim::Statute {
            ground: StatutoryGround::parse(&ground.code)
                .ok_or_else(|| Denial::with(Refusal::CodeInvalid, "Luovutuksen lakiperustetta ei tunneta."))?,
            text_characters: ground.text.trim().chars().count(),
        },
    };
    let situation = match claim {
        Claim::Permission => Situation::DisclosurePermit,
        Claim::Statute { .. } => Situation::DisclosureLaw,
    };
    if frame.situation != situation {
        return mismatch("Siirtokehyksen käyttötilanne on eri kuin luovutuksen peruste.");
    }
    let wide_search = query.disclosure.wide_search.as_ref().map(|code| {
        WideSearchReason::parse(code)
            .ok_or_else(|| Denial::with(Refusal::CodeInvalid, "Laajan tiedonhaun perustetta ei tunneta."))
    });
    let wide_search = wide_search.transpose()?;
    // The deliberate fault `wide-search-always`: every search is a wide one.
    let forged = sabotage::active(Fault::WideSearchAlways).then_some(WideSearchReason::EarlierHistory);
    Ok(Terms { claim, wide_search: wide_search.or(forged) })
}

/// Notes ground and reason: the code and the requester's own words, beside a special reason when one was given too.
fn describe(query: &Query, terms: &Terms, event: &mut Event) {
    event.ground.kind = match terms.claim {
        Claim::Permission => "disclosure".to_owned(),
        Claim::Statute { .. } => "statute".to_owned(),
    };
    if let Some(ground) = &query.disclosure.ground {
        let special = event.reason.take();
        let code =
            special.as_ref().map_or_else(|| ground.code.clone(), |given| format!("{} {}", ground.code, given.code));
        let given = special.and_then(|given| given.text).map(|text| format!(" | {text}")).unwrap_or_default();
        event.reason = Some(Reason { code, text: Some(format!("{}{given}", ground.text)) });
    }
}

/// Whether a refusal rests on what the client has expressed, and so tells the requester something of it. Nobody learns
/// anything of others whom a joint document names: no row tells of a look at theirs.
fn rests_on_wills(cause: Refusal) -> bool {
    matches!(cause, Refusal::NotInformed | Refusal::NoConsent)
}

/// What the question concerns, read in one snapshot.
struct Asked {
    /// The client, as the decision names him: his index among expressions of will.
    client: ClientKey,
    /// His index in the requester's own register.
    own_index: String,
    state: WorkingSet,
    /// His documents at the disclosers, newest first.
    rows: Vec<Row>,
    disclosers: Vec<Discloser>,
    /// How the decision names the clients of those documents, by their index in the register.
    keys: HashMap<String, ClientKey>,
    /// Service tasks of relationship documents, by document: their rows have them, their headers none.
    tasks: HashMap<String, Vec<ServiceTask>>,
    specials: Vec<SpecialUse>,
    controller: OrganisationId,
}

impl Asked {
    fn rests(&self, controller: &OrganisationId) -> Vec<Rest> {
        let key = (controller.as_str().to_owned(), self.own_index.clone());
        let version = self.state.relationships.get(&key).map(|relationship| relationship.document.clone());
        vec![Rest { controller: key.0, client: key.1, version }]
    }

    /// Of the client and of everybody whom a joint document names beside him.
    fn will_rests(&self) -> Vec<WillRest> {
        let mut clients: Vec<&str> = self.keys.values().map(ClientKey::as_str).collect();
        clients.push(self.client.as_str());
        clients.sort_unstable();
        clients.dedup();
        let versions = |client: &str| self.state.consents.get(client).map(consents::Standing::versions);
        let rest =
            |client: &str| WillRest { client: client.to_owned(), versions: versions(client).unwrap_or_default() };
        clients.into_iter().map(rest).collect()
    }

    /// What the client has expressed, as a log event names it.
    fn logged(&self) -> Vec<LogDocument> {
        self.state.consents.get(self.client.as_str()).map(consents::Standing::logged).unwrap_or_default()
    }

    /// A document's facts, with its clients as the decision names them. One who cannot be named has permitted nothing.
    fn facts(&self, row: &Row) -> Option<DocumentFacts> {
        let mut facts = row.facts(&OrganisationId::parse(&row.controller).ok()?);
        let key = |client: &String| {
            self.keys.get(client).cloned().unwrap_or_else(|| ClientKey::new(format!("unknown {client}")))
        };
        facts.clients = row.clients.iter().map(key).collect();
        if let Some(tasks) = self.tasks.get(row.document.as_str()) {
            facts.tasks.clone_from(tasks);
        }
        Some(facts)
    }
}

async fn asked(
    app: &App,
    query: &Query,
    client: &ClientId,
    actor: &Actor,
    acting: &mut Acting,
) -> Result<Asked, StoreError> {
    let own_index = check::client_index(&app.vault, query.controller.as_str(), client);
    let specials = special::uses(&app.vault, actor, query.controller.as_str(), std::slice::from_ref(&own_index));
    let client_key = ClientKey::new(consents::client_index(&app.vault, client));
    let mut keys: HashMap<String, ClientKey> = HashMap::new();
    loop {
        let mut tx = app.db.read_here().await?;
        special::begin(&mut tx, acting, &specials).await?;
        let mut wanted = Wanted::default();
        wanted.clients.insert(own_index.clone());
        wanted.consents.extend(keys.values().map(|key| key.as_str().to_owned()));
        wanted.consents.insert(client_key.as_str().to_owned());
        let state = WorkingSet::load(&mut tx, &wanted).await?;
        let disclosers = disclosers(query, &state);
        let named = disclosers.iter().map(|other| check::client_index(&app.vault, other.controller.as_str(), client));
        let indexes: Vec<String> = named.collect();
        keys.extend(indexes.iter().map(|index| (index.clone(), client_key.clone())));
        let mut rows = found::rows_in_all(&mut tx, &indexes).await?;
        let tasks = grants::tasks_of(&mut tx, &rows).await?;
        tx.rollback().await?;
        // Who else a joint document names is found outside the snapshot; it never changes. Then all is read anew.
        let unknown = unknown_clients(&rows, &keys);
        if unknown.is_empty() {
            found::newest_first(&mut rows);
            let (client, controller) = (client_key, query.controller.clone());
            return Ok(Asked { client, own_index, state, rows, disclosers, keys, tasks, specials, controller });
        }
        for (controller, index) in unknown {
            let found = fetch::identities(app, &controller, &[ClientKey::new(index.clone())], None).await?;
            let key = match found.first() {
                Some(other) => consents::client_index(&app.vault, other),
                None => format!("unknown {index}"),
            };
            keys.insert(index, ClientKey::new(key));
        }
    }
}

/// Everybody else who has joined with the disclosure function; the decision looks at that again.
fn disclosers(query: &Query, state: &WorkingSet) -> Vec<Discloser> {
    let asked = |oid: &str| query.disclosure.holder.as_ref().is_none_or(|holder| holder.as_str() == oid);
    let others = state.joining.values().filter(|joining| {
        joining.disclosure && asked(&joining.organisation) && joining.organisation != query.controller.as_str()
    });
    let mut others: Vec<Discloser> = others
        .filter_map(|joining| {
            let controller = OrganisationId::parse(&joining.organisation).ok()?;
            Some(Discloser { controller, joining: rights::joining_of(joining) })
        })
        .collect();
    others.sort_by(|a, b| a.controller.cmp(&b.controller));
    others
}

/// Clients beside the one asked for, with their register.
fn unknown_clients(rows: &[Row], keys: &HashMap<String, ClientKey>) -> Vec<(String, String)> {
    let all = rows.iter().flat_map(|row| row.clients.iter().map(|client| (row.controller.clone(), client.clone())));
    let mut unknown: Vec<(String, String)> = all.filter(|(_, client)| !keys.contains_key(client)).collect();
    unknown.sort();
    unknown.dedup();
    unknown
}

fn decide(app: &App, acting: &Acting, asked: &Asked, terms: &Terms) -> Result<Allowed, Denial> {
    let actor = rights::actor_of(acting)?;
    let state = &asked.state;
    let mut situation = DisclosureSituation::empty(app.clock.now());
    let joining = state.joining.get(&acting.organisation);
    situation.requester_joining = joining.map_or_else(records::joining::Joining::none, rights::joining_of);
    situation.disclosers = asked.disclosers.clone();
    let relationship = rights::relationship_of(state, asked.controller.as_str(), &asked.own_index, &asked.client);
    situation.relationships = relationship.into_iter().collect();
    situation.reason = acting.reason.clone();
    situation.claim = terms.claim;
    situation.wide_search = terms.wide_search;
    situation.settings = rights::settings_of(acting, state, &app.settings_now());
    let mut clients: Vec<&ClientKey> = asked.keys.values().chain([&asked.client]).collect();
    clients.sort();
    clients.dedup();
    let wishes =
        |client: &ClientKey| consents::wishes(client.clone(), state.consents.get(client.as_str()), &asked.rows);
    situation.wishes = clients.into_iter().map(wishes).collect();
    let subject = DisclosureSubject { client: asked.client.clone(), document: None };
    access::decide_disclosure(&actor, Act::Search, &subject, &situation).map_err(|denied| Denial {
        told: denied.told(),
        cause: denied.refusal(),
        details: Vec::new(),
    })
}

/// What is given, newest first: one filter for all that is not.
fn choose<'r>(app: &App, query: &Query, allowed: &Allowed, asked: &'r Asked) -> Vec<&'r Row> {
    let written = |row: &Row| {
        query.author.as_ref().is_none_or(|number| {
            row.authors.contains(&check::author_index(&app.vault, &row.controller, number.as_str()))
        })
    };
    asked
        .rows
        .iter()
        .filter(|row| row.state == "current")
        .filter(|row| written(row) && found::fits(query, row))
        .filter(|row| asked.facts(row).is_some_and(|facts| allowed.covers(&facts)))
        .collect()
}

/// One event for each controller that gives something, for the log of its register.
async fn disclosed(
    app: &App,
    event: &Event,
    asked: &Asked,
    terms: &Terms,
    rows: &[Row],
    with_content: bool,
) -> Vec<Event> {
    let mut by_controller: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for row in rows {
        by_controller.entry(&row.controller).or_default().push(row.clone());
    }
    let mut events = Vec::with_capacity(by_controller.len());
    for (controller, rows) in by_controller {
        // The look stands beside the use, once.
        let mut disclosed = Event { wills: None, ..event.clone() };
        disclosed.name_organisations(vec![controller.to_owned(), event.organisation.clone()], &app.registers).await;
        disclosed.documents = logged(&rows);
        disclosed.count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        let mut what: Vec<String> = rows.iter().map(|row| row.type_code.clone()).collect();
        what.sort();
        what.dedup();
        if !with_content {
            what.push("metadata".to_owned());
        }
        disclosed.discloses(Disclosure {
            discloser: Party { organisation: controller.to_owned(), ..Party::default() },
            receiver: event.acting_party(),
            basis: basis(asked, terms),
            what,
            evaluated: Some(evaluated(asked)),
            transaction: event.source.clone(),
        });
        events.push(disclosed);
    }
    events
}

/// The permission document with its version, or the section.
fn basis(asked: &Asked, terms: &Terms) -> LogBasis {
    match terms.claim {
        Claim::Statute { ground, .. } => {
            LogBasis { kind: "statute".to_owned(), reference: Some(ground.code().to_owned()) }
        }
        Claim::Permission => {
            let standing = asked.state.consents.get(asked.client.as_str());
            let will = standing.and_then(|standing| standing.of(Kind::Permission));
            let reference = will.map(|will| format!("{} v{}", will.document, will.version));
            LogBasis { kind: "disclosure".to_owned(), reference }
        }
    }
}

/// State and version of what the client had expressed, as it was looked at.
fn evaluated(asked: &Asked) -> String {
    let standing = asked.state.consents.get(asked.client.as_str());
    let of = |kind: &Kind| match standing.and_then(|standing| standing.of(*kind)) {
        Some(will) => format!("{}={} {} v{}", kind.word(), will.in_force, will.document, will.version),
        None => format!("{}=none", kind.word()),
    };
    Kind::ALL.iter().map(of).collect::<Vec<_>>().join("; ")
}
