//! The three documents as JSON, read and written.

use super::{Author, Consent, Denial, Kind, Representative, Target, Will};
use crate::Lang;
use crate::code::{Code, RelatedRole, ServiceTask};
use crate::id::OrganisationId;
use crate::projection::{Node, Other, ProjectionError, put, put_client};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// OID of the permission document's structure.
pub const PERMISSION: &str = "1.2.246.537.6.1505.8.2023.6.1";
/// OID of the denial document's structure.
pub const DENIAL: &str = "1.2.246.537.6.1505.9.2023.6.5";
/// OID of the informing document's structure: ours, below the arc for examples (wire-format 10).
pub const INFORMING: &str = "2.999.246.537.1.2026.11.25";

const PERMISSION_KEY: &str = "luovutuslupa_asiakirja";
const DENIAL_KEY: &str = "kieltoasiakirja";
const INFORMING_KEY: &str = "kanta_informointi";

/// One level of denials: the group, the repeating row in it, and the target's field.
struct Level {
    group: &'static str,
    row: &'static str,
    target: &'static str,
}

const CONTROLLERS: Level = Level {
    group: "rekisterinpitajaa_koskevat_luovutuskiellot",
    row: "rekisterinpitajaa_koskeva_luovutuskielto",
    target: "rekisterinpitaja_jonka_tietojen_luovutus_kielletaan",
};
const TASKS: Level = Level {
    group: "palvelutehtavaa_koskevat_luovutuskiellot",
    row: "palvelutehtavaa_koskeva_luovutuskielto",
    target: "palvelutehtava_jonka_tietojen_luovutus_kielletaan",
};
const DOCUMENTS: Level = Level {
    group: "asiakirjoja_koskevat_luovutuskiellot",
    row: "asiakirjaa_koskeva_luovutuskielto",
    target: "asiakirja_jonka_luovutus_kielletaan",
};

const DAY_SET: &str = "kiellon_asettamisen_ajankohta";
const DENIED_BY_OTHER: &str = "kieltaja_on_laillinen_edustaja";
const WHO_DENIES: &str = "henkilo_joka_kieltaa_asiakastietojen_luovuttamisen";
const MADE_BY_WORKER: &str = "ammattihenkilon_laatima_asiakirja";

impl Consent {
    /// Reads a document of the kind.
    ///
    /// # Errors
    /// The path of the first field that rules need and that is missing or cannot be read.
    pub fn parse(kind: Kind, value: &Value) -> Result<Self, ProjectionError> {
        let root = Node::root(value, root_key(kind))?;
        let client = root.object("asiakas")?.ok_or_else(|| root.missing("asiakas"))?.client()?;
        let will = match kind {
            Kind::Informing => Will::Informing {
                informed: root.flag("informoitu")?.ok_or_else(|| root.missing("informoitu"))?,
                on: required_day(&root, "informoinnin_ajankohta")?,
                representatives: representatives(&root, "informoinnin_vastaanottaja")?,
            },
            Kind::Permission => read_permission(&root)?,
            Kind::Denial => Will::Denials(read_denials(&root)?),
        };
        Ok(Self { client, will, author: author(&root)? })
    }
}

fn root_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Informing => INFORMING_KEY,
        Kind::Permission => PERMISSION_KEY,
        Kind::Denial => DENIAL_KEY,
    }
}

fn required_day(node: &Node, key: &str) -> Result<Date, ProjectionError> {
    node.date(key)?.ok_or_else(|| node.missing(key))
}

/// The structure does not demand the group, but a document without it would say nothing.
fn read_permission(root: &Node) -> Result<Will, ProjectionError> {
    let group = "voimassa_oleva_luovutuslupa";
    let node = root.object(group)?.ok_or_else(|| root.missing(group))?;
    Ok(Will::Permission {
        given: node.flag("luovutuslupa")?.ok_or_else(|| node.missing("luovutuslupa"))?,
        on: required_day(&node, "luovutusluvan_antamisen_ajankohta")?,
        representatives: representatives(root, "luovutusluvan_antaja")?,
    })
}

