//! The one writer of the archive: takes whatever waits, decides about each in order, writes all of it in one
//! transaction, makes it durable once, and only then answers (interfaces.md 4).
//!
//! There is no artificial delay: while one group is being written to disk, the next one gathers. Under load the groups
//! grow by themselves and the cost of the disk is shared; alone, a document waits for one commit.

use crate::{
    consents::Standing,
    entry::{Basis, Denial, Entry},
    intake::{
        decide::{self, Decision},
        join,
        rows::Rows,
        working::{Wanted, WorkingSet},
    },
    log::{Event, TECHNICAL},
    metrics::Metrics,
    retention::dispose::{self, Dispose, Disposed},
    sabotage::{self, Fault},
    settings::Settings,
    special::{self, SpecialUse},
};
use jiff::Timestamp;
use kanta::ids::WILL_REGISTER;
use records::{refusal::Refusal, time::Clock};
use std::{
    collections::HashSet,
    sync::{Arc, PoisonError, RwLock},
};
use store::{Db, StoreError, Tx, Vault, log::Outcome};
use tokio::sync::{mpsc, oneshot};

mod express;
mod nonces;
mod work;

pub use express::Express;
use nonces::Nonces;
use work::{Answer, Work, unanswered};
pub use work::{Archive, Nonce, Nullify, Reading, Record, Rest, Stored, WillRest};

/// Most items of one group: bounds the time that the last one waits and the memory of a group (15 kB each).
const GROUP_MAX: usize = 256;
/// Most items that wait; beyond it senders wait at the door, which is the archive's back pressure.
const QUEUE_MAX: usize = 1024;
/// Expired nonces are forgotten after so many groups, in memory and in the database alike.
const FORGET_AFTER_GROUPS: u64 = 1_000;

/// The way to the writer; cheap to clone.
#[derive(Debug, Clone)]
pub struct Writer(mpsc::Sender<Work>);

/// What the writer works with.
pub struct Tools {
    /// The database.
    pub db: Db,
    /// The keys.
    pub vault: Vault,
    /// Product time.
    pub clock: Arc<dyn Clock>,
    /// Settings, changed by the management interface.
    pub settings: Arc<RwLock<Settings>>,
    /// Counters.
    pub metrics: Arc<Metrics>,
}

impl Writer {
    /// Starts the writer's task. It ends when the last handle is dropped, after writing what waits.
    ///
    /// # Errors
    /// When the nonces that are still in their window cannot be read.
    pub async fn start(tools: Tools) -> Result<(Self, tokio::task::JoinHandle<()>), StoreError> {
        let (sender, receiver) = mpsc::channel(QUEUE_MAX);
        let nonces = Nonces::load(&tools).await?;
        let task = tokio::spawn(run(tools, nonces, receiver));
        Ok((Self(sender), task))
    }

    /// Stores a document, or says why not. The log row is durable either way.
    ///
    /// # Errors
    /// The refusal.
    pub async fn archive(&self, archive: Archive) -> Result<Stored, Denial> {
        let (sender, receiver) = oneshot::channel();
        self.hand(Work::Archive(Box::new(archive), sender), receiver).await
    }

    /// Stores what somebody expresses in the citizen view, or says why not.
    ///
    /// # Errors
    /// The refusal; `VERSION_CONFLICT` when something else was expressed meanwhile.
    pub async fn express(&self, express: Express) -> Result<Stored, Denial> {
        let (sender, receiver) = oneshot::channel();
        self.hand(Work::Express(Box::new(express), sender), receiver).await
    }

    /// Invalidates a document, or says why not.
    ///
    /// # Errors
    /// The refusal.
    pub async fn nullify(&self, nullify: Nullify) -> Result<Timestamp, Denial> {
        let (sender, receiver) = oneshot::channel();
        self.hand(Work::Nullify(Box::new(nullify), sender), receiver).await
    }

    /// Makes a log row durable, after checking that what it rested on still holds.
    ///
    /// # Errors
    /// The refusal when it does not hold any more, a replay, or `SERVICE_UNAVAILABLE`.
    pub async fn record(&self, record: Record) -> Result<(), Denial> {
        self.read(Reading::of(record)).await
    }

    /// Makes the log rows of a reading durable, all of them or none, after checking that what it rested on still holds.
    ///
    /// # Errors
    /// As [`Writer::record`].
    pub async fn read(&self, reading: Reading) -> Result<(), Denial> {
        let (sender, receiver) = oneshot::channel();
        self.hand(Work::Record(Box::new(reading), sender), receiver).await
    }

    /// Destroys documents whose time is over; the record and the log row are durable with it.
    ///
    /// # Errors
    /// `SERVICE_UNAVAILABLE`; then nothing was destroyed.
    pub async fn dispose(&self, dispose: Dispose) -> Result<Disposed, Denial> {
        let (sender, receiver) = oneshot::channel();
        self.hand(Work::Dispose(Box::new(dispose), sender), receiver).await
    }

