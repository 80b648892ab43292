//! The case (asia) and its document 1505.2: what rules need of it, and how it is written.

use crate::Lang;
use crate::code::{CaseName, CaseState, Code, ServiceTask, pick};
use crate::id::{CaseId, ClientId};
use crate::projection::{Moment, Node, Other, ProjectionError, put, put_client, put_other, redacted};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// The root key of the JSON form.
pub const ROOT_KEY: &str = "asia_asiakirja";
/// The structure that [`Case::to_json`] writes.
pub const STRUCTURE: &str = "1.2.246.537.6.1505.2.2022.6.28";

/// A case as one version of its document tells it.
#[derive(Clone, PartialEq)]
pub struct Case {
    /// The case's identifier (asiatunnus).
    pub id: CaseId,
    /// Its name from list 1265.
    pub name: Code,
    /// Free text; mandatory when the name is 99 (other).
    pub extra: Option<String>,
    /// Open or closed.
    pub state: CaseState,
    /// The day the matter came pending.
    pub opened: Date,
    /// The day it was closed; mandatory when closed.
    pub closed: Option<Date>,
    /// Whether it is a joint case (yhteinen asia).
    pub joint: bool,
    /// The one service task.
    pub task: ServiceTask,
    /// The organiser's operating unit.
    pub operating_unit: Code,
    /// The clients; more than one only in a joint case.
    pub clients: Vec<CaseClient>,
    /// Everything else.
    pub other: Other,
    /// Everything else of the group `asian_tiedot`.
    pub other_details: Other,
}

/// A client of a case.
#[derive(Clone, PartialEq)]
pub struct CaseClient {
    /// The identifier.
    pub id: ClientId,
    /// Family name.
    pub family: String,
    /// Given names.
    pub given: String,
    /// Date of birth as written.
    pub birth: Option<String>,
    /// When the client joined; mandatory in a joint case.
    pub joined: Option<Moment>,
    /// When the client left.
    pub left: Option<Moment>,
    /// Everything else.
    pub other: Other,
}

redacted!(Case CaseClient);

impl CaseClient {
    /// A client without a time of joining.
    pub fn new(id: ClientId, family: impl Into<String>, given: impl Into<String>) -> Self {
        let (family, given) = (family.into(), given.into());
        Self { id, family, given, birth: None, joined: None, left: None, other: Map::new() }
    }

    /// Whether the person is a client of the case on the day (FR-63).
    pub fn belongs_on(&self, day: Date) -> bool {
        self.joined.is_none_or(|moment| moment.day() <= day) && self.left.is_none_or(|moment| day <= moment.day())
    }
}

/// What a case document breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseFault {
    /// No client.
    NoClient,
    /// Several clients though the case is not joint.
    NotJoint,
    /// A client of a joint case has no time of joining.
    JoiningTimeMissing,
    /// The same client stands twice at the same time.
    ClientTwice,
    /// Closed without a day of closing, or open with one.
    ClosingDay,
    /// Closed before it was opened.
    ClosedBeforeOpened,
    /// The name is "other" but the free text is missing.
    ExtraMissing,
    /// The new version is of another case.
    OtherCase,
    /// The task of a case cannot change: extend the matter to a new case (FR-05).
    TaskChanged,
    /// The day of opening cannot change.
    OpeningChanged,
    /// A client disappeared from the case; a client leaves by a time of leaving (FR-63).
    ClientMissing,
}

