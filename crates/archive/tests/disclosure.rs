//! Disclosure between controllers over `/sanomat` (FR-51, FR-53–57): Sami has moved from Järvi-Häme to Rannikko-Savo.

mod common;

use archive::{
    testing::{consents::*, *},
    writer::{Reading, Record, WillRest},
};
use common::*;
use http_body_util::BodyExt;
use kanta::{
    document::{Body, Document},
    ids::Situation,
    query::{DisclosureTerms, LegalGround, Query, QueryKind, QueryResponse},
};
use records::{
    code::{ServiceTask, SpecialReason},
    consent::{Target, Will},
    id::CaseId,
    time::Clock,
};
use store::{
    LogRow,
    log::{Action, Outcome, Whose},
    testing::for_each_engine,
};
use tower::ServiceExt;

const SAMI: &str = "010177-9532";
const FAMILY_WORK: &str = "1.2.246.10.99990015.10.12";
const GROUND_TEXT: &str = "Asiakas on katuojassa eikä pysty huolehtimaan itsestään.";

/// Sami with documents in Järvi-Häme and a relationship in Rannikko-Savo.
struct Moved {
    world: World,
    oona: Member,
    antti: Member,
    case: CaseId,
}

impl Moved {
    async fn new(db: store::Db) -> Self {
        let world = World::new(db).await;
        let oona = world.worker("oona");
        let antti = Member {
            unit: records::id::ServiceUnitId::parse(FAMILY_WORK).unwrap(),
            tasks: vec![ServiceTask::WorkingAge.code().to_owned(), ServiceTask::SubstanceAbuse.code().to_owned()],
            ..world.worker("antti")
        };
        let relationship = world.relationship(&antti, &world.relationship_id(JHHVA), SAMI, &[]);
        expect(&world, &antti, &relationship, "AA").await;
        let case = world.case_id(JHHVA);
        let mut opened = world.case_of(&antti, &case, SAMI, |mut case| {
            case.task = ServiceTask::WorkingAge;
            case
        });
        opened.header.tasks = vec![kanta::Code::new(ServiceTask::WorkingAge.code())];
        expect(&world, &antti, &opened, "AA").await;
        world.open_client(&oona, SAMI, &[]).await;
        Self { world, oona, antti, case }
    }

    /// The same, informed and with a permission.
    async fn permitted(db: store::Db) -> Self {
        let moved = Self::new(db).await;
        moved.says(informed(moved.world.today())).await;
        moved.says(permission(true, moved.world.today())).await;
        moved
    }

    /// Sami expresses his will at Rannikko-Savo.
    async fn says(&self, will: Will) -> Document {
        let document = self.world.will(&self.oona, SAMI, will);
        expect(&self.world, &self.oona, &document, "AA").await;
        document
    }

    /// An entry of Järvi-Häme on tasks of which the first is the case's.
    fn entry(&self, text: &str, tasks: &[ServiceTask]) -> Document {
        let mut entry = self.world.entry(&self.antti, JHHVA, &self.case, SAMI, ENTRY_AT, text);
        entry.header.tasks = tasks.iter().map(|task| kanta::Code::new(task.code())).collect();
        if let Body::Structured { json, .. } = &mut entry.body {
            let mut content: serde_json::Value = serde_json::from_slice(json).unwrap();
            let task = tasks[0].to_code(records::Lang::Fi).to_json();
            content["merkinta_asiakkaan_arjesta"]["asiakaskertomusmerkinta"]["palvelutehtava"] = task;
            *json = content.to_string().into_bytes();
        }
        entry
    }

    async fn stored(&self, text: &str, tasks: &[ServiceTask]) -> Document {
        let entry = self.entry(text, tasks);
        expect(&self.world, &self.antti, &entry, "AA").await;
        entry
    }

    fn question(&self, kind: QueryKind) -> Query {
        by_client(kind, RSHVA, SAMI)
    }

