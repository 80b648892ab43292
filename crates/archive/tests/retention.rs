//! Retention and disposal: what is listed when, what two persons are needed for, and that nothing is left.

#[path = "common/browser.rs"]
mod browser;
mod common;

use archive::{
    log::Event,
    retention::{self, HoldReason, Official, holds},
    testing::*,
};
use browser::*;
use common::*;
use kanta::{document::Document, query::QueryKind};
use records::id::CaseId;
use sqlx::Row as _;
use std::path::{Path, PathBuf};
use store::{
    Db,
    db::Engine,
    log::Action,
    testing::{TestDb, for_each_engine},
};

fn official(id: &str) -> Official {
    Official { id: id.to_owned(), controller: JHHVA.to_owned() }
}

fn disposing() -> Event {
    Event::of_connection(JHHVA, Action::Dispose)
}

/// A new version of Aino's case document.
fn case_version(world: &World, marja: &Member, case: &CaseId, old: &Document, closed: Option<&str>) -> Document {
    let mut new = world.case_of(marja, case, AINO, |case| match closed {
        Some(day) => case.closed_on(day.parse().unwrap()),
        None => case,
    });
    new.header.set_id = old.header.set_id.clone();
    new.header.version = old.header.version + 1;
    new.header.replaces = Some(kanta::document::Replaced {
        id: old.header.id.clone(),
        set_id: old.header.set_id.clone(),
        version: old.header.version,
    });
    new
}

/// Aino with a case document, an entry in two versions, and her case closed on 15.11.2026.
struct Closed {
    world: World,
    marja: Member,
    case: CaseId,
    case_document: Document,
    entry: Document,
}

impl Closed {
    async fn new(db: Db) -> Self {
        let world = World::with(db, pages()).await;
        let (marja, liisa) = (world.worker("marja"), world.worker("liisa"));
        let rows = [documents::Row::from(AHOLA, "2026-09-28")];
        let relationship = world.relationship(&marja, &world.relationship_id(JHHVA), AINO, &rows);
        let case = world.case_id(JHHVA);
        let first = world.case(&marja, &case, AINO);
        let entry = world.entry(&liisa, JHHVA, &case, AINO, ENTRY_AT, "Rauhallinen aamu.");
        for (member, document) in [(&marja, &relationship), (&marja, &first), (&liisa, &entry)] {
            expect(&world, member, document, "AA").await;
        }
        expect(&world, &liisa, &world.next_version(&entry), "AA").await;
        world.clock.set("2026-11-15T10:00:00Z");
        let case_document = case_version(&world, &marja, &case, &first, Some("2026-11-15"));
        expect(&world, &marja, &case_document, "AA").await;
        Self { world, marja, case, case_document, entry }
    }

    async fn listed(&self) -> Vec<retention::Item> {
        let run = retention::plan(&self.world.app, &official("arkisto-1")).await.unwrap();
        retention::items(&self.world.app, JHHVA, &run.run).await.unwrap()
    }

    /// Plans, has two persons approve, and executes.
    async fn dispose(&self) -> retention::Outcome {
        let run = self.approved().await;
        self.execute(&run).await
    }

    /// A list that two have approved.
    async fn approved(&self) -> String {
        let app = &self.world.app;
        let run = retention::plan(app, &official("arkisto-1")).await.unwrap().run;
        for approver in ["arkisto-1", "arkisto-2"] {
            retention::approve(app, &run, &official(approver)).await.unwrap();
        }
        run
    }

    async fn execute(&self, run: &str) -> retention::Outcome {
        let app = &self.world.app;
        retention::execute(app, run, &official("arkisto-1"), &disposing()).await.unwrap()
    }

    /// The sealed bytes of every stored version of the case.
    async fn sealed(&self) -> Vec<Vec<u8>> {
        let mut tx = self.world.app.db.read().await.unwrap();
        let rows = sqlx::query(
            "SELECT body FROM bodies WHERE number IN (SELECT place & 4294967295 FROM documents WHERE case_oid = $1)",
        )
        .bind(self.case.as_str().to_owned())
        .fetch_all(&mut *tx)
        .await
        .unwrap();
        rows.iter().map(|row| row.get(0)).collect()
    }
}

