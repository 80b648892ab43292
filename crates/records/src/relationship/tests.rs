//! The client relationship: reading, writing, grants, rules.

use super::*;
use crate::code::{RelatedRole, SocialService};
use crate::grant::GrantState;
use crate::id::HETU_ROOT;
use jiff::civil::date;

const CONTROLLER: &str = "1.2.246.10.99990015.10.0";
const KIELO: &str = "1.2.246.10.99990031.10.31";
const SUB: &str = "1.2.246.10.99990058.10.41";

fn unit(oid: &str) -> ServiceUnitId {
    ServiceUnitId::parse(oid).unwrap()
}

fn from(start: Date) -> Period {
    Period { start, end: None }
}

/// Aino's relationship with Kielo as provider and a subcontractor below it.
fn aino() -> Relationship {
    let controller = OrganisationId::parse(CONTROLLER).unwrap();
    let client = RelationshipClient::new(ClientId::parse(HETU_ROOT, "120243-934K").unwrap(), "Korpela", "Aino");
    let id = RelationshipId::parse("1.2.246.10.99990015.95.2026.3.1001").unwrap();
    let operating_unit = Code::organisation(&controller.0, "Järvi-Hämeen hyvinvointialue");
    let mut relationship = Relationship::new(id, client, date(2026, 9, 7), operating_unit);
    let task = relationship.task_mut(ServiceTask::Elderly, Lang::Fi);
    let organiser = unit("1.2.246.10.99990015.10.11");
    task.organiser_units.push(UnitRow::new(organiser, "Ikääntyneiden asiakasohjaus", from(date(2026, 9, 7))));
    let mut kielo =
        ProviderRow::new(unit(KIELO), "Kielo Ahola", vec![SocialService::new("85")], from(date(2026, 9, 28)));
    kielo.subcontractors.push(SubcontractorRow::new(unit(SUB), "Majakka 1", Vec::new(), from(date(2026, 10, 1))));
    task.providers.push(kielo);
    relationship.workers.push(ResponsibleWorker {
        family: "Salo".into(),
        given: "Marja".into(),
        unit: None,
        registration: Some(crate::id::RegistrationNumber::parse("90000000011").unwrap()),
        phone: Some("040 123 4567".into()),
        other: Map::new(),
    });
    relationship
}

fn grants_of(relationship: &Relationship) -> Vec<Grant> {
    grants(relationship, &OrganisationId::parse(CONTROLLER).unwrap(), None, 1)
}

#[test]
fn what_is_written_reads_back_the_same() {
    let relationship = aino();
    assert!(Relationship::parse(&relationship.to_json()).unwrap() == relationship);
}

#[test]
fn fields_that_are_not_understood_survive_a_new_version() {
    let mut json = aino().to_json();
    json[ROOT_KEY]["riskitieto"] = json!([{ "riskin_kuvaus": "Koira" }]);
    json[ROOT_KEY]["asiakas"]["asiointikieli"] = json!({ "system": "x", "code": "SV", "display": "Ruotsi" });
    json[ROOT_KEY]["sosiaalihuollon_palvelutehtava"][0]["palveluntuottaja"][0]["yhteystiedot"] =
        json!({ "puhelinnumero": "1" });
    assert_eq!(Relationship::parse(&json).unwrap().to_json(), json);
}

#[test]
fn an_error_names_the_place_and_not_the_content() {
    let mut json = aino().to_json();
    json[ROOT_KEY]["asiakas"]["henkilotunnus"]["value"] = json!("120243-934L");
    let error = Relationship::parse(&json).err().unwrap();
    assert_eq!(error.path(), "asiakkuusasiakirja.asiakas.henkilotunnus");
    assert!(!error.to_string().contains("120243"));
    json = aino().to_json();
    json[ROOT_KEY]["sosiaalihuollon_palvelutehtava"][0]["palveluntuottaja"][0]["asiakkuuden_alkamispvm"] =
        json!("2026-09");
    let path = "asiakkuusasiakirja.sosiaalihuollon_palvelutehtava[0].palveluntuottaja[0].asiakkuuden_alkamispvm";
    assert_eq!(Relationship::parse(&json).err().unwrap(), ProjectionError::Form { path: path.into() });
}

#[test]
fn debug_shows_no_person() {
    let relationship = aino();
    let shown = format!("{relationship:?} {:?} {:?}", relationship.client, relationship.workers);
    assert!(!shown.contains("Korpela") && !shown.contains("120243") && !shown.contains("Salo"));
}

#[test]
fn fr_13_a_provider_row_is_a_grant_and_an_organiser_row_is_none() {
    let all = grants_of(&aino());
    let kielo = all.iter().find(|grant| grant.unit.as_str() == KIELO).unwrap();
    assert_eq!((kielo.task, kielo.period.start), (ServiceTask::Elderly, date(2026, 9, 28)));
    assert_eq!(kielo.provider.as_str(), "1.2.246.10.99990031");
    assert_eq!(kielo.services, [SocialService::new("85")]);
    assert!(all.iter().all(|grant| !grant.unit.as_str().starts_with("1.2.246.10.99990015.")));
}

