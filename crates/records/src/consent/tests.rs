use super::*;
use crate::id::HETU_ROOT;
use jiff::civil::date;

const TODAY: Date = date(2026, 10, 5);

fn client(hetu: &str) -> ClientId {
    ClientId::parse(HETU_ROOT, hetu).unwrap()
}

fn author() -> Option<Author> {
    Some(Author { family: "Salo".into(), given: "Marja".into() })
}

fn permission(on: Date) -> Consent {
    Consent {
        client: client("120243-934K"),
        will: Will::Permission { given: true, on, representatives: Vec::new() },
        author: author(),
    }
}

fn guardian(role: RelatedRole) -> Representative {
    let id = Some(client("150684-946P"));
    Representative { family: "Lahtinen".into(), given: "Noora".into(), id, other_id: None, role }
}

fn denials(hetu: &str, representatives: Vec<Representative>) -> Consent {
    let row = |target| Denial { target, set_on: TODAY, representatives: representatives.clone() };
    Consent {
        client: client(hetu),
        will: Will::Denials(vec![
            row(Target::Controller(OrganisationId::parse("1.2.246.10.99990015.10.0").unwrap())),
            row(Target::Task(ServiceTask::SubstanceAbuse)),
            row(Target::Document("1.2.246.10.99990015.95.2026.1.7".into())),
        ]),
        author: author(),
    }
}

fn informing() -> Consent {
    let will = Will::Informing { informed: true, on: TODAY, representatives: vec![guardian(RelatedRole::Guardian)] };
    Consent { client: client("230911A957T"), will, author: None }
}

fn written(consent: &Consent) -> serde_json::Value {
    let infotext = infotext(consent.will.kind(), Lang::Fi);
    to_json(consent, &Written { family: "Korpela", given: "Aino", infotext, made: TODAY })
}

#[test]
fn what_is_written_reads_back() {
    for consent in [permission(TODAY), denials("120243-934K", vec![guardian(RelatedRole::Attorney)]), informing()] {
        assert_eq!(Consent::parse(consent.will.kind(), &written(&consent)).unwrap(), consent);
    }
}

#[test]
fn fr_52_nobody_permits_in_advance_and_a_client_system_names_the_author() {
    let checked = |consent: &Consent, channel| check(consent, channel, TODAY, false);
    assert_eq!(checked(&permission(TODAY), Channel::ClientSystem), []);
    assert_eq!(checked(&permission(date(2026, 10, 6)), Channel::ClientSystem), [ConsentFault::Future]);
    let nameless = Consent { author: None, ..permission(TODAY) };
    assert_eq!(checked(&nameless, Channel::ClientSystem), [ConsentFault::AuthorMissing]);
    assert_eq!(checked(&nameless, Channel::Citizen), []);
    let temporary = ClientId::parse("1.2.246.10.99990015.22.2026", "010170-9532").unwrap();
    let unknown = Consent { client: temporary, ..permission(TODAY) };
    assert_eq!(checked(&unknown, Channel::ClientSystem), [ConsentFault::TemporaryId]);
}

#[test]
fn fr_74_a_guardian_permits_but_does_not_deny_for_a_minor() {
    let child = denials("230911A957T", vec![guardian(RelatedRole::Guardian)]);
    assert_eq!(check(&child, Channel::Citizen, TODAY, false), [ConsentFault::GuardianDenies]);
    assert_eq!(check(&child, Channel::Citizen, TODAY, true), []);
    let own = denials("230911A957T", Vec::new());
    assert_eq!(check(&own, Channel::Citizen, TODAY, false), []);
    let adult = denials("120243-934K", vec![guardian(RelatedRole::Attorney)]);
    assert_eq!(check(&adult, Channel::Citizen, TODAY, false), []);
    assert_eq!(check(&informing(), Channel::Citizen, TODAY, false), []);
}

#[test]
fn a_target_or_role_that_is_not_understood_is_refused() {
    let mut json = written(&denials("120243-934K", Vec::new()));
    let rows = &mut json["kieltoasiakirja"]["palvelutehtavaa_koskevat_luovutuskiellot"]["palvelutehtavaa_koskeva_luovutuskielto"];
    rows[0]["palvelutehtava_jonka_tietojen_luovutus_kielletaan"][0]["code"] = "404".into();
    assert!(Consent::parse(Kind::Denial, &json).is_err());
    let mut json = written(&informing());
    json["kanta_informointi"]["informoinnin_vastaanottaja"][0]["rooli"]["code"] = "12".into();
    assert!(Consent::parse(Kind::Informing, &json).is_err());
}

#[test]
fn the_words_of_the_tables_read_back() {
    for kind in Kind::ALL {
        assert_eq!(Kind::parse(kind.word()), Some(*kind));
        assert_eq!(Kind::of_group(kind.group().code()), Some(*kind));
    }
    assert_eq!(Kind::of_group("5"), None);
    let Will::Denials(rows) = denials("120243-934K", Vec::new()).will else { panic!("denials") };
    for denial in rows {
        let (level, code) = denial.target.columns();
        assert_eq!(Target::parse(level, code), Some(denial.target.clone()));
    }
}

#[test]
fn what_is_written_is_valid_by_the_published_structure_but_for_its_fixed_text() {
    let official = |structure: &str, consent: Consent| {
        let key = if consent.will.kind() == Kind::Denial { "kieltoasiakirja" } else { "luovutuslupa_asiakirja" };
        let mut json = written(&consent);
        // THL fixes the wording and it is not copied here, so the field is only looked at where the files are.
        let Some(text) = crate::projection::testing::fixed_text(structure, key, "infoteksti") else { return };
        json[key]["infoteksti"] = text.into();
        crate::projection::testing::valid_by_published(structure, &[json], |json| {
            json[key].as_object_mut().unwrap().remove("asiakas");
        });
    };
    official(PERMISSION, permission(TODAY));
    official(DENIAL, denials("230911A957T", vec![guardian(RelatedRole::Guardian)]));
}