#[tokio::test]
async fn fr_85_a_document_is_listed_when_its_time_is_over_and_not_a_day_before() {
    for_each_engine(async |db| {
        let closed = Closed::new(db).await;
        closed.world.clock.set("2036-11-15T12:00:00Z");
        assert!(closed.listed().await.is_empty(), "the last day is a day of keeping");
        closed.world.clock.set("2036-11-16T12:00:00Z");
        let items = closed.listed().await;
        let types: Vec<&str> = items.iter().map(|item| item.type_code.as_str()).collect();
        assert_eq!(items.len(), 2, "{types:?}");
        assert!(types.contains(&"19007") && types.contains(&"1505.2"), "the relationship waits for a death: {types:?}");
        assert!(items.iter().all(|item| item.rule == "ELDERLY" && item.last_day == "2036-11-15"));
    })
    .await;
}

#[tokio::test]
async fn fr_85_a_reopened_case_takes_its_documents_off_the_list() {
    for_each_engine(async |db| {
        let closed = Closed::new(db).await;
        closed.world.clock.set("2037-01-02T12:00:00Z");
        let app = &closed.world.app;
        let run = retention::plan(app, &official("arkisto-1")).await.unwrap().run;
        for approver in ["arkisto-1", "arkisto-2"] {
            retention::approve(app, &run, &official(approver)).await.unwrap();
        }
        let mut reopened = case_version(&closed.world, &closed.marja, &closed.case, &closed.case_document, None);
        reopened.header.reason_of_correction = Some("asia jatkuu".to_owned());
        expect(&closed.world, &closed.marja, &reopened, "AA").await;
        let outcome = retention::execute(app, &run, &official("arkisto-1"), &disposing()).await.unwrap();
        assert_eq!(outcome, retention::Outcome { disposed: 0, locked: 2 });
        assert!(closed.listed().await.is_empty());
        assert_eq!(closed.world.count("disposals").await, 0);
    })
    .await;
}

#[tokio::test]
async fn fr_86_disposal_needs_two_persons() {
    for_each_engine(async |db| {
        let closed = Closed::new(db).await;
        closed.world.clock.set("2037-01-02T12:00:00Z");
        let app = &closed.world.app;
        let run = retention::plan(app, &official("arkisto-1")).await.unwrap().run;
        let refused = |error: retention::RetentionError| match error {
            retention::RetentionError::Refused(refusal) => refusal.code(),
            other => panic!("{other}"),
        };
        let early = retention::execute(app, &run, &official("arkisto-1"), &disposing()).await.unwrap_err();
        assert_eq!(refused(early), "RETENTION_LOCK");
        retention::approve(app, &run, &official("arkisto-1")).await.unwrap();
        let same = retention::approve(app, &run, &official("arkisto-1")).await.unwrap_err();
        assert_eq!(refused(same), "ROLE_FORBIDDEN");
        let stranger = Official { id: "arkisto-3".to_owned(), controller: RSHVA.to_owned() };
        assert_eq!(refused(retention::approve(app, &run, &stranger).await.unwrap_err()), "BAD_REQUEST");
        let one = retention::execute(app, &run, &official("arkisto-2"), &disposing()).await.unwrap_err();
        assert_eq!(refused(one), "RETENTION_LOCK");
        retention::approve(app, &run, &official("arkisto-2")).await.unwrap();
        let outcome = retention::execute(app, &run, &official("arkisto-2"), &disposing()).await.unwrap();
        assert_eq!(outcome, retention::Outcome { disposed: 2, locked: 0 });
        let run = retention::runs_of(app, JHHVA).await.unwrap().remove(0);
        assert_eq!((run.first_approver.as_str(), run.second_approver.as_str()), ("arkisto-1", "arkisto-2"));
        assert_eq!(closed.world.count("disposals").await, 4, "two versions of each of two sets");
    })
    .await;
}