#[test]
fn the_controllers_own_unit_in_a_provider_row_needs_no_grant() {
    let mut relationship = aino();
    let own = ProviderRow::new(unit("1.2.246.10.99990015.10.13"), "Oma", Vec::new(), from(date(2026, 9, 28)));
    relationship.tasks[0].providers = vec![own];
    assert_eq!(grants_of(&relationship), []);
}

#[test]
fn fr_18_a_subcontractor_row_is_a_grant_of_its_own_and_ends_with_its_provider() {
    let mut relationship = aino();
    let sub = |relationship: &Relationship| {
        grants_of(relationship).into_iter().find(|grant| grant.unit.as_str() == SUB).unwrap()
    };
    assert_eq!(sub(&relationship).via, Via::Subcontractor { provider_unit: unit(KIELO) });
    assert_eq!(sub(&relationship).services, [SocialService::new("85")]);
    relationship.tasks[0].providers[0].period.end = Some(date(2026, 11, 15));
    assert_eq!(sub(&relationship).period.end, Some(date(2026, 11, 15)));
    relationship.tasks[0].providers[0].period.end = Some(date(2026, 9, 30));
    assert_eq!(grants_of(&relationship).len(), 1, "a row that ends before it starts gives nothing");
}

#[test]
fn fr_21_a_grant_is_future_valid_in_grace_and_ended_by_the_day() {
    let mut relationship = aino();
    relationship.tasks[0].providers[0].period.end = Some(date(2026, 11, 15));
    let grant = grants_of(&relationship).remove(0);
    let states = [
        (date(2026, 9, 27), GrantState::Future),
        (date(2026, 9, 28), GrantState::Valid),
        (date(2026, 11, 15), GrantState::Valid),
        (date(2026, 11, 16), GrantState::Grace),
        (date(2026, 12, 15), GrantState::Grace),
        (date(2026, 12, 16), GrantState::Ended),
    ];
    for (day, state) in states {
        assert_eq!(grant.state(day, 30), state, "{day}");
        assert_eq!(grant.may_read(day), state == GrantState::Valid, "{day}");
    }
    assert!(grant.may_write(date(2026, 12, 1), date(2026, 11, 15), 30));
    assert!(!grant.may_write(date(2026, 12, 1), date(2026, 11, 16), 30));
}

#[test]
fn an_ended_relationship_ends_every_grant() {
    let mut relationship = aino();
    relationship.period.end = Some(date(2026, 10, 31));
    assert!(grants_of(&relationship).iter().all(|grant| grant.period.end == Some(date(2026, 10, 31))));
    assert!(check(&relationship).iter().any(|fault| matches!(fault, RelationFault::OpenRowInEnded { .. })));
}

#[test]
fn fr_09_a_document_with_several_clients_is_not_read() {
    let mut json = aino().to_json();
    json[ROOT_KEY]["asiakas"] = json!([json[ROOT_KEY]["asiakas"].clone()]);
    assert_eq!(Relationship::parse(&json).err().unwrap().path(), "asiakkuusasiakirja.asiakas");
}

#[test]
fn fr_11_overlapping_rows_of_a_unit_are_refused_and_following_ones_are_not() {
    assert_eq!(check(&aino()), []);
    let mut relationship = aino();
    let second = ProviderRow::new(unit(KIELO), "Kielo Ahola", Vec::new(), from(date(2027, 1, 1)));
    relationship.tasks[0].providers.push(second);
    let fault = RelationFault::OverlappingRows { task: Some(ServiceTask::Elderly), unit: unit(KIELO) };
    assert_eq!(check(&relationship), [fault]);
    relationship.tasks[0].providers[0].period.end = Some(date(2026, 12, 31));
    assert_eq!(check(&relationship), []);
}

#[test]
fn fr_10_an_ended_row_must_stay_and_a_wrong_open_row_may_go() {
    let mut old = aino();
    old.tasks[0].providers[0].period.end = Some(date(2026, 11, 15));
    old.tasks[0].providers[0].subcontractors[0].period.end = Some(date(2026, 11, 15));
    let mut new = old.clone();
    new.tasks[0].providers[0].subcontractors.clear();
    let missing = RelationFault::EndedRowMissing { task: Some(ServiceTask::Elderly), unit: unit(SUB) };
    assert_eq!(check_successor(&old, &new, date(2026, 11, 16)), [missing]);
    assert_eq!(check_successor(&old, &new, date(2026, 11, 15)), [], "the row has not ended yet");
    let mut mistake = aino();
    mistake.tasks[0].providers.clear();
    assert_eq!(check_successor(&aino(), &mistake, date(2026, 11, 16)), []);
}

#[test]
fn fr_10_an_ended_row_does_not_open_again_and_the_relationship_stays_itself() {
    let mut old = aino();
    old.tasks[0].providers[0].period.end = Some(date(2026, 11, 15));
    let missing = RelationFault::EndedRowMissing { task: Some(ServiceTask::Elderly), unit: unit(KIELO) };
    assert_eq!(check_successor(&old, &aino(), date(2026, 11, 16)), [missing]);
    let mut other = aino();
    other.id = Some(RelationshipId::parse("1.2.246.10.99990015.95.2026.3.1002").unwrap());
    assert_eq!(check_successor(&aino(), &other, date(2026, 11, 16)), [RelationFault::OtherRelationship]);
}

