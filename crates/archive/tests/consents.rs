//! Expressions of will over `/sanomat`: informing, permission, denials (FR-52, FR-53, FR-73, FR-74).

mod common;

use archive::{Settings, testing::consents::*, testing::*};
use common::*;
use jiff::{ToSpan, civil::date};
use kanta::document::{Body, Document};
use records::{
    code::{RelatedRole, ServiceTask},
    consent::{Denial, Representative, Target, Will},
    id::ClientId,
};
use store::testing::for_each_engine;

const SAMI: &str = "010177-9532";
const EETU: &str = "230911A957T";

/// Sami is a client of Rannikko-Savo, where Oona works.
async fn sami(db: store::Db) -> (World, Member) {
    let world = World::new(db).await;
    let oona = world.worker("oona");
    world.open_client(&oona, SAMI, &[]).await;
    (world, oona)
}

fn guardian(role: RelatedRole) -> Representative {
    let id = Some(documents::client("150684-946P"));
    Representative { family: "Lahtinen".into(), given: "Noora".into(), id, other_id: None, role }
}

#[tokio::test]
async fn fr_52_a_permission_is_stored_and_may_not_be_dated_ahead() {
    for_each_engine(async |db| {
        let (world, oona) = sami(db).await;
        let today = world.today();
        let ahead = world.will(&oona, SAMI, permission(true, today.checked_add(1.day()).unwrap()));
        let reply = world.store(&oona, &ahead).await;
        assert_eq!(reply.code(), "SCHEMA_INVALID");
        assert!(reply.texts().contains("tulevaisuudessa"), "{}", reply.texts());
        assert_eq!(world.count("consents").await, 0);
        expect(&world, &oona, &world.will(&oona, SAMI, permission(true, today)), "AA").await;
        expect(&world, &oona, &world.will(&oona, SAMI, informed(today)), "AA").await;
        assert_eq!(world.count("consents").await, 2);
    })
    .await;
}

#[tokio::test]
async fn fr_52_a_permission_needs_a_hetu() {
    for_each_engine(async |db| {
        let (world, oona) = sami(db).await;
        for will in [permission(true, world.today()), informed(world.today()), denials(&[], world.today())] {
            let mut unknown = world.will(&oona, SAMI, will);
            let temporary = ClientId::parse("1.2.246.10.99990023.22.2026", "010177-9532").unwrap();
            unknown.header.patients[0].id = temporary;
            expect(&world, &oona, &unknown, "TEMP_ID_NOT_ALLOWED").await;
        }
        // A hetu in the header and another client in the content do not pass either.
        let mut other = world.will(&oona, SAMI, permission(true, world.today()));
        other.header.patients[0].id = documents::client(AINO);
        expect(&world, &oona, &other, "HEADER_INVALID").await;
        assert_eq!(world.count("consents").await, 0);
    })
    .await;
}

#[tokio::test]
async fn fr_52_a_document_made_in_a_client_system_names_its_author() {
    for_each_engine(async |db| {
        let (world, oona) = sami(db).await;
        for will in [permission(true, world.today()), informed(world.today()), denials(&[], world.today())] {
            let nameless = world.will_by(&oona, SAMI, will.clone(), None);
            let reply = world.store(&oona, &nameless).await;
            assert_eq!(reply.code(), "SCHEMA_INVALID");
            assert!(reply.texts().contains("Laatija puuttuu"), "{}", reply.texts());
            expect(&world, &oona, &world.will(&oona, SAMI, will), "AA").await;
        }
    })
    .await;
}

#[tokio::test]
async fn fr_52_a_representative_has_one_of_the_four_roles() {
    for_each_engine(async |db| {
        let (world, oona) = sami(db).await;
        let by = |role| Will::Permission { given: true, on: world.today(), representatives: vec![guardian(role)] };
        let mut parent = world.will(&oona, SAMI, by(RelatedRole::Attorney));
        change(&mut parent, |json| {
            json["luovutuslupa_asiakirja"]["luovutusluvan_antaja"][0]["rooli"]["code"] = "12".into()
        });
        expect(&world, &oona, &parent, "CODE_INVALID").await;
        let mut unnamed = world.will(&oona, SAMI, permission(true, world.today()));
        change(&mut unnamed, |json| {
            json["luovutuslupa_asiakirja"]["luovutusluvan_antaja_on_laillinen_edustaja"] = true.into();
        });
        expect(&world, &oona, &unnamed, "SCHEMA_INVALID").await;
        expect(&world, &oona, &world.will(&oona, SAMI, by(RelatedRole::Attorney)), "AA").await;
    })
    .await;
}

