//! Messages ready to be sent: made from the plan, written to a file per connection, read back one by one.
//!
//! A record is its length, the document's OID, the digest of the signed document, and the message.

use super::{
    author::{Author, Authors},
    documents::{Kind, Maker},
    plan::{Part, Plan},
    words::Dice,
};
use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use kanta::frame::{MessageId, Processing, Sending, User};
use kanta::ids::Situation;
use records::id::{DocumentId, Oid};
use seal::Role;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;
use structures::Catalogue;

/// Longest record believed when reading; the archive's own limit is lower.
const RECORD_BYTES_MAX: u32 = 64 << 20;
/// Two documents of so many are new versions of a relationship and of a case: 2.4 % (users-and-screens 4.3).
const VERSIONS_EVERY: u64 = 84;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// OID of the document inside.
    pub document: String,
    /// SHA-256 of the signed document.
    pub sha256: [u8; 32],
    /// The bytes to be posted.
    pub bytes: Vec<u8>,
}

/// Whose connection a lane is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The organiser's, in its own register.
    Organiser,
    /// The producer's, in the organiser's register.
    Producer,
}

impl Side {
    /// The side of a lane: relationships and cases come from the organiser; of the rest the producer sends half.
    pub fn of(part: Part, lane: u64) -> Self {
        if part == Part::Measured && lane % 2 == 1 { Self::Producer } else { Self::Organiser }
    }
}

/// Makes the messages of a plan.
pub struct Messages<'a> {
    plan: &'a Plan,
    authors: &'a Authors,
    maker: Maker<'a>,
}

impl<'a> Messages<'a> {
    /// A maker of messages.
    ///
    /// # Errors
    /// When the plan leaves the calendar.
    pub fn new(plan: &'a Plan, authors: &'a Authors, catalogue: &'a Catalogue) -> Result<Self> {
        Ok(Self { plan, authors, maker: Maker::new(catalogue, &authors.guide, &authors.nurse, plan)? })
    }

    /// Numbers of a lane's messages in a part, in the order of sending.
    pub fn numbers(&self, part: Part, lane: u64) -> Box<dyn Iterator<Item = u64> + Send> {
        let lanes = self.plan.lanes as usize;
        match part {
            // Relationship and case of a client stay on one connection, so that they arrive in order.
            Part::Opening => Box::new((lane..self.plan.clients).step_by(lanes).flat_map(|c| [2 * c, 2 * c + 1])),
            Part::Measured => Box::new((lane..self.plan.documents).step_by(lanes)),
        }
    }

    /// The signed document of a number, with its author.
    ///
    /// # Errors
    /// When it cannot be made or signed.
    pub fn signed(&self, part: Part, number: u64) -> Result<Signed<'a>> {
        let (kind, author, client) = match part {
            Part::Opening if number.is_multiple_of(2) => (Kind::Relationship(1), &self.authors.guide, number / 2),
            Part::Opening => (Kind::Case(1), &self.authors.guide, number / 2),
            Part::Measured => self.measured(number),
        };
        let document = self.maker.document(kind, author, client, self.plan.first + number)?;
        let (at, mut bytes) = (self.plan.start()?, kanta::document::encode(&document));
        if kind == Kind::Decision {
            bytes = seal::sign(&bytes, Role::Professional, &author.signature, at)?;
        }
        bytes = seal::sign(&bytes, Role::System, &author.system, at)?;
        Ok(Signed { document, bytes, author })
    }

    /// OID, author and client of a measured document that is a client document of its own; none for the new version of a
    /// relationship or case.
    ///
    /// # Errors
    /// When an identifier does not hold.
    pub fn client_document(&self, number: u64) -> Result<Option<(DocumentId, &'a Author, u64)>> {
        let (kind, author, client) = self.measured(number);
        if matches!(kind, Kind::Relationship(_) | Kind::Case(_)) {
            return Ok(None);
        }
        Ok(Some((self.maker.document_id(&author.organisation, self.plan.first + number)?, author, client)))
    }

    /// The maker of the documents.
    pub fn maker(&self) -> &Maker<'a> {
        &self.maker
    }

    /// Kind, author and client of a measured document: the mix of users-and-screens 4.3. The producer writes notes; the
    /// organiser's half holds all decisions, plans (3.3 % of all) and new versions of steering documents (2.4 %).
    fn measured(&self, number: u64) -> (Kind, &'a Author, u64) {
        let mut dice = Dice::of(self.plan.seed ^ 0x51, self.plan.first + number);
        let client = dice.below(self.plan.clients);
        let turn = dice.below(1000);
        if Side::of(Part::Measured, number % self.plan.lanes) == Side::Producer {
            let entry = if turn < 960 { "19007" } else { "19006" };
            return (Kind::Entry(entry), &self.authors.nurse, client);
        }
        // A client's second version comes once, so the number itself chooses whose.
        let (number, whose) = (self.plan.first + number, (self.plan.first + number) / VERSIONS_EVERY);
        if whose < self.plan.clients && number % VERSIONS_EVERY == 0 {
            return (Kind::Relationship(2), &self.authors.guide, whose);
        }
        if whose < self.plan.clients && number % VERSIONS_EVERY == VERSIONS_EVERY / 2 {
            return (Kind::Case(2), &self.authors.guide, whose);
        }
        match turn {
            0..33 => (Kind::Decision, &self.authors.decider, client),
            33..66 => (Kind::Plan, &self.authors.guide, client),
            66..86 => (Kind::Entry("19001"), &self.authors.guide, client),
            86..246 => (Kind::Entry("19005"), &self.authors.guide, client),
            _ => (Kind::Entry("19007"), &self.authors.guide, client),
        }
    }
}