    /// Asks as Oona, with the usage situation that fits.
    async fn ask(&self, query: Query) -> Reply {
        let mut sending = self.world.sending(&self.oona, RSHVA);
        if query.kind.is_disclosure() {
            let by_law = query.disclosure.ground.is_some();
            sending.situation = if by_law { Situation::DisclosureLaw } else { Situation::DisclosurePermit };
        }
        self.world.send(&self.oona, &kanta::frame::query(query, sending)).await
    }

    /// OIDs of the entries found, or the code of the refusal.
    async fn finds(&self, terms: DisclosureTerms) -> Result<Vec<String>, String> {
        let type_code = Some("19007".to_owned());
        let query = Query { disclosure: terms, type_code, ..self.question(QueryKind::DisclosureFetch) };
        match self.ask(query).await {
            Reply::Answer(answer) if answer.ack == kanta::ack::AckType::Accepted => Ok(oids(&answer)),
            other => Err(other.code()),
        }
    }

    async fn log(&self, register: &str) -> Vec<LogRow> {
        let mut tx = self.world.app.db.read().await.unwrap();
        let rows = store::log::rows(&mut tx, &self.world.app.vault, register, Whose::All, 0, 1000).await.unwrap();
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

fn oids(answer: &QueryResponse) -> Vec<String> {
    let mut oids: Vec<String> = answer.rows.iter().map(|row| row.header.id.as_str().to_owned()).collect();
    oids.sort();
    oids
}

fn ids(documents: &[&Document]) -> Vec<String> {
    let mut ids: Vec<String> = documents.iter().map(|document| document.header.id.as_str().to_owned()).collect();
    ids.sort();
    ids
}

fn by_law(code: &str, text: &str) -> DisclosureTerms {
    let ground = Some(LegalGround { code: code.to_owned(), text: text.to_owned() });
    DisclosureTerms { ground, ..DisclosureTerms::default() }
}

const ADULTS: &[ServiceTask] = &[ServiceTask::WorkingAge];

#[tokio::test(flavor = "multi_thread")]
async fn fr_53_without_informing_and_permission_nothing_is_disclosed() {
    for_each_engine(async |db| {
        let moved = Moved::new(db).await;
        let entry = moved.stored("Käynti.", ADULTS).await;
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Err("NOT_INFORMED".into()));
        moved.says(informed(moved.world.today())).await;
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Err("NO_CONSENT".into()));
        let given = moved.says(permission(true, moved.world.today())).await;
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Ok(ids(&[&entry])));
        // It covers what is stored after it, and storing has gone on all the time.
        let later = moved.stored("Toinen käynti.", ADULTS).await;
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Ok(ids(&[&entry, &later])));
        let withdrawn = moved.world.next_will(&moved.oona, &given, SAMI, permission(false, moved.world.today()));
        expect(&moved.world, &moved.oona, &withdrawn, "AA").await;
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Err("NO_CONSENT".into()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_54_a_denial_on_any_level_removes_documents_without_trace() {
    for_each_engine(async |db| {
        let moved = Moved::permitted(db).await;
        let plain = moved.stored("Aikuissosiaalityö.", ADULTS).await;
        let both = moved.stored("Päihdetyö.", &[ServiceTask::WorkingAge, ServiceTask::SubstanceAbuse]).await;
        let find = async || moved.finds(DisclosureTerms::default()).await;
        assert_eq!(find().await, Ok(ids(&[&plain, &both])));
        let task = moved.says(denials(&[Target::Task(ServiceTask::SubstanceAbuse)], moved.world.today())).await;
        assert_eq!(find().await, Ok(ids(&[&plain])));
        let document = Target::Document(plain.header.id.as_str().to_owned());
        let single = moved.world.next_will(&moved.oona, &task, SAMI, denials(&[document], moved.world.today()));
        expect(&moved.world, &moved.oona, &single, "AA").await;
        assert_eq!(find().await, Ok(ids(&[&both])));
        let whole = Target::Controller(organisation(JHHVA));
        let whole = moved.world.next_will(&moved.oona, &single, SAMI, denials(&[whole], moved.world.today()));
        expect(&moved.world, &moved.oona, &whole, "AA").await;
        assert_eq!(find().await, Ok(vec![]));
        // The controller itself still sees all of it.
        let own = search(&moved.world, &moved.antti, by_client(QueryKind::Document, JHHVA, SAMI)).await.answer();
        let seen = oids(&own);
        assert!(ids(&[&plain, &both]).iter().all(|id| seen.contains(id)));
        let none = moved.world.next_will(&moved.oona, &whole, SAMI, denials(&[], moved.world.today()));
        expect(&moved.world, &moved.oona, &none, "AA").await;
        assert_eq!(find().await, Ok(ids(&[&plain, &both])));
    })
    .await;
}

/// a relationship document is of the tasks of its rows; a denial of another task leaves it.
#[tokio::test(flavor = "multi_thread")]
async fn fr_54_a_relationship_goes_with_the_denial_of_a_task_of_its_rows_and_of_no_other() {
    for_each_engine(async |db| {
        let moved = Moved::permitted(db).await;
        let relationships = async || {
            let answer = moved.ask(moved.question(QueryKind::DisclosureFetch)).await.answer();
            answer.rows.iter().filter(|row| row.header.group.code == "1").count()
        };
        assert_eq!(relationships().await, 1);
        // His rows are of older people's services alone.
        let other = moved.says(denials(&[Target::Task(ServiceTask::SubstanceAbuse)], moved.world.today())).await;
        assert_eq!(relationships().await, 1);
        let own = denials(&[Target::Task(ServiceTask::Elderly)], moved.world.today());
        expect(&moved.world, &moved.oona, &moved.world.next_will(&moved.oona, &other, SAMI, own), "AA").await;
        assert_eq!(relationships().await, 0);
    })
    .await;
}

/// FR-54: a provider under a register access right acts for the controller, so a denial does not touch it.
#[tokio::test(flavor = "multi_thread")]
async fn fr_54_a_provider_under_a_right_still_sees_what_is_denied() {
    for_each_engine(async |db| {
        let aino = Aino::new(db).await;
        let entry = aino.stored_entry().await;
        let targets = [Target::Controller(organisation(JHHVA)), Target::Task(ServiceTask::Elderly)];
        let denial = aino.world.will(&aino.marja, AINO, denials(&targets, aino.world.today()));
        expect(&aino.world, &aino.marja, &denial, "AA").await;
        let found = aino.finds(&aino.liisa, by_case(QueryKind::Document, &aino.case)).await.unwrap();
        assert!(found.contains(&entry.header.id.as_str().to_owned()));
        assert_eq!(aino.finds(&aino.marja, by_client(QueryKind::Document, JHHVA, AINO)).await.unwrap().len(), 3);
    })
    .await;
}

/// The bytes of an answer but for message ids and time, and how many log rows it cost.
async fn answer_and_cost(moved: &Moved, query: Query) -> (Vec<u8>, i64) {
    let before = moved.world.count("log_row").await;
    let mut answer = moved.ask(query).await.answer();
    answer.message_id.extension = String::new();
    answer.target.extension = String::new();
    answer.created = moved.world.clock.now();
    (kanta::query::encode_response(&answer), moved.world.count("log_row").await - before)
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_54_denied_absent_and_empty_are_the_same_bytes_and_cost() {
    for_each_engine(async |db| {
        let moved = Moved::permitted(db).await;
        let denied = moved.stored("Kielletty.", ADULTS).await;
        let outside = moved.stored("Merkintä.", ADULTS).await;
        let target = Target::Document(denied.header.id.as_str().to_owned());
        moved.says(denials(&[target], moved.world.today())).await;
        for kind in [QueryKind::DisclosureSearch, QueryKind::DisclosureFetch] {
            let named = |id: &str| {
                let mut query = moved.question(kind);
                query.document = Some(records::id::DocumentId::parse(id).unwrap());
                query
            };
            let of_denied = answer_and_cost(&moved, named(denied.header.id.as_str())).await;
            let of_absent = answer_and_cost(&moved, named("1.2.246.10.99990015.95.2026.1.424242")).await;
            let mut nothing = moved.question(kind);
            nothing.task = Some(ServiceTask::Disability.code().to_owned());
            let of_empty = answer_and_cost(&moved, nothing).await;
            assert_eq!(of_denied, of_absent);
            assert_eq!(of_denied, of_empty);
            assert_eq!(of_denied.1, 2, "one use row, the look at the will, and no disclosure");
            // The twin: what may be given looks otherwise and costs its disclosure.
            let given = answer_and_cost(&moved, named(outside.header.id.as_str())).await;
            assert_ne!(given.0, of_denied.0);
            assert_eq!(given.1, 3);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_55_a_denial_of_version_one_holds_for_every_version() {
    for_each_engine(async |db| {
        let moved = Moved::permitted(db).await;
        let first = moved.stored("Ensimmäinen.", ADULTS).await;
        let other = moved.stored("Toinen asiakirja.", ADULTS).await;
        let target = Target::Document(first.header.id.as_str().to_owned());
        moved.says(denials(&[target], moved.world.today())).await;
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Ok(ids(&[&other])));
        let second = moved.world.next_version(&first);
        expect(&moved.world, &moved.antti, &second, "AA").await;
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Ok(ids(&[&other])));
        let newer = moved.world.next_version(&other);
        expect(&moved.world, &moved.antti, &newer, "AA").await;
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Ok(ids(&[&newer])));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_56_old_documents_come_only_by_a_wide_search_with_its_reason() {
    for_each_engine(async |db| {
        let moved = Moved::permitted(db).await;
        let new = moved.stored("Uusi.", ADULTS).await;
        let old = moved.stored("Vanha.", ADULTS).await;
        // An old document as the archive keeps it: its group says so.
        let mut tx = moved.world.app.db.write().await.unwrap();
        sqlx::query("UPDATE documents SET document_group = '4' WHERE document_oid = $1")
            .bind(old.header.id.as_str().to_owned())
            .execute(&mut *tx)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Ok(ids(&[&new])));
        let wide = |code: &str| DisclosureTerms { wide_search: Some(code.to_owned()), ..DisclosureTerms::default() };
        assert_eq!(moved.finds(wide("UTELIAISUUS")).await, Err("CODE_INVALID".into()));
        assert_eq!(moved.finds(wide("PALVELUTARVE")).await, Ok(ids(&[&new, &old])));
        let used = moved.log(RSHVA).await.pop().unwrap();
        assert!(used.detail.unwrap().contains("wide_search=PALVELUTARVE"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_57_a_disclosure_is_logged_at_the_discloser_and_its_use_at_the_requester() {
    for_each_engine(async |db| {
        let moved = Moved::permitted(db).await;
        let entry = moved.stored("Käynti.", ADULTS).await;
        let before = (moved.log(JHHVA).await.len(), moved.log(RSHVA).await.len());
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Ok(ids(&[&entry])));
        let (theirs, own) = (moved.log(JHHVA).await, moved.log(RSHVA).await);
        assert_eq!((theirs.len(), own.len()), (before.0 + 1, before.1 + 1));
        let row = theirs.last().unwrap();
        assert_eq!((row.action, row.documents.len(), row.count), (Action::Disclose, 1, 1));
        assert_eq!(row.disclosed, ["19007"]);
        assert_eq!(row.discloser.as_ref().unwrap().organisation, JHHVA);
        assert!(row.transaction.is_some() && row.purpose.is_some(), "{:?} {:?}", row.transaction, row.purpose);
        let receiver = row.receiver.as_ref().unwrap();
        assert_eq!((receiver.organisation.as_str(), receiver.unit.as_deref()), (RSHVA, Some(moved.oona.unit.as_str())));
        assert_eq!(receiver.person.as_deref(), Some(moved.oona.hetu.as_str()));
        assert_eq!(row.basis.kind, "disclosure");
        assert!(row.basis.reference.as_ref().unwrap().ends_with(" v1"));
        assert_eq!(row.client.as_ref().unwrap().id, SAMI);
        assert!(row.evaluated.as_ref().unwrap().contains("permission=true"));
        let used = own.last().unwrap();
        assert_eq!((used.action, used.documents.len()), (Action::Read, 1));
        assert_eq!(used.basis.kind, "disclosure");
        // A refused question is in the requester's log, and tells the discloser nothing.
        let before = (moved.log(JHHVA).await.len(), own.len());
        assert_eq!(moved.finds(by_law("L56-1", "lyhyt")).await, Err("REASON_REQUIRED".into()));
        let own = moved.log(RSHVA).await;
        assert_eq!((moved.log(JHHVA).await.len(), own.len()), (before.0, before.1 + 1));
        let refused = &own.last().unwrap().outcome;
        assert!(matches!(refused, Outcome::Denied(_) | Outcome::Refused(_)), "{refused:?}");
    })
    .await;
}

/// 703/2023 § 56: a legal ground goes over permission and denial, only with its words, and both logs hold them.
#[tokio::test(flavor = "multi_thread")]
async fn fr_57_a_disclosure_by_law_is_logged_with_ground_and_text() {
    for_each_engine(async |db| {
        let moved = Moved::new(db).await;
        let entry = moved.stored("Käynti.", ADULTS).await;
        moved.says(denials(&[Target::Controller(organisation(JHHVA))], moved.world.today())).await;
        assert_eq!(moved.finds(by_law("L99", GROUND_TEXT)).await, Err("CODE_INVALID".into()));
        assert_eq!(moved.finds(by_law("L56-1", "liian lyhyt")).await, Err("REASON_REQUIRED".into()));
        // § 55.2 goes over the missing permission, not over a denial.
        assert_eq!(moved.finds(by_law("L55-2A", GROUND_TEXT)).await, Ok(vec![]));
        assert_eq!(moved.finds(by_law("L56-1", GROUND_TEXT)).await, Ok(ids(&[&entry])));
        for register in [JHHVA, RSHVA] {
            let row = moved.log(register).await.pop().unwrap();
            assert_eq!(row.basis.kind, "statute");
            let reason = row.reason.unwrap();
            assert_eq!((reason.code.as_str(), reason.text.as_deref()), ("L56-1", Some(GROUND_TEXT)));
        }
        // The frame must claim the same situation.
        let mut query = moved.question(QueryKind::DisclosureFetch);
        query.disclosure = by_law("L56-1", GROUND_TEXT);
        let mut sending = moved.world.sending(&moved.oona, RSHVA);
        sending.situation = Situation::DisclosurePermit;
        let reply = moved.world.send(&moved.oona, &kanta::frame::query(query, sending)).await;
        assert_eq!(reply.code(), "FRAME_MISMATCH");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_50_a_disclosure_needs_a_relation_in_the_own_register_a_card_and_the_function() {
    for_each_engine(async |db| {
        let moved = Moved::permitted(db).await;
        moved.stored("Käynti.", ADULTS).await;
        let mut stranger = moved.question(QueryKind::DisclosureSearch);
        stranger.client = Some(documents::client(AINO));
        assert_eq!(moved.ask(stranger).await.code(), "NO_CONTEXT_RELATION");
        let mut sending = moved.world.sending(&moved.oona, RSHVA);
        sending.situation = Situation::DisclosurePermit;
        let weak = moved.oona.clone().without_card();
        let frame = kanta::frame::query(moved.question(QueryKind::DisclosureSearch), sending);
        assert_eq!(moved.world.send(&weak, &frame).await.code(), "STRONG_AUTH_REQUIRED");
        // One that has not joined with the function neither asks nor is asked.
        let all = moved.finds(DisclosureTerms::default()).await.unwrap();
        assert_eq!(all.len(), 1);
        join(&moved.world, JHHVA, false).await;
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Ok(vec![]));
        join(&moved.world, JHHVA, true).await;
        join(&moved.world, RSHVA, false).await;
        assert_eq!(moved.finds(DisclosureTerms::default()).await, Err("ORG_NOT_JOINED".into()));
    })
    .await;
}

async fn join(world: &World, organisation: &str, disclosure: bool) {
    let joining = archive::joining::Joining { disclosure, ..archive::joining::Joining::joined(organisation) };
    let mut tx = world.app.db.write().await.unwrap();
    archive::joining::set(&mut tx, &joining, world.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// What the citizen interface answers Sami about himself.
async fn citizen(world: &World, path: &str) -> serde_json::Value {
    let question = serde_json::json!({ "person": SAMI, "subject": SAMI });
    let request = axum::http::Request::post(path)
        .header("authorization", "Bearer salaisuus")
        .header("content-type", "application/json")
        .body(axum::body::Body::from(question.to_string()))
        .unwrap();
    let response = archive::routes::citizen(world.app.clone()).oneshot(request).await.unwrap();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_57_the_client_sees_who_has_got_the_data_and_on_what_basis() {
    for_each_engine(async |db| {
        let moved = Moved::permitted(db).await;
        moved.stored("Käynti.", ADULTS).await;
        let disclosures = async || {
            let log = citizen(&moved.world, "/citizen/log").await;
            let events = log["events"].as_array().unwrap().clone();
            events.into_iter().filter(|event| event["action"] == "disclose").collect::<Vec<_>>()
        };
        assert_eq!(disclosures().await.len(), 0);
        moved.finds(DisclosureTerms::default()).await.unwrap();
        let [event] = &disclosures().await[..] else { panic!("one disclosure") };
        assert_eq!((event["organisation_oid"].as_str(), event["basis"].as_str()), (Some(RSHVA), Some("disclosure")));
        assert!(event["register"].as_str().unwrap().contains("Järvi-Häm"));
        assert!(event["at"].as_str().unwrap().starts_with("2026-09-28"));
        assert!(!event.to_string().contains("Heino"), "no worker's name");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fr_73_the_client_reads_what_stands_of_his_permission_and_denials() {
    for_each_engine(async |db| {
        let moved = Moved::new(db).await;
        assert!(citizen(&moved.world, "/citizen/consents").await["permission"].is_null());
        let given = moved.says(permission(true, moved.world.today())).await;
        moved.says(denials(&[Target::Task(ServiceTask::SubstanceAbuse)], moved.world.today())).await;
        let stands = citizen(&moved.world, "/citizen/consents").await;
        assert_eq!(stands["permission"]["in_force"], true);
        assert_eq!(stands["permission"]["document"], given.header.id.as_str());
        assert_eq!(stands["denials"][0]["target"], ServiceTask::SubstanceAbuse.code());
        let withdrawn = moved.world.next_will(&moved.oona, &given, SAMI, permission(false, moved.world.today()));
        expect(&moved.world, &moved.oona, &withdrawn, "AA").await;
        assert_eq!(citizen(&moved.world, "/citizen/consents").await["permission"]["in_force"], false);
    })
    .await;
}

/// decisions.md 18: what was decided in a snapshot is looked at again when its log row is written. Of the writer only:
/// the reading is made here, and that a disclosure hands over what it rests on is not shown.
#[tokio::test(flavor = "multi_thread")]
async fn fr_57_a_permission_withdrawn_under_way_stops_the_answer() {
    for_each_engine(async |db| {
        let moved = Moved::permitted(db).await;
        let client = archive::consents::client_index(&moved.world.app.vault, &documents::client(SAMI));
        let mut tx = moved.world.app.db.read().await.unwrap();
        let standing = archive::consents::load(&mut tx, std::slice::from_ref(&client)).await.unwrap();
        tx.rollback().await.unwrap();
        let versions = standing[&client].versions();
        let reading = |versions: Vec<String>| {
            let mut event = archive::log::Event::of_connection(RSHVA, Action::Read);
            event.ground.kind = "disclosure".to_owned();
            let record = Record { event, rests: Vec::new(), nonce: None };
            Reading { wills: vec![WillRest { client: client.clone(), versions }], ..Reading::of(record) }
        };
        assert!(moved.world.app.writer.read(reading(versions.clone())).await.is_ok());
        moved.says(denials(&[Target::Task(ServiceTask::WorkingAge)], moved.world.today())).await;
        let denial = moved.world.app.writer.read(reading(versions)).await.unwrap_err();
        assert_eq!(denial.told.code(), "NO_CONTEXT_RELATION");
    })
    .await;
}

/// SP13: a worker with a relation reads what the client has expressed, and nobody else does.
#[tokio::test(flavor = "multi_thread")]
async fn fr_73_expressions_of_will_are_read_with_a_relation_only() {
    for_each_engine(async |db| {
        let moved = Moved::new(db).await;
        let ask = async || moved.ask(moved.question(QueryKind::Consents)).await.answer();
        assert_eq!(ask().await.rows.len(), 0);
        let first = moved.says(informed(moved.world.today())).await;
        let given = moved.says(permission(true, moved.world.today())).await;
        let denied = moved.says(denials(&[Target::Task(ServiceTask::WorkingAge)], moved.world.today())).await;
        assert_eq!(oids(&ask().await), ids(&[&first, &given, &denied]));
        // Järvi-Häme reads the same: they are national. Withdrawn there, the newest version is given here.
        let theirs = search(&moved.world, &moved.antti, by_client(QueryKind::Consents, JHHVA, SAMI)).await.answer();
        assert_eq!(oids(&theirs), ids(&[&first, &given, &denied]));
        let withdrawn = moved.world.next_will(&moved.antti, &given, SAMI, permission(false, moved.world.today()));
        expect(&moved.world, &moved.antti, &withdrawn, "AA").await;
        let answer = ask().await;
        assert_eq!(oids(&answer), ids(&[&first, &withdrawn, &denied]));
        assert_eq!(answer.documents.len(), 3);
        let marja = moved.world.worker("marja");
        let refused = search(&moved.world, &marja, by_client(QueryKind::Consents, JHHVA, SAMI)).await;
        assert_eq!(refused.code(), "NO_CONTEXT_RELATION");
    })
    .await;
}

/// FR-51: code and text are required, the first use begins 24 hours, and the same words do not begin them again.
#[tokio::test(flavor = "multi_thread")]
async fn fr_51_a_special_reason_lasts_24_hours_from_its_first_use() {
    for_each_engine(async |db| {
        let moved = Moved::new(db).await;
        let marja = moved.world.worker("marja");
        let ask = async |code: &str, text: &str, hetu: &str| {
            let query = by_client(QueryKind::Metadata, JHHVA, hetu);
            let mut sending = moved.world.sending(&marja, JHHVA);
            sending.situation = Situation::SpecialReason;
            let frame = kanta::frame::query(query, sending);
            let message = moved.world.message_with(&marja, &frame, &|toimija| {
                toimija.special_reason =
                    Some(kanta::toimija::SpecialReason { code: code.to_owned(), text: text.to_owned() });
            });
            moved.world.post(JHHVA, message).await.code()
        };
        let urgent = SpecialReason::UrgentHelp.code();
        let text = "Asiakas soitti päivystykseen hädissään.";
        assert_eq!(ask(urgent, "hätä", SAMI).await, "REASON_REQUIRED");
        assert_eq!(ask("UTELIAISUUS", text, SAMI).await, "NO_CONTEXT_RELATION");
        assert_eq!(moved.world.count("special_reasons").await, 0, "a refusal begins nothing");
        assert_eq!(ask(urgent, text, SAMI).await, "ANSWER");
        let row = moved.log(JHHVA).await.pop().unwrap();
        let reason = row.reason.unwrap();
        assert_eq!((reason.code.as_str(), reason.text.as_deref()), (urgent, Some(text)));
        moved.world.clock.set("2026-09-29T08:59:00Z");
        assert_eq!(ask(urgent, text, SAMI).await, "ANSWER", "still within 24 hours");
        moved.world.clock.set("2026-09-29T09:01:00Z");
        assert_eq!(ask(urgent, text, SAMI).await, "NO_CONTEXT_RELATION", "the window was not moved by its second use");
        assert_eq!(ask(urgent, "Asiakas soitti uudelleen, nyt toisesta asiasta.", SAMI).await, "ANSWER");
        assert_eq!(moved.world.count("special_reasons").await, 2);
    })
    .await;
}
