//! A listener beside the door. It knows nothing of rights, only what the archive has acknowledged, and judges by that
//! alone what must hold of any archive: one register and one case for each document (B.5/1), one client who never
//! becomes another (B.5/3), a set in one register (B.5/5), a number used once (B.5/6), and everything in its order
//! (B.5/10). The model may be wrong together with the archive; this says so then.

use super::{player::Outcome, state::Client};
use archive::testing::documents::client;
use kanta::document::{Document, Header};
use records::{
    consent,
    id::{ClientId, HETU_ROOT},
};
use std::collections::{HashMap, HashSet};

/// What an acknowledged version said of itself.
#[derive(Clone, PartialEq, Eq)]
struct Version {
    set: String,
    register: String,
    case: Option<String>,
    /// Identifier system and identifier of each client.
    clients: Vec<(String, String)>,
    number: u32,
}

impl Version {
    fn of(header: &Header) -> Self {
        Self {
            set: header.set_id.as_str().to_owned(),
            register: header.custodian.id.as_str().to_owned(),
            case: header.case.as_ref().map(|case| case.as_str().to_owned()),
            clients: header.patients.iter().map(|patient| key(&patient.id)).collect(),
            number: header.version,
        }
    }
}

/// Identifier system and identifier.
fn key(id: &ClientId) -> (String, String) {
    (id.root().to_owned(), id.extension().to_owned())
}

type InRegister = (String, (String, String));

#[derive(Default)]
pub struct Watch {
    bytes: HashMap<String, Vec<u8>>,
    versions: HashMap<String, Version>,
    /// The newest version of each set.
    sets: HashMap<String, Version>,
    /// The live relationship of a client in a register, by its set.
    relationships: HashMap<InRegister, String>,
    /// Register and service task of each case.
    cases: HashMap<String, (Version, String)>,
}

impl Watch {
    /// The archive has said AA to a document.
    pub fn accepted(&mut self, document: &Document, bytes: &[u8]) -> Outcome {
        let header = &document.header;
        let id = header.id.as_str().to_owned();
        match self.bytes.get(&id) {
            Some(known) if known == bytes => return Ok(()),
            Some(_) => return Err(format!("B.5/6: {id} was acknowledged with other bytes before")),
            None => drop(self.bytes.insert(id.clone(), bytes.to_vec())),
        }
        let version = Version::of(header);
        if consent::Kind::of_group(&header.group.code).is_none() {
            self.follows(&version, header)?;
            self.belongs(&version, document)?;
        }
        self.versions.insert(id, version.clone());
        self.sets.insert(version.set.clone(), version);
        Ok(())
    }

    /// What stays over the versions of a set, and that none is left out.
    fn follows(&self, new: &Version, header: &Header) -> Outcome {
        let Some(old) = self.sets.get(&new.set) else {
            return if new.number == 1 {
                Ok(())
            } else {
                Err(format!("B.5/10: {} begins with version {}", new.set, new.number))
            };
        };
        if new.register != old.register {
            return Err(format!("B.5/5: the set {} went from {} to {}", new.set, old.register, new.register));
        }
        if new.number != old.number + 1 {
            return Err(format!("B.5/10: version {} of {} came after {}", new.number, new.set, old.number));
        }
        let temporary = |version: &Version| version.clients.iter().any(|(root, _)| root != HETU_ROOT);
        if new.clients != old.clients && !temporary(new) && !temporary(old) {
            return Err(format!("B.5/3: {} is another client's than its version before", header.id));
        }
        if new.case != old.case { Err(format!("B.5/1: {} went to another case", header.id)) } else { Ok(()) }
    }

    /// Relationship and case of a document are there, in its register and about its clients.
    fn belongs(&mut self, new: &Version, document: &Document) -> Outcome {
        let header = &document.header;
        match header.group.code.as_str() {
            "1" => {
                let [client] = new.clients.as_slice() else {
                    return Err(format!("B.5/3: the relationship {} has several clients", header.id));
                };
                self.relationships.retain(|_, set| *set != new.set);
                let key = (new.register.clone(), client.clone());
                match self.relationships.insert(key, new.set.clone()) {
                    Some(_) => Err(format!("B.5/3: {} is a second relationship of its client", header.id)),
                    None => Ok(()),
                }
            }
            "2" => {
                let Some(case) = new.case.clone() else { return Err(format!("B.5/1: {} names no case", header.id)) };
                let task = header.tasks.first().map(|task| task.code.clone()).unwrap_or_default();
                self.cases.insert(case, (new.clone(), task));
                Ok(())
            }
            kanta::code::GROUP_OLD => Ok(()),
            _ => self.in_its_case(new, header),
        }
    }

    fn in_its_case(&self, new: &Version, header: &Header) -> Outcome {
        let Some(case) = &new.case else { return Err(format!("B.5/1: {} names no case", header.id)) };
        let Some((case, task)) = self.cases.get(case) else {
            return Err(format!("B.5/10: {} came before its case", header.id));
        };
        if case.register != new.register || !new.clients.iter().all(|client| case.clients.contains(client)) {
            return Err(format!("B.5/1: {} is not of its case's register and clients", header.id));
        }
        if !header.tasks.iter().any(|named| named.code == *task) {
            return Err(format!("B.5/1: {} has not its case's service task", header.id));
        }
        let related =
            |client: &(String, String)| self.relationships.contains_key(&(new.register.clone(), client.clone()));
        if new.clients.iter().all(related) {
            Ok(())
        } else {
            Err(format!("B.5/10: {} came before its relationship", header.id))
        }
    }

    /// A header in an answer is one that was acknowledged, in the register and about the client of then.
    pub fn shown(&self, header: &Header) -> Outcome {
        let known = self.versions.get(header.id.as_str());
        match known {
            None => Err(format!("B.5/6: {} is shown and was never acknowledged", header.id)),
            Some(version) if *version != Version::of(header) => {
                Err(format!("B.5/5: {} is shown in another register, case or set, or about another client", header.id))
            }
            Some(_) => Ok(()),
        }
    }

    /// Numbers of the acknowledged versions of a set that name one of the clients.
    pub fn numbers(&self, set: &str, names: &[Client]) -> Vec<u32> {
        let names: Vec<_> = names.iter().map(|name| key(&client(name))).collect();
        let of = |version: &&Version| version.set == set && version.clients.iter().all(|client| names.contains(client));
        let mut numbers: Vec<u32> = self.versions.values().filter(of).map(|version| version.number).collect();
        numbers.sort_unstable();
        numbers
    }

    /// Sets that were disposed of: their numbers stay used.
    pub fn disposed(&mut self, sets: &HashSet<String>) {
        self.sets.retain(|set, _| !sets.contains(set));
        self.versions.retain(|_, version| !sets.contains(&version.set));
        self.relationships.retain(|_, set| !sets.contains(set));
        self.cases.retain(|_, (version, _)| !sets.contains(&version.set));
    }
}