/// A signed document on its way.
pub struct Signed<'a> {
    document: kanta::document::Document,
    bytes: Vec<u8>,
    author: &'a Author,
}

impl<'a> Signed<'a> {
    /// The message that carries it.
    ///
    /// # Arguments
    /// `number` and `run` make the nonce, `at` is the time of sending.
    ///
    /// # Errors
    /// When `Toimija` cannot be signed.
    pub fn message(&self, number: u64, run: u64, at: Timestamp) -> Result<Message> {
        let (header, author) = (&self.document.header, self.author);
        let own = author.organisation == header.custodian.id;
        let sending = Sending {
            message_id: MessageId { root: author.organisation.0.clone(), extension: format!("{run}.{number}") },
            created: at,
            processing: Processing::Debugging,
            receiver: Oid::parse(kanta::ids::ARCHIVE_PARTY)?,
            situation: if own { Situation::OwnRegister } else { Situation::RegisterAccess },
            user: User {
                hetu: author.hetu.clone(),
                family: author.family.clone(),
                given: author.given.clone(),
                unit: author.unit.clone(),
                unit_name: "Palveluyksikkö".to_owned(),
            },
        };
        let frame = kanta::frame::archive(&self.document, self.bytes.clone(), sending);
        let body = String::from_utf8(kanta::frame::encode(&frame))?;
        Ok(Message {
            document: header.id.as_str().to_owned(),
            sha256: digest(&self.bytes)?,
            bytes: kanta::soap::encode(Some(&author.toimija(number, run, at)?), &body),
        })
    }

    /// The signed document and who made it.
    pub fn into_parts(self) -> (Vec<u8>, &'a Author) {
        (self.bytes, self.author)
    }

    /// Size of the signed document.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }
}

/// SHA-256 of a document.
fn digest(bytes: &[u8]) -> Result<[u8; 32]> {
    Ok(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().try_into()?)
}

/// Writes a lane's messages.
pub struct Lane(BufWriter<File>);

impl Lane {
    /// A new file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(path: &Path) -> Result<Self> {
        Ok(Self(BufWriter::with_capacity(1 << 20, File::create(path)?)))
    }

    /// Adds a message.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn push(&mut self, message: &Message) -> Result<()> {
        let oid = u8::try_from(message.document.len()).context("an OID of more than 255 characters")?;
        let length = 1 + message.document.len() + 32 + message.bytes.len();
        self.0.write_all(&u32::try_from(length)?.to_le_bytes())?;
        self.0.write_all(&[oid])?;
        self.0.write_all(message.document.as_bytes())?;
        self.0.write_all(&message.sha256)?;
        Ok(self.0.write_all(&message.bytes)?)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> Result<()> {
        Ok(self.0.flush()?)
    }
}

/// Reads a lane's messages.
pub struct LaneReader(BufReader<File>);

impl LaneReader {
    /// Opens a file.
    ///
    /// # Errors
    /// When there is none.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(Self(BufReader::with_capacity(1 << 18, File::open(path)?)))
    }

    /// The next message; none at the end.
    ///
    /// # Errors
    /// When the file is cut or was not written by [`Lane`].
    pub fn next(&mut self) -> Result<Option<Message>> {
        let mut length = [0; 4];
        match self.0.read_exact(&mut length) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let length = u32::from_le_bytes(length);
        ensure!(length <= RECORD_BYTES_MAX, "a file of messages is damaged");
        let mut record = vec![0; length as usize];
        self.0.read_exact(&mut record)?;
        let oid = usize::from(*record.first().context("an empty record")?);
        let start = 1 + oid + 32;
        ensure!(record.len() >= start, "a file of messages is damaged");
        Ok(Some(Message {
            document: String::from_utf8(record[1..=oid].to_vec())?,
            sha256: record[1 + oid..start].try_into()?,
            bytes: record.split_off(start),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lane");
        let one = Message { document: "1.2.3".to_owned(), sha256: [5; 32], bytes: b"abc".to_vec() };
        let two = Message { document: "1.2.4".to_owned(), sha256: [6; 32], bytes: Vec::new() };
        let mut lane = Lane::create(&path).unwrap();
        lane.push(&one).unwrap();
        lane.push(&two).unwrap();
        lane.finish().unwrap();
        let mut reader = LaneReader::open(&path).unwrap();
        assert_eq!(reader.next().unwrap(), Some(one));
        assert_eq!(reader.next().unwrap(), Some(two));
        assert_eq!(reader.next().unwrap(), None);
    }
}