#[test]
fn an_end_before_its_start_is_refused() {
    let mut row = aino();
    row.tasks[0].providers[0].subcontractors.clear();
    row.tasks[0].providers[0].period.end = Some(date(2026, 9, 27));
    assert_eq!(check(&row), [RelationFault::EndBeforeStart { unit: Some(unit(KIELO)) }]);
    let mut whole = aino();
    whole.tasks.clear();
    whole.organiser_units = vec![UnitRow::new(
        unit("1.2.246.10.99990015.10.11"),
        "Yksikkö",
        Period { start: date(2026, 9, 1), end: Some(date(2026, 9, 2)) },
    )];
    whole.period.end = Some(date(2026, 9, 6));
    assert_eq!(check(&whole), [RelationFault::EndBeforeStart { unit: None }]);
}

#[test]
fn a_client_has_one_identifier_and_a_unit_is_of_the_organisation_register() {
    let mut json = aino().to_json();
    json[ROOT_KEY]["asiakas"]["tilapainen_yksilointitunnus"] =
        json!({ "system": "1.2.246.10.99990015.22.2026", "value": "010175-901Z" });
    let path = "asiakkuusasiakirja.asiakas.tilapainen_yksilointitunnus";
    assert_eq!(Relationship::parse(&json).err().unwrap().path(), path);
    json = aino().to_json();
    json[ROOT_KEY]["sosiaalihuollon_palvelutehtava"][0]["palveluntuottaja"][0]["palveluyksikon_nimi"]["system"] =
        json!("urn:oid:1.2.246.537.6.1221");
    assert!(matches!(Relationship::parse(&json), Err(ProjectionError::Code { .. })));
}

#[test]
fn fr_62_a_temporary_id_may_become_a_code_and_never_another_person() {
    let mut unknown = aino();
    unknown.client.id = ClientId::parse("1.2.246.10.99990015.22.2026", "010175-901Z").unwrap();
    assert_eq!(check_successor(&unknown, &aino(), date(2026, 10, 1)), []);
    let mut other = aino();
    other.client.id = ClientId::parse(HETU_ROOT, "150684-946P").unwrap();
    assert_eq!(check_successor(&aino(), &other, date(2026, 10, 1)), [RelationFault::OtherClient]);
    assert_eq!(check_successor(&aino(), &unknown, date(2026, 10, 1)), [RelationFault::OtherClient]);
}

#[test]
fn fr_60_under_non_disclosure_only_phone_and_contact_address_may_stand() {
    let mut relationship = aino();
    relationship.client.non_disclosure = true;
    let contacts = json!({ "puhelinnumero": "040 1", "yhteysosoite": { "lahiosoite": "PL 1" } });
    relationship.client.other.insert("yhteystiedot".into(), contacts);
    assert_eq!(check(&relationship), []);
    relationship.client.other.insert("kotikunta".into(), json!({ "kunta": { "code": "297" } }));
    relationship.client.other["yhteystiedot"]["osoite"] = json!([{ "lahiosoite": "Kotitie 1" }]);
    let shown = |field| RelationFault::PlaceShown { field };
    assert_eq!(check(&relationship), [shown("kotikunta"), shown("osoite")]);
    relationship.client.non_disclosure = false;
    assert_eq!(check(&relationship), []);
}

#[test]
fn fr_60_contacts_of_a_related_person_under_non_disclosure_need_representation() {
    let mut relationship = aino();
    let mut person = RelatedPerson {
        family: "Rantanen".into(),
        given: "Tuula".into(),
        hetu: None,
        roles: vec![RelatedRole::Parent],
        other_roles: Vec::new(),
        authority: None,
        non_disclosure: true,
        other: Map::new(),
    };
    person.other.insert("yhteystiedot".into(), json!({ "puhelinnumero": "1" }));
    relationship.related = vec![person.clone()];
    assert_eq!(check(&relationship), [RelationFault::RelatedContactsShown]);
    person.roles = vec![RelatedRole::Guardian];
    relationship.related = vec![person.clone()];
    assert_eq!(check(&relationship), [RelationFault::AuthorityMissing]);
    person.authority = Some("Huoltaja".into());
    relationship.related = vec![person];
    assert_eq!(check(&relationship), []);
}

#[test]
fn a_relationship_without_an_organiser_unit_is_only_for_old_data() {
    let mut relationship = aino();
    relationship.tasks[0].organiser_units.clear();
    assert_eq!(check(&relationship), [RelationFault::NoOrganiserUnit]);
    relationship.old = true;
    assert_eq!(check(&relationship), []);
}

#[test]
fn what_is_written_is_valid_by_the_published_structure() {
    crate::projection::testing::valid_by_published(STRUCTURE, &[aino().to_json()], |json| {
        json[ROOT_KEY]["asiakas"].as_object_mut().unwrap().remove("turvakielto");
    });
}
