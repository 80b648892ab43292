//! What the tests of the messages' door share.
#![allow(dead_code)]

use archive::testing::{documents::Row, *};
use kanta::{
    document::Document,
    frame::Frame,
    query::{Query, QueryKind},
};
use records::id::{CaseId, OrganisationId};

pub const ENTRY_AT: &str = "2026-09-28T10:00:00+03:00";

/// The stored body of a document.
pub const BODY: &str =
    "SELECT body FROM bodies WHERE number = (SELECT place & 4294967295 FROM documents WHERE document_oid = $1)";
/// Puts another in its place.
pub const SET_BODY: &str =
    "UPDATE bodies SET body = $1 WHERE number = (SELECT place & 4294967295 FROM documents WHERE document_oid = $2)";

pub fn organisation(oid: &str) -> OrganisationId {
    OrganisationId::parse(oid).unwrap()
}

/// A search by case OID in Järvi-Häme's register.
pub fn by_case(kind: QueryKind, case: &CaseId) -> Query {
    let mut query = Query::new(kind, "1", organisation(JHHVA));
    query.case = Some(case.clone());
    query
}

/// A search by client in a register.
pub fn by_client(kind: QueryKind, controller: &str, hetu: &str) -> Query {
    let mut query = Query::new(kind, "1", organisation(controller));
    query.client = Some(documents::client(hetu));
    query
}

pub async fn search(world: &World, member: &Member, query: Query) -> Reply {
    let controller = query.controller.as_str().to_owned();
    let frame = kanta::frame::query(query, world.sending(member, &controller));
    world.send(member, &frame).await
}

/// The archive frame of a signed document.
pub fn frame_of(world: &World, member: &Member, document: &Document, bytes: Vec<u8>) -> Frame {
    kanta::frame::archive(document, bytes, world.sending(member, document.header.custodian.id.as_str()))
}

/// Aino's case in Järvi-Häme's register with a right of Kielo Ahola from 28.9.2026.
pub struct Aino {
    pub world: World,
    pub marja: Member,
    pub liisa: Member,
    pub case: CaseId,
    pub relationship: Document,
}

impl Aino {
    pub async fn new(db: store::Db) -> Self {
        Self::of(World::new(db).await).await
    }

    /// The same with other settings.
    pub async fn with(db: store::Db, settings: archive::Settings) -> Self {
        Self::of(World::with(db, settings).await).await
    }

    async fn of(world: World) -> Self {
        let (marja, liisa) = (world.worker("marja"), world.worker("liisa"));
        let (case, relationship) = world.open_client(&marja, AINO, &[Row::from(AHOLA, "2026-09-28")]).await;
        Self { world, marja, liisa, case, relationship }
    }

    /// An entry of Liisa's.
    pub fn entry(&self) -> Document {
        self.entry_at(ENTRY_AT)
    }

    pub fn entry_at(&self, at: &str) -> Document {
        self.world.entry(&self.liisa, JHHVA, &self.case, AINO, at, "Rauhallinen aamu.")
    }

    /// Stores an entry of Liisa's.
    pub async fn stored_entry(&self) -> Document {
        let entry = self.entry();
        let reply = self.world.store(&self.liisa, &entry).await;
        assert_eq!(reply.code(), "AA", "{}", reply.texts());
        entry
    }

    /// OIDs that a search finds, or the code of its refusal.
    pub async fn finds(&self, member: &Member, query: Query) -> Result<Vec<String>, String> {
        match search(&self.world, member, query).await {
            Reply::Answer(answer) if answer.ack == kanta::ack::AckType::Accepted => {
                Ok(answer.rows.iter().map(|row| row.header.id.as_str().to_owned()).collect())
            }
            other => Err(other.code()),
        }
    }
}

/// Posts and expects a code.
pub async fn expect(world: &World, member: &Member, document: &Document, code: &str) {
    let reply = world.store(member, document).await;
    assert_eq!(reply.code(), code, "{}", reply.texts());
}
