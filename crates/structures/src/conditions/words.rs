//! Rules in words, with the names of fields and codes that people see. The words are ours.

use super::rules::{Bound, Condition, Demand, Test, find};
use crate::model::{CodeSystem, Field, Kind, Names, Structure};
use crate::validate::join;
use records::Lang;

/// The sentence of a rule in a group of a structure, Finnish or Swedish.
pub(super) fn sentence(structure: &Structure, group: &Field, condition: &Condition, lang: Lang) -> String {
    Sentence { structure, group, lang }.of(condition)
}

/// What the encoded conditions say of the field at a path below the root; empty when they say nothing.
pub(crate) fn in_words(structure: &Structure, field: &str) -> Names {
    let mut said = Names::default();
    let mut group = structure.root();
    let mut path = String::new();
    let keys: Vec<&str> = field.split('.').collect();
    for key in &keys {
        for rule in Bound::of(structure).get(&path).into_iter().flatten() {
            if rule.demand.fields().iter().any(|one| join(&path, one) == field) {
                add(&mut said.fi, &sentence(structure, group, rule, Lang::Fi));
                add(&mut said.sv, &sentence(structure, group, rule, Lang::Sv));
            }
        }
        let Some(below) = group.child(key) else { break };
        (group, path) = (below, join(&path, key));
    }
    said
}

/// Adds a sentence, its first letter large.
fn add(text: &mut String, sentence: &str) {
    if !text.is_empty() {
        text.push(' ');
    }
    let mut letters = sentence.chars();
    text.extend(letters.next().into_iter().flat_map(char::to_uppercase));
    text.push_str(letters.as_str());
}

/// A rule in words, with the names that people see.
struct Sentence<'a> {
    structure: &'a Structure,
    group: &'a Field,
    lang: Lang,
}

impl Sentence<'_> {
    fn of(&self, condition: &Condition) -> String {
        let demand = self.demand(&condition.demand);
        if condition.when.is_empty() {
            return format!("{demand}.");
        }
        let all = |tests: &Vec<Test>| {
            tests.iter().map(|test| self.test(test)).collect::<Vec<_>>().join(self.word(" ja ", " och "))
        };
        let any: Vec<String> = condition.when.iter().map(all).collect();
        format!("{demand}, {} {}.", self.word("kun", "när"), any.join(self.word(" tai ", " eller ")))
    }

    fn word(&self, fi: &'static str, sv: &'static str) -> &'static str {
        if self.lang == Lang::Sv { sv } else { fi }
    }

    fn name(&self, path: &str) -> String {
        let field = find(self.structure, self.group, path);
        format!("”{}”", field.map_or(path, |field| field.name.get(self.lang)))
    }

    fn names(&self, paths: &[&str]) -> String {
        paths.iter().map(|path| self.name(path)).collect::<Vec<_>>().join(", ")
    }

    /// Codes with their names, as far as they are known.
    fn codes(&self, path: &str, codes: &[&str]) -> String {
        let list = match find(self.structure, self.group, path).map(|field| &field.kind) {
            Some(Kind::Code(coded)) if !coded.accepted.is_empty() => coded.accepted.as_slice(),
            Some(Kind::Code(coded)) => match &coded.system {
                CodeSystem::Oid(oid) => crate::codes::known(oid),
                _ => &[],
            },
            _ => &[],
        };
        let named = |code: &&str| {
            let known = list.iter().find(|one| one.code == **code).map(|one| one.display.get(self.lang));
            known.filter(|name| !name.is_empty()).unwrap_or(code).to_owned()
        };
        codes.iter().map(named).collect::<Vec<_>>().join(self.word(" tai ", " eller "))
    }

    fn demand(&self, demand: &Demand) -> String {
        match demand {
            Demand::Require(_) => self.word("tieto on pakollinen", "uppgiften är obligatorisk").into(),
            Demand::Forbid(_) => self.word("kohtaa ei täytetä", "punkten fylls inte i").into(),
            Demand::Single(_) => {
                self.word("kohdan voi täyttää vain kerran", "punkten kan fyllas i bara en gång").into()
            }
            Demand::Codes(field, codes) => {
                format!("{} {}", self.word("sallittu on vain", "tillåtet är bara"), self.codes(field, codes))
            }
            Demand::AtLeastOne(fields) => {
                format!(
                    "{}: {}",
                    self.word("täytä ainakin yksi näistä", "fyll i minst en av dessa"),
                    self.names(fields)
                )
            }
            Demand::ExactlyOne(fields) => {
                format!(
                    "{}: {}",
                    self.word("täytä täsmälleen yksi näistä", "fyll i exakt en av dessa"),
                    self.names(fields)
                )
            }
            Demand::OneYes(fields) => {
                format!(
                    "{}: {}",
                    self.word("vastaa kyllä ainakin yhteen näistä", "svara ja på minst en av dessa"),
                    self.names(fields)
                )
            }
            Demand::AllOrNone(fields) => {
                format!(
                    "{}: {}",
                    self.word("täytä nämä kaikki tai ei yhtään", "fyll i alla dessa eller ingen"),
                    self.names(fields)
                )
            }
        }
    }

    fn test(&self, test: &Test) -> String {
        let w = |fi, sv| self.word(fi, sv);
        match test {
            Test::Yes(path) => {
                format!("{} {} {}", w("kohtaan", "svaret på"), self.name(path), w("on vastattu kyllä", "är ja"))
            }
            Test::No(path) => {
                format!("{} {} {}", w("kohtaan", "svaret på"), self.name(path), w("on vastattu ei", "är nej"))
            }
            Test::NotYes(path) => {
                format!(
                    "{} {} {}",
                    w("kohtaan", "svaret på"),
                    self.name(path),
                    w("ei ole vastattu kyllä", "inte är ja")
                )
            }
            Test::Has(path, codes) => {
                format!("{} {} {} {}", w("kohdassa", "i"), self.name(path), w("on", "står"), self.codes(path, codes))
            }
            Test::Lacks(path, codes) => {
                format!(
                    "{} {} {} {}",
                    w("kohdassa", "i"),
                    self.name(path),
                    w("ei ole", "inte står"),
                    self.codes(path, codes)
                )
            }
            Test::OtherThan(path, codes) => {
                format!(
                    "{} {} {} {}",
                    w("kohdassa", "i"),
                    self.name(path),
                    w("on muu kuin", "står annat än"),
                    self.codes(path, codes)
                )
            }
            Test::Given(path) => {
                format!("{} {} {}", w("kohta", "punkten"), self.name(path), w("on täytetty", "är ifylld"))
            }
            Test::Missing(path) => format!("{} {} {}", w("kohta", "punkten"), self.name(path), w("on tyhjä", "är tom")),
            Test::Adult => w("asiakas on täysi-ikäinen", "klienten är myndig").into(),
            Test::Minor => w("asiakas on alaikäinen", "klienten är minderårig").into(),
        }
    }
}