impl CaseFault {
    /// One sentence for the worker.
    pub fn sentence(self, lang: Lang) -> &'static str {
        let texts = match self {
            Self::NoClient => ["Asialta puuttuu asiakas.", "Ärendet saknar klient.", "The case has no client."],
            Self::NotJoint => [
                "Asialla on monta asiakasta, mutta sitä ei ole merkitty yhteiseksi.",
                "Ärendet har flera klienter men är inte markerat som gemensamt.",
                "The case has several clients but is not marked as joint.",
            ],
            Self::JoiningTimeMissing => [
                "Yhteisen asian asiakkaalta puuttuu liittymishetki.",
                "En klient i ett gemensamt ärende saknar tidpunkt för anslutning.",
                "A client of the joint case has no time of joining.",
            ],
            Self::ClientTwice => [
                "Sama asiakas on asialla kahdesti.",
                "Samma klient finns två gånger i ärendet.",
                "The same client stands twice in the case.",
            ],
            Self::ClosingDay => [
                "Päättymispäivä vaaditaan päättyneeltä asialta, eikä sitä saa olla avoimella.",
                "Ett avslutat ärende ska ha slutdatum, ett öppet får inte ha det.",
                "A closed case needs a closing day and an open one must not have it.",
            ],
            Self::ClosedBeforeOpened => [
                "Asian päättymispäivä on ennen avauspäivää.",
                "Ärendets slutdatum är före öppningsdatumet.",
                "The case was closed before it was opened.",
            ],
            Self::ExtraMissing => [
                "Asian nimi on Muu: kirjoita lisätieto.",
                "Ärendets namn är Annat: skriv tilläggsuppgift.",
                "The name of the case is Other: write what it is.",
            ],
            Self::OtherCase => [
                "Uusi versio koskee toista asiaa.",
                "Den nya versionen gäller ett annat ärende.",
                "The new version is of another case.",
            ],
            Self::TaskChanged => [
                "Asian palvelutehtävää ei voi vaihtaa. Avaa uusi asia ja liitä se tähän.",
                "Ärendets serviceuppgift kan inte ändras. Öppna ett nytt ärende och länka det till detta.",
                "The service task of a case cannot change. Open a new case and link it to this one.",
            ],
            Self::OpeningChanged => [
                "Asian avauspäivää ei voi muuttaa.",
                "Ärendets öppningsdatum kan inte ändras.",
                "The opening day of a case cannot change.",
            ],
            Self::ClientMissing => [
                "Asiakas puuttuu uudesta versiosta. Merkitse hänelle poistumishetki.",
                "En klient saknas i den nya versionen. Anteckna tidpunkten när klienten lämnade ärendet.",
                "A client is missing from the new version. Record the time of leaving.",
            ],
        };
        pick(texts, lang)
    }
}

impl Case {
    /// A new open case of one client.
    pub fn open(
        id: CaseId,
        name: CaseName,
        task: ServiceTask,
        operating_unit: Code,
        opened: Date,
        client: CaseClient,
    ) -> Self {
        Self {
            id,
            name: name.to_code(Lang::Fi),
            extra: None,
            state: CaseState::Open,
            opened,
            closed: None,
            joint: false,
            task,
            operating_unit,
            clients: vec![client],
            other: Map::new(),
            other_details: Map::new(),
        }
    }

    /// The case closed on the day.
    pub fn closed_on(mut self, day: Date) -> Self {
        self.state = CaseState::Closed;
        self.closed = Some(day);
        self
    }

    /// The case open again; the caller records the reason.
    pub fn reopened(mut self) -> Self {
        self.state = CaseState::Open;
        self.closed = None;
        self
    }

    /// Reads the JSON form of structure 1505.2. Whether it obeys the rules is told by [`check`].
    ///
    /// # Errors
    /// [`ProjectionError`] with the path of the first field that is missing or wrong.
    pub fn parse(value: &Value) -> Result<Self, ProjectionError> {
        let root = Node::root(value, ROOT_KEY)?;
        let details = root.object("asian_tiedot")?.ok_or_else(|| root.missing("asian_tiedot"))?;
        let required = |key| details.code(key)?.ok_or_else(|| details.missing(key));
        let wrong = |key| ProjectionError::Code { path: details.at(key) };
        let (_, id) = details.tunnus("asiatunnus")?.ok_or_else(|| details.missing("asiatunnus"))?;
        let unit = "palvelunjarjestajan_toimintayksikko";
        Ok(Self {
            id: CaseId::parse(&id).map_err(details.identifier("asiatunnus"))?,
            name: required("nimi")?,
            extra: details.text("lisatieto_luokkaan_muu")?,
            state: CaseState::from_code(&required("tila")?).ok_or_else(|| wrong("tila"))?,
            opened: details.date("avauspaiva")?.ok_or_else(|| details.missing("avauspaiva"))?,
            closed: details.date("paattymispaiva")?,
            joint: details.flag("yhteinen_asia")?.unwrap_or(false),
            task: ServiceTask::from_code(&required("palvelutehtava")?).ok_or_else(|| wrong("palvelutehtava"))?,
            operating_unit: root.code(unit)?.ok_or_else(|| root.missing(unit))?,
            clients: root.objects("asiakas")?.iter().map(read_client).collect::<Result<_, _>>()?,
            other: root.other(&[unit, "asiakas", "asian_tiedot"]),
            other_details: details.other(READ_DETAILS),
        })
    }

