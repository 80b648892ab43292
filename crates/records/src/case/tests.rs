//! The case: reading, writing, rules.

use super::*;
use crate::id::HETU_ROOT;
use jiff::civil::date;

fn client(hetu: &str) -> CaseClient {
    CaseClient::new(ClientId::parse(HETU_ROOT, hetu).unwrap(), "Lahtinen", "Noora")
}

fn joined(hetu: &str, day: Date) -> CaseClient {
    CaseClient { joined: Some(Moment::Day(day)), ..client(hetu) }
}

fn case() -> Case {
    let id = CaseId::parse("1.2.246.10.99990015.95.2026.2.1001").unwrap();
    let unit = crate::id::Oid::parse("1.2.246.10.99990015.10.0").unwrap();
    let operating_unit = Code::organisation(&unit, "Järvi-Hämeen hyvinvointialue");
    Case::open(id, CaseName::Housing, ServiceTask::Elderly, operating_unit, date(2026, 9, 7), client("150684-946P"))
}

fn joint() -> Case {
    let day = date(2026, 9, 7);
    Case { joint: true, clients: vec![joined("150684-946P", day), joined("081182-941J", day)], ..case() }
}

#[test]
fn what_is_written_reads_back_the_same() {
    for case in [case(), joint(), case().closed_on(date(2026, 12, 1))] {
        assert!(Case::parse(&case.to_json()).unwrap() == case);
    }
}

#[test]
fn fields_that_are_not_understood_survive_a_new_version() {
    let mut json = case().to_json();
    json[ROOT_KEY]["muut_asiaan_liittyvat_henkilot"] = json!([{ "sukunimi": "A", "etunimet": "B" }]);
    assert_eq!(Case::parse(&json).unwrap().to_json(), json);
}

#[test]
fn fr_01_a_case_has_one_task_a_name_a_state_and_a_day_of_opening() {
    for key in ["asiatunnus", "nimi", "tila", "avauspaiva", "palvelutehtava"] {
        let mut json = case().to_json();
        json[ROOT_KEY]["asian_tiedot"].as_object_mut().unwrap().remove(key);
        let path = format!("asia_asiakirja.asian_tiedot.{key}");
        assert_eq!(Case::parse(&json).err().unwrap(), ProjectionError::Missing { path });
    }
}

#[test]
fn fr_05_the_task_of_a_case_does_not_change() {
    let other = Case { task: ServiceTask::Families, ..case() };
    assert_eq!(check_successor(&case(), &other), [CaseFault::TaskChanged]);
    assert_eq!(check_successor(&case(), &case().closed_on(date(2026, 12, 1))), []);
}

#[test]
fn a_case_stays_itself_and_has_a_client() {
    let other = Case { id: CaseId::parse("1.2.246.10.99990015.95.2026.2.1002").unwrap(), ..case() };
    assert_eq!(check_successor(&case(), &other), [CaseFault::OtherCase]);
    let earlier = Case { opened: date(2026, 9, 1), ..case() };
    assert_eq!(check_successor(&case(), &earlier), [CaseFault::OpeningChanged]);
    assert_eq!(check(&Case { clients: Vec::new(), ..case() }), [CaseFault::NoClient]);
}

#[test]
fn fr_06_a_closed_case_has_its_day_and_an_open_one_has_none() {
    assert_eq!(check(&case()), []);
    assert_eq!(check(&Case { state: CaseState::Closed, ..case() }), [CaseFault::ClosingDay]);
    assert_eq!(check(&Case { closed: Some(date(2026, 12, 1)), ..case() }), [CaseFault::ClosingDay]);
    assert_eq!(check(&case().closed_on(date(2026, 9, 6))), [CaseFault::ClosedBeforeOpened]);
    assert_eq!(check(&case().closed_on(date(2026, 12, 1)).reopened()), []);
}

#[test]
fn fr_63_a_joint_case_names_joining_times_and_nobody_vanishes() {
    assert_eq!(check(&joint()), []);
    let day = date(2026, 9, 7);
    let without = Case { clients: vec![joined("150684-946P", day), client("081182-941J")], ..joint() };
    assert_eq!(check(&without), [CaseFault::JoiningTimeMissing]);
    assert_eq!(check(&Case { joint: false, ..joint() }), [CaseFault::NotJoint]);
    let gone = Case { clients: vec![joined("150684-946P", day)], ..joint() };
    assert_eq!(check_successor(&joint(), &gone), [CaseFault::ClientMissing]);
}

#[test]
fn fr_63_who_has_left_does_not_belong_on_a_later_day() {
    let left = CaseClient { left: Some(Moment::Day(date(2026, 10, 1))), ..joined("150684-946P", date(2026, 9, 7)) };
    assert!(left.belongs_on(date(2026, 9, 7)) && left.belongs_on(date(2026, 10, 1)));
    assert!(!left.belongs_on(date(2026, 9, 6)) && !left.belongs_on(date(2026, 10, 2)));
}

#[test]
fn the_same_client_stands_once_at_a_time() {
    let day = date(2026, 9, 7);
    let twice = Case { clients: vec![joined("150684-946P", day), joined("150684-946P", day)], ..joint() };
    assert_eq!(check(&twice), [CaseFault::ClientTwice]);
}

#[test]
fn a_case_named_other_says_what_it_is() {
    let other = Case { name: CaseName::Other.to_code(Lang::Fi), ..case() };
    assert_eq!(check(&other), [CaseFault::ExtraMissing]);
    assert_eq!(check(&Case { extra: Some("Muutto".into()), ..other }), []);
}

#[test]
fn what_is_written_is_valid_by_the_published_structure() {
    let documents = [case().to_json(), joint().to_json(), case().closed_on(date(2026, 12, 1)).to_json()];
    crate::projection::testing::valid_by_published(STRUCTURE, &documents, |json| {
        json[ROOT_KEY]["asian_tiedot"].as_object_mut().unwrap().remove("avauspaiva");
    });
}
