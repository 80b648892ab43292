//! The body of the case document 1505.2. Only the organiser writes it; a change is a new version (FR-01).

use jiff::civil::Date;
use records::Lang;
use records::code::{CaseName, CaseState, Code, ServiceTask};
use records::id::{CaseId, ClientId, HETU_ROOT};
use serde_json::{Map, Value, json};

use crate::people::Person;

/// What the case document says.
pub struct About<'a> {
    /// The case.
    pub oid: &'a CaseId,
    /// The client.
    pub client: &'a Person,
    /// Name from list 1265.
    pub name: CaseName,
    /// Words for the name *other*.
    pub extra: &'a str,
    /// State.
    pub state: CaseState,
    /// Day of opening: the day on which the matter came pending (FR-02).
    pub opened: Date,
    /// Day of closing, when closed.
    pub closed: Option<Date>,
    /// Exactly one service task.
    pub task: ServiceTask,
    /// The organiser's operating unit.
    pub operating_unit: Code,
}

/// The body.
pub fn body(about: &About<'_>) -> Value {
    let mut client = Map::new();
    client.insert("sukunimi".into(), json!(about.client.family));
    client.insert("etunimet".into(), json!(about.client.given));
    match about.client.id() {
        Ok(ClientId::Temporary(id)) => {
            let id = json!({ "system": id.system().as_str(), "value": id.as_str() });
            client.insert("tilapainen_yksilointitunnus".into(), id);
        }
        _ => {
            let id = json!({ "system": format!("urn:oid:{HETU_ROOT}"), "value": about.client.code });
            client.insert("henkilotunnus".into(), id);
        }
    }
    let mut facts = Map::new();
    facts.insert("asiatunnus".into(), json!({ "system": "urn:oid:1.2.246.1", "value": about.oid.as_str() }));
    facts.insert("nimi".into(), about.name.to_code(Lang::Fi).to_json());
    if about.name == CaseName::Other {
        facts.insert("lisatieto_luokkaan_muu".into(), json!(about.extra));
    }
    facts.insert("tila".into(), about.state.to_code(Lang::Fi).to_json());
    facts.insert("avauspaiva".into(), json!(about.opened.to_string()));
    if let Some(closed) = about.closed {
        facts.insert("paattymispaiva".into(), json!(closed.to_string()));
    }
    facts.insert("yhteinen_asia".into(), json!(false));
    facts.insert("palvelutehtava".into(), about.task.to_code(Lang::Fi).to_json());
    json!({ "asia_asiakirja": {
        "palvelunjarjestajan_toimintayksikko": about.operating_unit.to_json(),
        "asiakas": [client],
        "asian_tiedot": facts,
    }})
}