const PAGES: &str = "/arkisto/havittaminen";

#[tokio::test]
async fn fr_86_two_archivists_dispose_by_their_pages() {
    for_each_engine(async |db| {
        let closed = Closed::new(db).await;
        closed.world.clock.set("2037-01-02T12:00:00Z");
        let entry = closed.entry.header.set_id.as_str();
        let mut elina = Browser::logged_in(&closed.world, "elina").await;
        assert_eq!(elina.get(PAGES).await.count("#laadi"), 1);
        let wrong = elina.post(&format!("{PAGES}/pito"), &[("kohde", "1.2.3"), ("syy", "appeal")]).await;
        assert_eq!((wrong.status, wrong.count("#pida .field.wrong")), (422, 1));
        assert_eq!(wrong.attribute("#pida [name=kohde]", "value").as_deref(), Some("1.2.3"), "nothing is lost");
        let held = elina.post(&format!("{PAGES}/pito"), &[("kohde", entry), ("syy", "log_investigation")]).await;
        assert_eq!(held.location, PAGES);
        assert_eq!(elina.get(PAGES).await.keys("#pidot"), [entry]);
        let list = elina.post(PAGES, &[]).await.location;
        assert_eq!(list, format!("{PAGES}/{JHHVA}-1"));
        assert!(elina.get(&list).await.row("#luettelo", entry).contains("Säilytetään"), "the hold shows");
        // Two persons approve what is shown as kept, so it stays though the hold is released before the act.
        let mut henna = Browser::logged_in(&closed.world, "henna").await;
        elina.post(&format!("{list}/hyvaksy"), &[]).await;
        henna.get(&list).await;
        henna.post(&format!("{list}/hyvaksy"), &[]).await;
        elina.post(&format!("{PAGES}/vapautus"), &[("kohde", entry)]).await;
        henna.post(&format!("{list}/havita"), &[("vahvistan", "on")]).await;
        assert_eq!(closed.world.count("documents").await, 5);

        let list = elina.post(PAGES, &[]).await.location;
        assert_eq!(elina.get(&list).await.keys("#luettelo").len(), 2);
        let early = elina.post(&format!("{list}/havita"), &[("vahvistan", "on")]).await;
        assert_eq!(early.status, 403);
        assert!(early.text().contains("RETENTION_LOCK"), "{}", early.text());
        assert_eq!(elina.post(&format!("{list}/hyvaksy"), &[]).await.location, list);
        assert_eq!(elina.get(&list).await.count("#hyvaksy"), 0, "no second button for the same person");
        assert_eq!(elina.post(&format!("{list}/hyvaksy"), &[]).await.status, 403);

        let mut ritva = Browser::logged_in(&closed.world, "ritva").await;
        assert_eq!(ritva.get(&list).await.status, 404, "another register's list is not there");
        assert_eq!(henna.get(&list).await.count("#hyvaksy"), 1);
        henna.post(&format!("{list}/hyvaksy"), &[]).await;
        assert_eq!(henna.post(&format!("{list}/havita"), &[]).await.location, list, "not ticked: nothing happens");
        assert_eq!(closed.world.count("documents").await, 5);
        henna.post(&format!("{list}/havita"), &[("vahvistan", "on")]).await;
        assert_eq!(closed.world.count("documents").await, 1);
        let done = elina.get(&list).await;
        assert!(done.row("#luettelo", entry).contains("Hävitetty"), "{}", done.text());
        assert!(!done.body.contains(AINO) && !done.body.contains("Korpela"));
        let mut keeper = Browser::logged_in(&closed.world, "antti").await;
        assert_eq!(keeper.get(PAGES).await.status, 403, "the keeper has no register");
    })
    .await;
}

