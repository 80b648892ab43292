//! What the archive's log rows say, and that nothing is shown without them (FR-57, FR-83, FR-84; 703/2023 § 10).

mod common;

use archive::{log::Event, testing::*, writer::Record};
use common::*;
use kanta::query::QueryKind;
use records::id::{ClientId, PersonalIdentityCode};
use store::{
    LogRow,
    log::{Action, Basis, Disclosure, LogDocument, Outcome, Party, Whose},
    testing::for_each_engine,
};

/// Rows of a register's log, newest last.
async fn rows(world: &World, register: &str) -> Vec<LogRow> {
    let mut tx = world.app.db.read().await.unwrap();
    let rows = store::log::rows(&mut tx, &world.app.vault, register, Whose::All, 0, 1000).await.unwrap();
    rows.into_iter().map(|(_, row)| row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_83_a_use_row_tells_role_duty_unit_and_strength_as_they_were_then() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        aino.finds(&aino.liisa, by_case(QueryKind::Metadata, &aino.case)).await.unwrap();
        let row = rows(&aino.world, JHHVA).await.pop().unwrap();
        assert_eq!((row.action, &row.outcome), (Action::Search, &Outcome::Done));
        assert_eq!(row.actor.id, aino.liisa.hetu.as_str());
        assert_eq!(row.actor.name, format!("{} {}", aino.liisa.given, aino.liisa.family));
        assert_eq!(row.actor.role, "worker");
        assert_eq!(row.actor.duty.as_deref(), Some(aino.liisa.duty.as_str()));
        assert_eq!(row.actor.strength.as_deref(), Some("card"));
        assert!(row.actor.method.unwrap().starts_with("professional "));
        assert!(row.actor.issuer.is_some(), "the issuer and the serial name one card");
        assert_eq!((row.organisation.as_str(), row.unit.as_deref()), (KIELO, Some(AHOLA)));
        // As then: a later renaming in the registers changes no report.
        assert_eq!(row.organisation_name.as_deref(), Some("Hoivakoti Kielo Oy"));
        assert_eq!(row.unit_name.as_deref(), Some("Kielo Ahola, ympärivuorokautinen palveluasuminen"));
        assert_eq!(row.basis.kind, "grant");
        assert!(row.basis.reference.is_some());
        assert_eq!(row.client.unwrap().id, AINO);
        assert_eq!(row.purpose.as_deref(), Some("asiakastyo"));
        assert_eq!((row.recorded, row.receiver.is_some()), (None, false));
        // Who only claims a card is logged as who he proved to be.
        let weak = aino.liisa.clone().without_card();
        let frame = kanta::frame::query(by_case(QueryKind::Metadata, &aino.case), aino.world.sending(&weak, JHHVA));
        let message = aino.world.message_with(&weak, &frame, &|toimija| toimija.strength = "card".to_owned());
        aino.world.post(KIELO, message).await;
        let row = rows(&aino.world, JHHVA).await.pop().unwrap();
        assert_eq!(row.actor.strength.as_deref(), Some("password"));
        assert!(matches!(row.outcome, Outcome::Denied(_)));
    })
    .await;
}

/// What § 10 of 703/2023 demands of a luovutusloki, in one row of the discloser's register.
#[tokio::test(flavor = "multi_thread")]
async fn fr_57_a_disclosure_row_holds_every_field_of_the_law() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let mut event = Event::of_connection(RSHVA, Action::Read);
        event.actor.id = "010190-999X".to_owned();
        event.actor.name = "Ville Virta".to_owned();
        event.actor.duty = Some("2".to_owned());
        event.unit = Some("1.2.246.10.99990023.10.21".to_owned());
        event.purpose = Some("asiakastyo".to_owned());
        event.clients = vec![archive::log::log_client(&ClientId::Hetu(PersonalIdentityCode::parse(AINO).unwrap()))];
        event.documents = vec![LogDocument { id: "1.2.246.10.99990015.95.2026.1.7".to_owned(), version: 2 }];
        event.count = 1;
        let receiver = event.acting_party();
        event.discloses(Disclosure {
            discloser: Party { organisation: JHHVA.to_owned(), ..Party::default() },
            receiver,
            basis: Basis { kind: "disclosure".to_owned(), reference: Some("1.2.246.10.9.95.2026.8.1 v1".to_owned()) },
            what: vec!["Asiakassuunnitelma".to_owned()],
            evaluated: Some("informed permission=1 denials=none".to_owned()),
            transaction: Some("T-1".to_owned()),
        });
        event.name_places(&world.app.registers).await;
        event.name_organisations(vec![JHHVA.to_owned()], &world.app.registers).await;
        world.app.writer.record(Record { event: event.clone(), rests: Vec::new(), nonce: None }).await.unwrap();
        let row = rows(&world, JHHVA).await.pop().unwrap();
        assert_eq!((row.action, &row.outcome, row.count), (Action::Disclose, &Outcome::Done, 1));
        let (discloser, receiver) = (row.discloser.unwrap(), row.receiver.unwrap());
        assert_eq!(discloser.organisation, JHHVA);
        assert!(discloser.organisation_name.unwrap().contains("Järvi-Häme"));
        assert_eq!((receiver.organisation.as_str(), receiver.person_name.as_deref()), (RSHVA, Some("Ville Virta")));
        assert!(receiver.organisation_name.unwrap().contains("Rannikko-Savo"));
        assert_eq!(row.basis.reference.as_deref(), Some("1.2.246.10.9.95.2026.8.1 v1"));
        assert_eq!(row.disclosed, ["Asiakassuunnitelma"]);
        assert_eq!((row.documents.len(), row.purpose.as_deref()), (1, Some("asiakastyo")));
        assert!(row.evaluated.is_some() && row.transaction.is_some());
        // The refused twin is logged as a disclosure, too: asked, and nothing given.
        event.documents.clear();
        event.denied(&archive::entry::Denial::new(records::refusal::Refusal::NoConsent));
        world.app.writer.record(Record { event, rests: Vec::new(), nonce: None }).await.unwrap();
        let row = rows(&world, JHHVA).await.pop().unwrap();
        assert_eq!((row.action, row.outcome), (Action::Disclose, Outcome::Denied("NO_CONSENT".to_owned())));
        assert_eq!((row.documents.len(), row.count), (0, 0));
    })
    .await;
}