/// Changes the structured form; the display form is not looked at by the rules here.
fn change(document: &mut Document, with: impl Fn(&mut serde_json::Value)) {
    let Body::Structured { json, .. } = &mut document.body else { panic!("structured") };
    let mut value: serde_json::Value = serde_json::from_slice(json).unwrap();
    with(&mut value);
    *json = value.to_string().into_bytes();
}

#[tokio::test]
async fn fr_52_the_newest_version_counts_and_any_controller_takes_it_down() {
    for_each_engine(async |db| {
        let (world, oona) = sami(db).await;
        let marja = world.worker("marja");
        world.open_client(&marja, SAMI, &[]).await;
        let given = world.will(&oona, SAMI, permission(true, world.today()));
        expect(&world, &oona, &given, "AA").await;
        // There is one permission per client: a second one beside it is refused, wherever it comes from.
        let beside = world.will(&marja, SAMI, permission(true, world.today()));
        expect(&world, &marja, &beside, "VERSION_CONFLICT").await;
        let mut skipped = world.next_will(&marja, &given, SAMI, permission(false, world.today()));
        skipped.header.version = 3;
        expect(&world, &marja, &skipped, "VERSION_CONFLICT").await;
        let withdrawn = world.next_will(&marja, &given, SAMI, permission(false, world.today()));
        expect(&world, &marja, &withdrawn, "AA").await;
        assert_eq!(newest(&world).await, [("permission".to_owned(), 2, 0)]);
        // The version that both began from counts once only.
        let late = world.next_will(&oona, &given, SAMI, permission(true, world.today()));
        expect(&world, &oona, &late, "VERSION_CONFLICT").await;
    })
    .await;
}

/// Kind, version and force of what stands.
async fn newest(world: &World) -> Vec<(String, i64, i64)> {
    let mut tx = world.app.db.read().await.unwrap();
    let sql = "SELECT kind, version, in_force FROM consents WHERE superseded_at = 0 ORDER BY kind";
    sqlx::query_as(sql).fetch_all(&mut *tx).await.unwrap()
}

#[tokio::test]
async fn fr_52_an_expression_of_will_is_taken_down_only_with_a_relation() {
    for_each_engine(async |db| {
        let (world, oona) = sami(db).await;
        let marja = world.worker("marja");
        let document = world.will(&marja, SAMI, permission(true, world.today()));
        expect(&world, &marja, &document, "NO_CONTEXT_RELATION").await;
        expect(&world, &oona, &world.will(&oona, SAMI, permission(true, world.today())), "AA").await;
    })
    .await;
}

/// FR-22 of the grants holds for wills too: a provider takes them down while its right lasts, for the organiser.
#[tokio::test]
async fn fr_52_a_provider_takes_it_down_under_its_right() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let by = |world: &World, hetu| {
            let mut document = world.will(&aino.liisa, hetu, permission(true, world.today()));
            document.header.custodian.id = organisation(JHHVA);
            document.header.organiser = Some(document.header.custodian.clone());
            document
        };
        expect(&aino.world, &aino.liisa, &by(&aino.world, LEENA), "RKO_NOT_VALID").await;
        expect(&aino.world, &aino.liisa, &by(&aino.world, AINO), "AA").await;
    })
    .await;
}

#[tokio::test]
async fn fr_74_a_guardian_gives_a_permission_but_no_denial_for_a_minor() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let oona = world.worker("oona");
        world.open_client(&oona, EETU, &[]).await;
        let today = world.today();
        let denied = |who: Vec<Representative>| {
            Will::Denials(vec![Denial {
                target: Target::Task(ServiceTask::ChildProtection),
                set_on: today,
                representatives: who,
            }])
        };
        let by_guardian = world.will(&oona, EETU, denied(vec![guardian(RelatedRole::Guardian)]));
        expect(&world, &oona, &by_guardian, "ROLE_FORBIDDEN").await;
        let permitted =
            Will::Permission { given: true, on: today, representatives: vec![guardian(RelatedRole::Guardian)] };
        expect(&world, &oona, &world.will(&oona, EETU, permitted), "AA").await;
        expect(&world, &oona, &world.will(&oona, EETU, denied(Vec::new())), "AA").await;
        // What is open is a setting.
        let open = Settings { guardian_may_deny: true, ..world.app.settings_now() };
        *world.app.settings.write().unwrap() = open;
        let next = world.will(&oona, EETU, denied(vec![guardian(RelatedRole::Guardian)]));
        expect(&world, &oona, &next, "VERSION_CONFLICT").await;
    })
    .await;
}