    /// Writes the JSON form of structure 1505.2.
    pub fn to_json(&self) -> Value {
        let mut details = Map::new();
        details.insert("asiatunnus".into(), json!({ "value": self.id.as_str() }));
        details.insert("nimi".into(), self.name.to_json());
        put(&mut details, "lisatieto_luokkaan_muu", self.extra.clone());
        details.insert("tila".into(), self.state.to_code(Lang::Fi).to_json());
        details.insert("avauspaiva".into(), self.opened.to_string().into());
        put(&mut details, "paattymispaiva", self.closed.map(|day| day.to_string()));
        put(&mut details, "yhteinen_asia", self.joint.then_some(true));
        details.insert("palvelutehtava".into(), self.task.to_code(Lang::Fi).to_json());
        put_other(&mut details, &self.other_details);
        let mut map = Map::new();
        map.insert("palvelunjarjestajan_toimintayksikko".into(), self.operating_unit.to_json());
        map.insert("asiakas".into(), self.clients.iter().map(write_client).collect());
        map.insert("asian_tiedot".into(), Value::Object(details));
        put_other(&mut map, &self.other);
        json!({ ROOT_KEY: map })
    }
}

/// Checks one version by itself.
pub fn check(case: &Case) -> Vec<CaseFault> {
    let mut faults = Vec::new();
    let mut fault = |broken: bool, what| {
        if broken {
            faults.push(what);
        }
    };
    fault(case.clients.is_empty(), CaseFault::NoClient);
    fault(case.clients.len() > 1 && !case.joint, CaseFault::NotJoint);
    fault(case.joint && case.clients.iter().any(|client| client.joined.is_none()), CaseFault::JoiningTimeMissing);
    fault(client_twice(&case.clients), CaseFault::ClientTwice);
    fault((case.state == CaseState::Closed) != case.closed.is_some(), CaseFault::ClosingDay);
    fault(case.closed.is_some_and(|day| day < case.opened), CaseFault::ClosedBeforeOpened);
    let other = CaseName::from_code(&case.name) == Some(CaseName::Other);
    fault(other && case.extra.as_deref().is_none_or(|text| text.trim().is_empty()), CaseFault::ExtraMissing);
    faults
}

/// Checks that `new` may follow `old`. A temporary id may become a personal identity code.
pub fn check_successor(old: &Case, new: &Case) -> Vec<CaseFault> {
    let mut faults = check(new);
    let mut fault = |broken: bool, what| {
        if broken {
            faults.push(what);
        }
    };
    fault(old.id != new.id, CaseFault::OtherCase);
    fault(old.task != new.task, CaseFault::TaskChanged);
    fault(old.opened != new.opened, CaseFault::OpeningChanged);
    let named = |client: &CaseClient| new.clients.iter().any(|other| other.id == client.id);
    let lost_hetu = old.clients.iter().any(|client| client.id.hetu().is_some() && !named(client));
    fault(lost_hetu || new.clients.len() < old.clients.len(), CaseFault::ClientMissing);
    faults
}

/// Keys of `asian_tiedot` that the projection reads and writes itself.
const READ_DETAILS: &[&str] = &[
    "asiatunnus",
    "nimi",
    "lisatieto_luokkaan_muu",
    "tila",
    "avauspaiva",
    "paattymispaiva",
    "yhteinen_asia",
    "palvelutehtava",
];

/// Keys of a client that the projection reads and writes itself.
const READ_CLIENT: &[&str] = &[
    "sukunimi",
    "etunimet",
    "henkilotunnus",
    "tilapainen_yksilointitunnus",
    "syntymaaika",
    "asiaan_liittymishetki",
    "asiasta_poistumishetki",
];

/// A client who left and came back stands twice, one time after the other.
fn client_twice(clients: &[CaseClient]) -> bool {
    clients.iter().enumerate().any(|(index, client)| {
        clients[index + 1..].iter().any(|other| other.id == client.id && client.left.is_none() == other.left.is_none())
    })
}

fn read_client(node: &Node) -> Result<CaseClient, ProjectionError> {
    Ok(CaseClient {
        id: node.client()?,
        family: node.name("sukunimi")?,
        given: node.name("etunimet")?,
        birth: node.text("syntymaaika")?,
        joined: node.moment("asiaan_liittymishetki")?,
        left: node.moment("asiasta_poistumishetki")?,
        other: node.other(READ_CLIENT),
    })
}

fn write_client(client: &CaseClient) -> Value {
    let mut map = Map::new();
    map.insert("sukunimi".into(), client.family.clone().into());
    map.insert("etunimet".into(), client.given.clone().into());
    put_client(&mut map, &client.id);
    put(&mut map, "syntymaaika", client.birth.clone());
    put(&mut map, "asiaan_liittymishetki", client.joined.map(Moment::text));
    put(&mut map, "asiasta_poistumishetki", client.left.map(Moment::text));
    put_other(&mut map, &client.other);
    Value::Object(map)
}

#[cfg(test)]
mod tests;