/// Random histories found that the third press was an error of the database.
#[tokio::test]
async fn fr_86_a_hold_pressed_twice_or_again_at_the_instant_of_its_release_holds() {
    for_each_engine(async |db| {
        let closed = Closed::new(db).await;
        closed.world.clock.set("2037-01-02T12:00:00Z");
        let entry = closed.entry.header.set_id.as_str();
        let mut elina = Browser::logged_in(&closed.world, "elina").await;
        let hold = [("kohde", entry), ("syy", "log_investigation")];
        elina.get(PAGES).await;
        for _ in 0..2 {
            assert_eq!(elina.post(&format!("{PAGES}/pito"), &hold).await.location, PAGES);
        }
        elina.post(&format!("{PAGES}/vapautus"), &hold[..1]).await;
        let in_force =
            async |elina: &mut Browser| elina.get(PAGES).await.count("#vapauta option[value]:not([value=''])");
        assert_eq!(in_force(&mut elina).await, 0, "a release releases");
        assert_eq!(elina.post(&format!("{PAGES}/pito"), &hold).await.location, PAGES);
        assert_eq!(in_force(&mut elina).await, 1);
    })
    .await;
}

#[tokio::test]
async fn fr_86_what_is_held_is_not_disposed_of() {
    for_each_engine(async |db| {
        let closed = Closed::new(db).await;
        closed.world.clock.set("2037-01-02T12:00:00Z");
        let app = &closed.world.app;
        let target = closed.entry.header.set_id.as_str();
        holds::place(app, target, HoldReason::LogInvestigation, &official("arkisto-1")).await.unwrap();
        assert!(holds::place(app, "1.2.3", HoldReason::Appeal, &official("arkisto-1")).await.is_err());
        // The case document tells when the entry's time is over: it is kept as long as the entry.
        assert_eq!(closed.dispose().await, retention::Outcome { disposed: 0, locked: 2 });
        assert_eq!(closed.world.count("documents").await, 5);
        holds::release(app, target, &official("arkisto-2")).await.unwrap();
        // A hold that comes when two have approved already.
        closed.world.clock.set("2037-01-03T12:00:00Z");
        let run = closed.approved().await;
        holds::place(app, target, HoldReason::LogInvestigation, &official("arkisto-1")).await.unwrap();
        assert_eq!(closed.execute(&run).await, retention::Outcome { disposed: 0, locked: 2 });
        assert_eq!(closed.world.count("documents").await, 5);
        holds::release(app, target, &official("arkisto-2")).await.unwrap();
        assert_eq!(closed.dispose().await, retention::Outcome { disposed: 2, locked: 0 });
        let held = holds::of_register(app, JHHVA).await.unwrap();
        assert!(held.len() == 2 && held.iter().all(|one| one.released_at > 0), "a hold is never forgotten");
    })
    .await;
}

#[tokio::test]
async fn fr_86_nothing_of_the_content_is_left_and_the_record_stays() {
    let sqlite = TestDb::sqlite().await;
    let file = PathBuf::from(sqlite.url.trim_start_matches("sqlite:").split('?').next().unwrap());
    let files = |end: &str| PathBuf::from(format!("{}{end}", file.display()));
    nothing_left(sqlite.db.clone(), &[files(""), files("-wal"), files("-shm")]).await;
    let postgres = TestDb::postgres().await;
    let folder = postgres_folder(&postgres.db).await;
    nothing_left(postgres.db.clone(), &[folder]).await;
}