/// Derived by intake only: dropped and rebuilt they are the same, and verification of the documents holds.
#[tokio::test]
async fn fr_52_consents_rebuilt_from_the_documents_are_the_same() {
    for_each_engine(async |db| {
        let (world, oona) = sami(db).await;
        let today = world.today();
        let targets = [
            Target::Controller(organisation(JHHVA)),
            Target::Task(ServiceTask::SubstanceAbuse),
            Target::Document("1.2.246.10.99990015.95.2026.1.7".to_owned()),
        ];
        let first = world.will(&oona, SAMI, denials(&targets[..1], today));
        expect(&world, &oona, &first, "AA").await;
        expect(&world, &oona, &world.will(&oona, SAMI, informed(today)), "AA").await;
        world.clock.set("2026-09-29T09:00:00Z");
        let second = world.next_will(&oona, &first, SAMI, denials(&targets, today));
        expect(&world, &oona, &second, "AA").await;
        let before = (consents(&world).await, rows_of_denials(&world).await);
        assert_eq!((before.0.len(), before.1.len()), (3, 4));
        let mut tx = world.app.db.write().await.unwrap();
        sqlx::query("DELETE FROM consents").execute(&mut *tx).await.unwrap();
        sqlx::query("DELETE FROM denials").execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(archive::rebuild_consents(&world.app).await.unwrap(), 3);
        assert_eq!((consents(&world).await, rows_of_denials(&world).await), before);
        let report = archive::verify(&world.app).await.unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        // And verification sees what somebody made of them.
        for (table, sql) in [
            ("consents", "UPDATE consents SET in_force = 1 - in_force WHERE kind = 'denial'"),
            ("denials", "DELETE FROM denials WHERE target_level = 'task'"),
        ] {
            let mut tx = world.app.db.write().await.unwrap();
            sqlx::query(sql).execute(&mut *tx).await.unwrap();
            tx.commit().await.unwrap();
            let faults = archive::verify(&world.app).await.unwrap().faults;
            let told = format!("{table} {}: does not fit", second.header.id);
            assert!(faults.iter().any(|fault| fault.starts_with(&told)), "{faults:?}");
        }
    })
    .await;
}

async fn consents(world: &World) -> Vec<(String, i64, String, String, i64, String, i64, i64)> {
    let mut tx = world.app.db.read().await.unwrap();
    sqlx::query_as(
        "SELECT document_oid, version, client, kind, in_force, expressed_on, recorded_at, superseded_at FROM consents \
         ORDER BY document_oid",
    )
    .fetch_all(&mut *tx)
    .await
    .unwrap()
}

async fn rows_of_denials(world: &World) -> Vec<(String, i64, String, String, String)> {
    let mut tx = world.app.db.read().await.unwrap();
    let sql =
        "SELECT document_oid, row_number, target_level, target, set_on FROM denials ORDER BY document_oid, row_number";
    sqlx::query_as(sql).fetch_all(&mut *tx).await.unwrap()
}

/// Nothing in the tables joins an expression of will to a controller's rows, and it is in no controller's register.
#[tokio::test]
async fn fr_52_an_expression_of_will_belongs_to_no_controllers_register() {
    for_each_engine(async |db| {
        let (world, oona) = sami(db).await;
        let document = world.will(&oona, SAMI, permission(true, world.today()));
        expect(&world, &oona, &document, "AA").await;
        let own = by_client(kanta::query::QueryKind::Document, RSHVA, SAMI);
        let found = search(&world, &oona, own).await.answer();
        assert!(found.rows.iter().all(|row| row.header.id != document.header.id));
        let mut tx = world.app.db.read().await.unwrap();
        let shared: i64 = sqlx::query_scalar(
            "SELECT COUNT(*) FROM consents c JOIN document_clients d ON d.client = c.client WHERE d.controller = $1",
        )
        .bind(RSHVA)
        .fetch_one(&mut *tx)
        .await
        .unwrap();
        assert_eq!(shared, 0);
        tx.rollback().await.unwrap();
        // It is not invalidated either: a change is a new version.
        let frame = kanta::frame::nullify(&document.header, "virhe", world.sending(&oona, RSHVA));
        assert_eq!(world.send(&oona, &frame).await.code(), "NO_CONTEXT_RELATION");
    })
    .await;
}

/// FR-53: storing goes on as normal without informing and permission.
#[tokio::test]
async fn fr_53_documents_are_stored_without_informing_and_permission() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        aino.stored_entry().await;
        assert_eq!(aino.world.count("consents").await, 0);
        let none = aino.world.will(&aino.marja, AINO, permission(false, date(2026, 9, 28)));
        expect(&aino.world, &aino.marja, &none, "AA").await;
        aino.stored_entry().await;
    })
    .await;
}