    async fn hand<T>(&self, work: Work, answer: oneshot::Receiver<Result<T, Denial>>) -> Result<T, Denial> {
        let down = || Denial::new(Refusal::ServiceUnavailable);
        self.0.send(work).await.map_err(|_| down())?;
        answer.await.unwrap_or_else(|_| Err(down()))
    }
}

/// Registers and owners of keys that this process has destroyed: what was sealed under such a key on its way here would
/// never open again.
type DestroyedKeys = HashSet<(String, String)>;

async fn run(tools: Tools, mut nonces: Nonces, mut receiver: mpsc::Receiver<Work>) {
    let mut group = Vec::with_capacity(GROUP_MAX);
    let mut groups = 0_u64;
    let mut destroyed = DestroyedKeys::new();
    while receiver.recv_many(&mut group, GROUP_MAX).await > 0 {
        tools.metrics.group(group.len());
        let works = std::mem::take(&mut group);
        // The first group of a process forgets too: what memory does not hold must not stand in the table either.
        let forget = groups.is_multiple_of(FORGET_AFTER_GROUPS);
        groups += 1;
        let group = Group {
            tools: &tools,
            nonces: &mut nonces,
            destroyed: &mut destroyed,
            forget,
            #[cfg(feature = "sabotage")]
            waiting: &receiver,
        };
        group.handle(works).await;
    }
}

struct Group<'t> {
    tools: &'t Tools,
    nonces: &'t mut Nonces,
    destroyed: &'t mut DestroyedKeys,
    forget: bool,
    #[cfg(feature = "sabotage")]
    waiting: &'t mpsc::Receiver<Work>,
}

