//! Expressions of will of the cast: informing, permission, denials.

use super::{Member, World, documents::client};
use jiff::civil::Date;
use kanta::document::{Document, Replaced};
use records::{
    Lang,
    consent::{Author, Consent, Denial, Target, Will, Written, infotext, to_json},
    time::{Clock, finnish_date},
};

/// That the client was informed on a day.
pub fn informed(on: Date) -> Will {
    Will::Informing { informed: true, on, representatives: Vec::new() }
}

/// A permission that the client gives, or withdraws, on a day.
pub fn permission(given: bool, on: Date) -> Will {
    Will::Permission { given, on, representatives: Vec::new() }
}

/// The whole set of denials, set by the client on a day.
pub fn denials(targets: &[Target], on: Date) -> Will {
    let row = |target: &Target| Denial { target: target.clone(), set_on: on, representatives: Vec::new() };
    Will::Denials(targets.iter().map(row).collect())
}

impl World {
    /// The Finnish day of the world's clock.
    pub fn today(&self) -> Date {
        finnish_date(self.clock.now())
    }

    /// An expression of will that a worker takes down.
    pub fn will(&self, member: &Member, hetu: &str, will: Will) -> Document {
        let author = Author { family: member.family.clone(), given: member.given.clone() };
        self.will_by(member, hetu, will, Some(author))
    }

    /// The same, with another author or none.
    pub fn will_by(&self, member: &Member, hetu: &str, will: Will, author: Option<Author>) -> Document {
        let client = client(hetu);
        let (family, given) = self.name(&client);
        let kind = will.kind();
        let consent = Consent { client: client.clone(), will, author };
        let infotext = infotext(kind, Lang::Fi);
        let json = to_json(&consent, &Written { family: &family, given: &given, infotext, made: self.today() });
        let header = self.header(member, member.organisation.as_str(), &[client], kind.group());
        self.document(header, self.structure(kind.type_code()), &json)
    }

    /// The next version of an expression of will, perhaps taken down somewhere else.
    pub fn next_will(&self, member: &Member, old: &Document, hetu: &str, will: Will) -> Document {
        let mut new = self.will(member, hetu, will);
        new.header.set_id = old.header.set_id.clone();
        new.header.version = old.header.version + 1;
        new.header.replaces = Some(Replaced {
            id: old.header.id.clone(),
            set_id: old.header.set_id.clone(),
            version: old.header.version,
        });
        new
    }
}