fn read_denials(root: &Node) -> Result<Vec<Denial>, ProjectionError> {
    let mut denials = Vec::new();
    for level in [&CONTROLLERS, &TASKS, &DOCUMENTS] {
        let Some(group) = root.object(level.group)? else { continue };
        for row in group.objects(level.row)? {
            let set_on = required_day(&row, DAY_SET)?;
            let who = representatives(&row, WHO_DENIES)?;
            let of = |target| Denial { target, set_on, representatives: who.clone() };
            let targets = read_targets(level, &row)?;
            if targets.is_empty() {
                return Err(row.missing(level.target));
            }
            denials.extend(targets.into_iter().map(of));
        }
    }
    Ok(denials)
}

/// A target that cannot be understood is refused, never passed over: it would be a denial that does not hold.
fn read_targets(level: &Level, row: &Node) -> Result<Vec<Target>, ProjectionError> {
    if level.group == DOCUMENTS.group {
        let read = |node: Node| {
            let (_, oid) = node.tunnus("oid_tunnus")?.ok_or_else(|| node.missing("oid_tunnus"))?;
            let oid = crate::id::Oid::parse(&oid).map_err(node.identifier("oid_tunnus"))?;
            Ok(Target::Document(oid.as_str().to_owned()))
        };
        return row.objects(level.target)?.into_iter().map(read).collect();
    }
    let wrong = || ProjectionError::Code { path: row.at(level.target) };
    let read = |code: Code| {
        let target = if level.group == TASKS.group {
            ServiceTask::from_code(&code).map(Target::Task)
        } else {
            OrganisationId::parse(&code.code).ok().map(Target::Controller)
        };
        target.ok_or_else(wrong)
    };
    row.codes(level.target)?.into_iter().map(read).collect()
}

fn representatives(node: &Node, key: &str) -> Result<Vec<Representative>, ProjectionError> {
    node.objects(key)?.iter().map(representative).collect()
}

fn representative(node: &Node) -> Result<Representative, ProjectionError> {
    let other_id = node.text("edunvalvojan_tunniste")?;
    let id = match node.client() {
        Ok(id) => Some(id),
        Err(ProjectionError::Missing { .. }) if other_id.is_some() => None,
        Err(error) => return Err(error),
    };
    let role = node.code("rooli")?.ok_or_else(|| node.missing("rooli"))?;
    let role = RelatedRole::from_code(&role).filter(|role| role.represents());
    Ok(Representative {
        family: node.name("sukunimi")?,
        given: node.name("etunimet")?,
        id,
        other_id,
        role: role.ok_or_else(|| ProjectionError::Code { path: node.at("rooli") })?,
    })
}

fn author(root: &Node) -> Result<Option<Author>, ProjectionError> {
    let Some(made) = root.object(MADE_BY_WORKER)? else { return Ok(None) };
    let Some(author) = made.object("laatija")? else { return Ok(None) };
    Ok(Some(Author { family: author.name("sukunimi")?, given: author.name("etunimet")? }))
}

/// What a document needs besides the will itself.
#[derive(Debug, Clone)]
pub struct Written<'a> {
    /// The client's family name.
    pub family: &'a str,
    /// The client's given names.
    pub given: &'a str,
    /// The fixed text that explains the meaning (infoteksti). The official wording is Kela's and comes with THL's
    /// structure; where it is not at hand, a wording of our own ([`infotext`]).
    pub infotext: &'a str,
    /// Day of making.
    pub made: Date,
}

/// Our own explanation of what the document means (§ 58), where the official wording is not at hand.
pub fn infotext(kind: Kind, lang: Lang) -> &'static str {
    let texts = match kind {
        Kind::Permission => [
            "Luvalla sosiaalihuollon työntekijä, joka järjestää tai toteuttaa palveluasi, voi katsoa myös toisen rekisterinpitäjän tietojasi, nykyisiä ja tulevia. Lupa on voimassa, kunnes perut sen. Kiellolla voit rajata sitä.",
            "Med tillståndet kan en arbetstagare inom socialvården som ordnar eller genomför din service även se uppgifter som en annan personuppgiftsansvarig har om dig, nuvarande och framtida. Tillståndet gäller tills du återkallar det. Med ett förbud kan du begränsa det.",
            "With the permission, workers of social welfare who arrange or carry out your services also see what another controller has about you, now and later. It holds until you withdraw it. You can limit it by a denial.",
        ],
        Kind::Denial => [
            "Kiellettyjä tietoja ei luovuteta toiselle rekisterinpitäjälle. Kielto ei koske tiedot kirjannutta rekisterinpitäjää eikä sen lukuun toimivaa tuottajaa. Kielto on voimassa, kunnes perut sen.",
            "Uppgifter som omfattas av förbudet lämnas inte ut till en annan personuppgiftsansvarig. Förbudet gäller inte den som antecknat uppgifterna och inte heller en producent som handlar för dess räkning. Det gäller tills du återkallar det.",
            "What is denied is not disclosed to another controller. A denial does not touch the controller itself nor a producer acting for it. It holds until you cancel it.",
        ],
        Kind::Informing => ["", "", ""],
    };
    crate::code::pick(texts, lang)
}