impl Group<'_> {
    async fn handle(mut self, works: Vec<Work>) {
        let mut answers = Vec::with_capacity(works.len());
        match self.write(works, &mut answers).await {
            Ok(()) => answers.into_iter().for_each(Answer::send),
            Err(error) => {
                self.nonces.doubt();
                // Nothing of the group may be believed to be stored: every sender keeps its document and resends it.
                tracing::error!(%error, items = answers.len(), "a group could not be written");
                answers.into_iter().map(Answer::failed).for_each(Answer::send);
            }
        }
    }

    async fn write(&mut self, mut works: Vec<Work>, answers: &mut Vec<Answer>) -> Result<(), StoreError> {
        let settings = self.tools.settings.read().unwrap_or_else(PoisonError::into_inner).clone();
        let now = self.tools.clock.now();
        let begun = self.begin(&mut works).await;
        let (mut tx, mut state) = match begun {
            Ok(begun) => begun,
            Err(error) => {
                answers.extend(works.into_iter().map(unanswered));
                return Err(error);
            }
        };
        let mut rows = Rows::default();
        if self.forget {
            self.nonces.forget(now);
            rows.forget_nonces(now);
        }
        let mut disposals = Vec::new();
        for work in works {
            let answer = match work {
                Work::Archive(work, to) => {
                    Answer::Archive(to, self.archive(*work, &mut state, &mut rows, &settings, now))
                }
                Work::Express(work, to) => Answer::Archive(to, self.express(*work, &mut state, &mut rows, now)),
                Work::Nullify(work, to) => {
                    Answer::Nullify(to, self.nullify(*work, &mut state, &mut rows, &settings, now))
                }
                Work::Record(work, to) => Answer::Record(to, self.record(*work, &mut state, &mut rows, &settings, now)),
                // After the group's documents are written: a set that has just grown is kept.
                Work::Dispose(work, to) => {
                    disposals.push((work, to));
                    continue;
                }
            };
            answers.push(answer);
        }
        #[cfg(feature = "sabotage")]
        let _held = self.too_early(answers).await;
        rows.write(&mut tx, &self.tools.vault).await?;
        let mut destroyed = Vec::new();
        for (dispose, to) in disposals {
            let controller = dispose.controller.clone();
            let done = self.dispose(&mut tx, *dispose, now).await?;
            destroyed.extend(done.subjects.iter().map(|subject| (controller.clone(), subject.clone())));
            answers.push(Answer::Dispose(to, Ok(done)));
        }
        tx.commit().await?;
        // Only now: after a failed commit the keys are still there.
        self.destroyed.extend(destroyed);
        Ok(())
    }

    /// The deliberate fault `ack-before-commit`: the answers leave now.
    #[cfg(feature = "sabotage")]
    async fn too_early(&self, answers: &mut Vec<Answer>) -> Option<tokio::sync::MutexGuard<'static, ()>> {
        if !sabotage::active(Fault::AckBeforeCommit) {
            return None;
        }
        let held = sabotage::held::group().await;
        answers.drain(..).for_each(Answer::send);
        sabotage::held::until_somebody_looks(|| !self.waiting.is_empty()).await;
        Some(held)
    }

    /// Begins the transaction and reads what the group rests on: also since when special reasons have been used.
    async fn begin(&mut self, works: &mut [Work]) -> Result<(Tx, WorkingSet), StoreError> {
        let mut tx = self.tools.db.write_here().await?;
        self.nonces.settle(&mut tx).await?;
        let mut wanted = Wanted::default();
        for work in works {
            match work {
                Work::Archive(archive, _) => {
                    wanted.entry(&archive.entry);
                    special::begin(&mut tx, &mut archive.acting, &archive.specials).await?;
                }
                Work::Express(express, _) => wanted.entry(&express.entry),
                Work::Nullify(nullify, _) => {
                    wanted.sets.insert(nullify.set.clone());
                    wanted.cases.extend(nullify.case.iter().cloned());
                    wanted.clients.extend(nullify.clients.iter().cloned());
                    special::begin(&mut tx, &mut nullify.acting, &nullify.specials).await?;
                }
                Work::Record(reading, _) => {
                    wanted.related.extend(reading.record.rests.iter().map(|rest| rest.client.clone()));
                    wanted.consents.extend(reading.wills.iter().map(|rest| rest.client.clone()));
                }
                Work::Dispose(..) => {}
            }
        }
        let state = WorkingSet::load(&mut tx, &wanted).await?;
        Ok((tx, state))
    }

    fn archive(
        &mut self,
        work: Archive,
        state: &mut WorkingSet,
        rows: &mut Rows,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Stored, Denial> {
        let Archive { entry, acting, specials, sealed, key, blob, nonce, mut event } = work;
        if !self.opens_again(&entry, &sealed.subject, key.is_some()) {
            return Err(Denial::new(Refusal::ServiceUnavailable));
        }
        let decided = self.unused(&nonce).and_then(|()| decide::decide(&entry, &acting, state, settings, now));
        event.basis(decide::basis(&acting, entry.custodian().as_str()));
        match decided {
            Ok(Decision::Store { basis, on_reason }) => {
                let receipt = receipt(&entry, now);
                let effects = join::effects(&entry, state);
                rows.document(&entry, basis, &receipt, sealed, now);
                rows.derived(&entry, &effects, now);
                rows.recording(&entry, blob);
                rows.shown_from(&entry, crate::citizen::policy::chosen(&entry, basis, settings, now), now);
                if let Some(key) = key {
                    rows.key(key);
                }
                rest_on(rows, specials, on_reason, now);
                self.use_nonce(nonce, rows, settings, now);
                state.accept(&entry, &effects, &receipt, now);
                self.tools.metrics.archived();
                log(rows, state, event, Outcome::Done, now);
                Ok(Stored { receipt, archived_at: now })
            }
            Ok(Decision::Again { receipt, archived_at }) => {
                self.use_nonce(nonce, rows, settings, now);
                log(rows, state, event, Outcome::Repeated, now);
                Ok(Stored { receipt, archived_at })
            }
            Err(denial) => {
                self.use_nonce(nonce, rows, settings, now);
                self.refuse(rows, state, event, &denial, now);
                Err(denial)
            }
        }
    }

    fn nullify(
        &mut self,
        work: Nullify,
        state: &mut WorkingSet,
        rows: &mut Rows,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<Timestamp, Denial> {
        let Nullify { set, controller, clients, acting, specials, nonce, mut event, .. } = work;
        event.basis(decide::basis(&acting, controller.as_str()));
        let decided = self
            .unused(&nonce)
            .and_then(|()| decide::decide_nullify(&set, &clients, &controller, &acting, state, settings, now));
        match decided {
            Ok(allowed) => {
                rest_on(rows, specials, decide::on_reason(&allowed), now);
                rows.invalidate(&set, now);
                state.invalidate(&set);
                self.use_nonce(nonce, rows, settings, now);
                log(rows, state, event, Outcome::Done, now);
                Ok(now)
            }
            Err(denial) => {
                self.use_nonce(nonce, rows, settings, now);
                self.refuse(rows, state, event, &denial, now);
                Err(denial)
            }
        }
    }

    fn record(
        &mut self,
        work: Reading,
        state: &mut WorkingSet,
        rows: &mut Rows,
        settings: &Settings,
        now: Timestamp,
    ) -> Result<(), Denial> {
        let Reading { record: Record { event, rests, nonce }, disclosed, wills, specials } = work;
        let fresh = nonce.as_ref().map_or(Ok(()), |nonce| self.unused(nonce));
        let holds = rests.iter().all(|rest| {
            let key = (rest.controller.clone(), rest.client.clone());
            state.relationships.get(&key).map(|now| now.document.as_str()) == rest.version.as_deref()
        }) && wills
            .iter()
            .all(|rest| state.consents.get(&rest.client).map(Standing::versions).unwrap_or_default() == rest.versions);
        let decided = fresh.and_then(|()| {
            // The right changed between the snapshot and now: the reader asks again and is decided anew.
            let told = |refusal| {
                if event.is_disclosure() { Denial::new(refusal) } else { Denial::new(refusal).under(Basis::Rko) }
            };
            if holds { Ok(()) } else { Err(told(event.changed_under_way())) }
        });
        // Used up by a refusal too: the same message again is a replay, whatever has changed meanwhile.
        if let Some(nonce) = nonce {
            self.use_nonce(nonce, rows, settings, now);
        }
        match decided {
            Ok(()) => {
                let outcome = event.outcome.clone();
                if !matches!(outcome, Outcome::Done) {
                    self.tools.metrics.refused(event.code());
                }
                log(rows, state, event, outcome, now);
                for event in disclosed {
                    log(rows, state, event, Outcome::Done, now);
                }
                rest_on(rows, specials, true, now);
                Ok(())
            }
            Err(denial) => {
                self.refuse(rows, state, event, &denial, now);
                Err(denial)
            }
        }
    }

    fn refuse(&self, rows: &mut Rows, state: &WorkingSet, mut event: Event, denial: &Denial, now: Timestamp) {
        self.tools.metrics.refused(denial.cause.code());
        event.denied(denial);
        let outcome = event.outcome.clone();
        log(rows, state, event, outcome, now);
    }

    async fn dispose(&self, tx: &mut Tx, work: Dispose, now: Timestamp) -> Result<Disposed, StoreError> {
        let (done, documents) = dispose::write(tx, &work, now).await?;
        let mut event = work.event;
        event.count = u32::try_from(documents.len()).unwrap_or(u32::MAX);
        event.documents = documents;
        let rows = event.rows(Outcome::Done, now);
        store::log::append(tx, &self.tools.vault, &work.controller, &rows).await?;
        Ok(done)
    }

    /// Whether what was sealed on its way here will open: not when its key was destroyed meanwhile. The sender comes
    /// again, and a new key is made then.
    fn opens_again(&mut self, entry: &Entry, subject: &str, brings_key: bool) -> bool {
        let name = (entry.controller.as_str().to_owned(), subject.to_owned());
        if brings_key {
            self.destroyed.remove(&name);
        }
        !self.destroyed.contains(&name)
    }

    /// A nonce comes once (decisions.md 2).
    fn unused(&self, nonce: &Nonce) -> Result<(), Denial> {
        if self.nonces.contains(nonce) && !sabotage::active(Fault::NoReplayCheck) {
            return Err(Denial::with(Refusal::ActorInvalid, "Sama sanoma on jo vastaanotettu (toistettu Toimija)."));
        }
        Ok(())
    }

    fn use_nonce(&mut self, nonce: Nonce, rows: &mut Rows, settings: &Settings, now: Timestamp) {
        // Twice the window: a message may be made as much ahead of our clock as behind it.
        let expires = now + jiff::SignedDuration::from_secs(settings.clock_skew_s.clamp(1, 86_400) * 2);
        if self.nonces.use_up(nonce.clone(), expires) {
            rows.nonce(&nonce.organisation, &nonce.value, expires);
        }
    }
}

/// The reference of a receipt: what is stored and when, so that it cannot be guessed from the document alone.
fn receipt(entry: &Entry, at: Timestamp) -> String {
    let text = format!("{}|{}|{}", entry.document, entry.sha256, at.as_microsecond());
    hex::encode(&aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref()[..16])
}

/// The first use of a special reason begins its time (FR-51): a use is one only when the act rests on it.
fn rest_on(rows: &mut Rows, specials: Vec<SpecialUse>, on_reason: bool, now: Timestamp) {
    for used in specials.into_iter().filter(|_| on_reason) {
        rows.special(used, now);
    }
}

/// Puts the event into the log of its register; of a register that nobody has, into the archive's own. A look at what the
/// client has expressed stands in the log of the register of expressions of will too, in the same transaction.
fn log(rows: &mut Rows, state: &WorkingSet, mut event: Event, outcome: Outcome, now: Timestamp) {
    if sabotage::active(Fault::NoLog) {
        return;
    }
    if let Some(look) = event.look_at_wills() {
        look.rows(Outcome::Done, now).into_iter().for_each(|row| rows.log(WILL_REGISTER, row));
    }
    let has_log = |register: &str| register == WILL_REGISTER || state.joining.contains_key(register);
    let register = match &event.register {
        Some(register) if has_log(register) => register.clone(),
        _ => TECHNICAL.to_owned(),
    };
    rows.noted.note(&register, &event, &outcome, now);
    for row in event.rows(outcome, now) {
        rows.log(&register, row);
    }
}
