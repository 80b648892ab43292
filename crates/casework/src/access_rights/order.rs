//! The order that carries a case OID from the organiser to the provider (functional specification 3.3 step 4).
//!
//! It is a text with fixed labels, so that it survives paper, secure mail and copying; the paste box reads any text
//! that holds at least a case OID.

use records::id::{CaseId, ClientId, HETU_ROOT, Oid, OrganisationId, ServiceUnitId};

/// What the order says.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Order {
    /// The organiser.
    pub organiser: String,
    /// The organiser's name.
    pub organiser_name: String,
    /// The case.
    pub case: String,
    /// The client's personal identity code.
    pub hetu: String,
    /// The client's family name.
    pub family: String,
    /// The client's given names.
    pub given: String,
    /// The provider's unit that has the right.
    pub unit: String,
    /// Code of the service task.
    pub task: String,
    /// Code of the social service.
    pub service: String,
    /// First day, ISO.
    pub from: String,
    /// Last day, ISO; empty when open.
    pub to: String,
    /// Documents that the organiser requires, with the days from the start in which each is due: `15004 30, 16009 90`.
    pub documents: String,
    /// The provider under which the unit works as a subcontractor: name and business id; empty when there is none.
    pub chain: String,
}

/// Why a pasted text was not understood. Each says what to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OrderFault {
    /// No case OID in the text.
    #[error("no case OID in the text")]
    NoCase,
    /// The text has no client, or his code is not a code.
    #[error("no client in the text")]
    NoClient,
    /// No unit, or it is not the reader's organisation's.
    #[error("no unit of this organisation in the text")]
    NoUnit,
    /// No first day.
    #[error("no first day in the text")]
    NoStart,
}

type Place = fn(&mut Order) -> &mut String;

const LABELS: [(&str, Place); 13] = [
    ("Järjestäjän nimi", |o| &mut o.organiser_name),
    ("Järjestäjä", |o| &mut o.organiser),
    ("Asian tunnus", |o| &mut o.case),
    ("Henkilötunnus", |o| &mut o.hetu),
    ("Sukunimi", |o| &mut o.family),
    ("Etunimet", |o| &mut o.given),
    ("Palveluyksikkö", |o| &mut o.unit),
    ("Palvelutehtävä", |o| &mut o.task),
    ("Sosiaalipalvelu", |o| &mut o.service),
    ("Alkaa", |o| &mut o.from),
    ("Päättyy", |o| &mut o.to),
    ("Vaadittavat asiakirjat", |o| &mut o.documents),
    ("Tuottaja", |o| &mut o.chain),
];

impl Order {
    /// The order as text, one labelled line per fact.
    pub fn write(&self) -> String {
        let mut copy = self.clone();
        LABELS.iter().map(|(label, field)| format!("{label}: {}\n", field(&mut copy))).collect()
    }

    /// Reads an order from any text; days may be written in the Finnish way.
    ///
    /// # Errors
    /// The first thing that is missing, in the order of [`OrderFault`].
    pub fn read(text: &str, own: &OrganisationId) -> Result<Self, OrderFault> {
        let mut order = Self::default();
        for line in text.lines() {
            let Some((label, value)) = line.split_once(':') else { continue };
            if let Some((_, field)) = LABELS.iter().find(|(known, _)| label.trim().eq_ignore_ascii_case(known)) {
                *field(&mut order) = value.trim().to_owned();
            }
        }
        if order.case.is_empty() {
            order.case = find_case(text).ok_or(OrderFault::NoCase)?;
        }
        order.check(own)?;
        Ok(order)
    }

    fn check(&mut self, own: &OrganisationId) -> Result<(), OrderFault> {
        let case = CaseId::parse(&self.case).map_err(|_| OrderFault::NoCase)?;
        if self.organiser.is_empty() {
            self.organiser = organiser_of(&case).ok_or(OrderFault::NoCase)?.to_string();
        }
        if ClientId::parse(HETU_ROOT, &self.hetu).is_err() || self.family.is_empty() || self.given.is_empty() {
            return Err(OrderFault::NoClient);
        }
        let unit = ServiceUnitId::parse(&self.unit).map_err(|_| OrderFault::NoUnit)?;
        if !unit.belongs_to(own) {
            return Err(OrderFault::NoUnit);
        }
        self.from = crate::people::read_day(&self.from).ok_or(OrderFault::NoStart)?.to_string();
        self.to = crate::people::read_day(&self.to).map(|day| day.to_string()).unwrap_or_default();
        Ok(())
    }
}

/// The organisation under whose arc a case is numbered (decisions.md 7). A case OID quotes its organiser.
pub fn organiser_of(case: &CaseId) -> Option<OrganisationId> {
    let (arc, _) = case.as_str().split_once(".95.")?;
    OrganisationId::parse(&format!("{arc}.10.0")).ok()
}

/// Finds the first case OID in any text: an OID with `.95.` in it.
pub fn find_case(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.'))
        .map(|word| word.trim_matches('.'))
        .find(|word| word.contains(".95.") && Oid::parse(word).is_ok())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order() -> Order {
        Order {
            organiser: "1.2.246.10.99990015.10.0".into(),
            organiser_name: "Järvi-Hämeen hyvinvointialue".into(),
            case: "1.2.246.10.99990015.95.2026.2.1001".into(),
            hetu: "120243-934K".into(),
            family: "Korpela".into(),
            given: "Aino".into(),
            unit: "1.2.246.10.99990031.10.31".into(),
            task: "1".into(),
            service: "85".into(),
            from: "2026-09-28".into(),
            to: String::new(),
            documents: "15004 30".into(),
            chain: String::new(),
        }
    }

    fn kielo() -> OrganisationId {
        OrganisationId::parse("1.2.246.10.99990031.10.0").unwrap()
    }

    #[test]
    fn fr_15_an_order_survives_being_pasted_with_greetings_around_it() {
        let text = format!("Hei, tässä tilaus.\n\n{}\nTerveisin Marja", order().write());
        assert!(Order::read(&text, &kielo()).unwrap() == order());
    }

    #[test]
    fn fr_15_an_order_for_another_house_or_without_a_client_is_refused() {
        let majakka = OrganisationId::parse("1.2.246.10.99990058.10.0").unwrap();
        assert_eq!(Order::read(&order().write(), &majakka).err(), Some(OrderFault::NoUnit));
        assert_eq!(Order::read("ei tunnusta", &kielo()).err(), Some(OrderFault::NoCase));
        let nobody = Order { hetu: "120243-934L".into(), ..order() };
        assert_eq!(Order::read(&nobody.write(), &kielo()).err(), Some(OrderFault::NoClient));
    }

    #[test]
    fn a_case_names_its_organiser() {
        let case = CaseId::parse("1.2.246.10.99990015.95.2026.2.1001").unwrap();
        assert_eq!(organiser_of(&case).unwrap().as_str(), "1.2.246.10.99990015.10.0");
        assert_eq!(find_case("Asia (1.2.246.10.99990015.95.2026.2.1001).").unwrap(), case.as_str());
    }
}