async fn nothing_left(db: Db, places: &[PathBuf]) {
    let closed = Closed::new(db).await;
    let sealed = closed.sealed().await;
    assert_eq!(sealed.len(), 4);
    flush(&closed.world.app.db).await;
    let found = |needle: &[u8]| places.iter().any(|place| holds(place, needle));
    // A piece from the middle of each, as long as a page surely keeps together.
    let canaries: Vec<Vec<u8>> = sealed.iter().map(|body| body[body.len() / 2..][..48].to_vec()).collect();
    assert!(canaries.iter().all(|canary| found(canary)), "the search finds what is there");
    closed.world.clock.set("2037-01-02T12:00:00Z");
    assert_eq!(closed.dispose().await.disposed, 2);
    flush(&closed.world.app.db).await;
    assert!(!canaries.iter().any(|canary| found(canary)), "sealed content is left in the database's files");
    if closed.world.app.db.engine() == Engine::Sqlite {
        let backup = closed.world.folder().join("fresh-backup.db");
        closed.world.app.db.copy_into(&backup).await.unwrap();
        assert!(!canaries.iter().any(|canary| holds(&backup, canary)), "sealed content is left in a fresh backup");
    }
    let report = archive::verify(&closed.world.app).await.unwrap();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    assert_eq!(report.documents, 1, "the relationship waits for a death");
    assert_eq!(closed.world.count("disposals").await, 4);
    // A number is never given twice: what was destroyed cannot come back.
    let bytes = closed.world.sign(&closed.entry, KIELO);
    let again = closed.world.archive(&closed.world.worker("liisa"), &closed.entry, bytes).await;
    assert_eq!(again.code(), "DUPLICATE_OID", "{}", again.texts());
    let reply = search(&closed.world, &closed.marja, by_client(QueryKind::Metadata, JHHVA, AINO)).await;
    assert_eq!(reply.answer().rows.len(), 1);
}

#[tokio::test]
async fn fr_85_the_relationship_goes_two_years_after_death_and_its_key_with_it() {
    for_each_engine(async |db| {
        let world = World::new(db).await;
        let marja = world.worker("marja");
        expect(&world, &marja, &world.relationship(&marja, &world.relationship_id(JHHVA), LEENA, &[]), "AA").await;
        let keys = world.count("data_key").await;
        let app = &world.app;
        // In the population data of this world Leena dies on 1.6.2027.
        world.clock.set("2029-06-01T12:00:00Z");
        let early = retention::plan(app, &official("arkisto-1")).await.unwrap();
        assert!(retention::items(app, JHHVA, &early.run).await.unwrap().is_empty());
        world.clock.set("2029-06-02T12:00:00Z");
        let run = retention::plan(app, &official("arkisto-1")).await.unwrap().run;
        let items = retention::items(app, JHHVA, &run).await.unwrap();
        assert_eq!(items.len(), 1);
        assert_eq!((items[0].rule.as_str(), items[0].last_day.as_str()), ("RELATIONSHIP", "2029-06-01"));
        for approver in ["arkisto-1", "arkisto-2"] {
            retention::approve(app, &run, &official(approver)).await.unwrap();
        }
        let outcome = retention::execute(app, &run, &official("arkisto-1"), &disposing()).await.unwrap();
        assert_eq!(outcome, retention::Outcome { disposed: 1, locked: 0 });
        assert_eq!(world.count("documents").await, 0);
        assert_eq!(world.count("data_key").await, keys - 1, "nothing sealed for her opens any more");
    })
    .await;
}

/// Brings everything to the files.
async fn flush(db: &Db) {
    if db.engine() == Engine::Sqlite {
        return db.checkpoint_wal().await.unwrap();
    }
    let mut tx = db.write().await.unwrap();
    sqlx::query("CHECKPOINT").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// The folder of the test's own database.
async fn postgres_folder(db: &Db) -> PathBuf {
    let mut tx = db.read().await.unwrap();
    let row = sqlx::query(
        "SELECT current_setting('data_directory'), CAST(oid AS BIGINT) FROM pg_database WHERE datname = current_database()",
    )
    .fetch_one(&mut *tx)
    .await
    .unwrap();
    Path::new(row.get::<&str, _>(0)).join("base").join(row.get::<i64, _>(1).to_string())
}

/// Whether the bytes stand anywhere in a file or a folder's files.
fn holds(place: &Path, needle: &[u8]) -> bool {
    if place.is_dir() {
        let files = std::fs::read_dir(place).unwrap();
        return files.map(|file| file.unwrap().path()).filter(|path| path.is_file()).any(|path| holds(&path, needle));
    }
    let bytes = std::fs::read(place).unwrap_or_default();
    bytes.windows(needle.len()).any(|window| window == needle)
}