/// Writes the document of an expression of will.
pub fn to_json(consent: &Consent, with: &Written) -> Value {
    let kind = consent.will.kind();
    let mut map = Map::new();
    let mut client = Map::new();
    client.insert("sukunimi".into(), with.family.into());
    client.insert("etunimet".into(), with.given.into());
    put_client(&mut client, &consent.client);
    map.insert("asiakas".into(), Value::Object(client));
    if kind != Kind::Informing {
        map.insert("infoteksti".into(), with.infotext.into());
    }
    match &consent.will {
        Will::Informing { informed, on, representatives } => {
            map.insert("informoitu".into(), (*informed).into());
            map.insert("informoinnin_ajankohta".into(), on.to_string().into());
            let flag = "informoinnin_vastaanottaja_on_laillinen_edustaja";
            put_representatives(&mut map, flag, "informoinnin_vastaanottaja", representatives);
        }
        Will::Permission { given, on, representatives } => {
            let flag = "luovutusluvan_antaja_on_laillinen_edustaja";
            put_representatives(&mut map, flag, "luovutusluvan_antaja", representatives);
            let held = json!({ "luovutuslupa": given, "luovutusluvan_antamisen_ajankohta": on.to_string() });
            map.insert("voimassa_oleva_luovutuslupa".into(), held);
        }
        Will::Denials(denials) => put_denials(&mut map, denials),
    }
    if let Some(author) = &consent.author {
        let author = json!({ "laatija": { "sukunimi": author.family, "etunimet": author.given } });
        map.insert(MADE_BY_WORKER.into(), author);
    }
    map.insert("laatimispaivamaara".into(), with.made.to_string().into());
    json!({ root_key(kind): map })
}

fn put_denials(map: &mut Other, denials: &[Denial]) {
    for level in [&CONTROLLERS, &TASKS, &DOCUMENTS] {
        let rows: Vec<Value> = denials.iter().filter_map(|denial| denial_row(level, denial)).collect();
        if !rows.is_empty() {
            map.insert(level.group.into(), json!({ level.row: rows }));
        }
    }
}

fn denial_row(level: &Level, denial: &Denial) -> Option<Value> {
    let (of, target) = match &denial.target {
        Target::Controller(organisation) => {
            (CONTROLLERS.group, Code::organisation(&organisation.0, organisation.as_str()).to_json())
        }
        Target::Task(task) => (TASKS.group, task.to_code(Lang::Fi).to_json()),
        Target::Document(oid) => (DOCUMENTS.group, json!({ "oid_tunnus": { "value": oid } })),
    };
    if of != level.group {
        return None;
    }
    let mut row = Map::new();
    row.insert(level.target.into(), json!([target]));
    row.insert(DAY_SET.into(), denial.set_on.to_string().into());
    put_representatives(&mut row, DENIED_BY_OTHER, WHO_DENIES, &denial.representatives);
    Some(Value::Object(row))
}

fn put_representatives(map: &mut Other, flag: &str, key: &str, representatives: &[Representative]) {
    if representatives.is_empty() {
        return;
    }
    map.insert(flag.into(), true.into());
    let write = |who: &Representative| {
        let mut row = Map::new();
        row.insert("sukunimi".into(), who.family.clone().into());
        row.insert("etunimet".into(), who.given.clone().into());
        if let Some(id) = &who.id {
            put_client(&mut row, id);
        }
        put(&mut row, "edunvalvojan_tunniste", who.other_id.clone());
        row.insert("rooli".into(), who.role.to_code(Lang::Fi).to_json());
        Value::Object(row)
    };
    map.insert(key.into(), representatives.iter().map(write).collect());
}
