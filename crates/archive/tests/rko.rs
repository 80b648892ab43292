//! Register access rights from the outside: bytes on `/sanomat`, both databases.

use archive::testing::{documents::Row, *};
use kanta::query::{Query, QueryKind};
use records::id::OrganisationId;
use store::testing::for_each_engine;

fn organisation(oid: &str) -> OrganisationId {
    OrganisationId::parse(oid).unwrap()
}

/// A search by case OID in Järvi-Häme's register.
fn by_case(case: &records::id::CaseId) -> Query {
    let mut query = Query::new(QueryKind::Document, "1", organisation(JHHVA));
    query.case = Some(case.clone());
    query
}

async fn search(world: &World, member: &Member, query: Query) -> Reply {
    let controller = query.controller.as_str().to_owned();
    let frame = kanta::frame::query(query, world.sending(member, &controller));
    world.send(member, &frame).await
}

const ENTRY_AT: &str = "2026-09-28T10:00:00+03:00";

#[tokio::test]
async fn fr_13_a_right_comes_into_being_only_with_the_unit_row() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let (marja, liisa) = (world.worker("marja"), world.worker("liisa"));
        let (case, relationship) = world.open_client(&marja, AINO, &[]).await;
        let entry = world.entry(&liisa, JHHVA, &case, AINO, ENTRY_AT, "Rauhallinen aamu.");
        assert_eq!(world.store(&liisa, &entry).await.code(), "RKO_NOT_VALID");
        assert_eq!(search(&world, &liisa, by_case(&case)).await.code(), "RKO_NOT_VALID");

        let granted = world.next_relationship(&marja, &relationship, AINO, &[Row::from(AHOLA, "2026-09-28")]);
        let reply = world.store(&marja, &granted).await;
        assert_eq!(reply.code(), "AA", "{}", reply.texts());
        let reply = world.store(&liisa, &entry).await;
        assert_eq!(reply.code(), "AA", "{}", reply.texts());
        let found = search(&world, &liisa, by_case(&case)).await.answer();
        assert!(found.rows.iter().any(|row| row.header.id == entry.header.id));
    })
    .await;
}
