//! `vakka witness`: an eye on the logs of an archive that its administrator does not have in hand. It asks for the signed
//! heads, asks for the proof that each continues what it saw before, and keeps both with its own signature in its own
//! folder. What does not continue it refuses, loudly: a sentence, an alarm metric, the exit code.

use crate::{Verdict, clock::SystemClock, serve::WitnessRole};
use anyhow::{Context, Result, bail};
use axum::{Router, extract::State, http::StatusCode, routing::get};
use records::{Lang, time::Clock};
use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};
use store::{
    merkle::Hash,
    witness::{
        Checkpoint,
        keeper::{Accepted, Doubt, Keeper, KeeperError},
        note,
    },
};

/// Longest answer of the archive that is read: heads of ten thousand registers, or a proof, are far below it.
const ANSWER_BYTES_MAX: usize = 8 << 20;
/// Longest wait for one answer: a proof over a long log takes the archive a while.
const ANSWER_MAX: Duration = Duration::from_secs(120);
/// Texts of the witness, beside those of the landing page.
const TEXTS: [(Lang, &str); 3] = [
    (Lang::Fi, include_str!("../../texts/fi.ftl")),
    (Lang::Sv, include_str!("../../texts/sv.ftl")),
    (Lang::En, include_str!("../../texts/en.ftl")),
];

/// Arguments of `vakka witness`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Address of the archive's log door
    #[arg(long)]
    archive: String,
    /// The witness's own folder, on a machine that the archive's administrator does not manage
    #[arg(long)]
    dir: PathBuf,
    /// Seconds between two rounds
    #[arg(long, default_value_t = 60)]
    every: u64,
    /// One round, then end: 0 all continues, 1 refused, 2 the archive did not answer
    #[arg(long)]
    once: bool,
    /// The archive's verifier key (`GET /log/key`) as its keeper told it; else the first one seen is kept
    #[arg(long)]
    key: Option<String>,
    /// Where /metrics, /health/live and /health/ready answer
    #[arg(long)]
    listen: Option<SocketAddr>,
}

/// Runs until it is stopped, or one round.
///
/// # Errors
/// When the folder cannot be used; with `--once` also when the archive does not answer.
pub async fn run(arguments: Arguments) -> Result<Verdict> {
    let Arguments { archive, dir, every, once, key, listen } = arguments;
    let role = WitnessRole { archive, dir, every, key, listen };
    if once {
        let mut witness = Witness::open(&role)?;
        let looked = witness.round().await;
        // What was refused weighs more than what was not answered, which would hide it otherwise.
        return match (looked, witness.signals.verdict()) {
            (Err(error), Verdict::FoundWrong) => {
                eprintln!("vakka: {error:#}");
                Ok(Verdict::FoundWrong)
            }
            (looked, verdict) => looked.map(|()| verdict),
        };
    }
    let signals = start(role).await?;
    crate::stop::stopped().await?;
    Ok(signals.verdict())
}

/// Starts the rounds in the background; also for `vakka serve`.
///
/// # Errors
/// When the folder cannot be used or the address is taken.
pub async fn start(role: WitnessRole) -> Result<Arc<Signals>> {
    let mut witness = Witness::open(&role)?;
    let signals = Arc::clone(&witness.signals);
    if let Some(address) = role.listen {
        let listener = tokio::net::TcpListener::bind(address).await.context("the witness's address is taken")?;
        let routes = routes(Arc::clone(&signals));
        tokio::spawn(web::serve(listener, routes, None, web::Limits::default(), std::future::pending()));
    }
    tokio::spawn(async move {
        let mut tick = tokio::time::interval(Duration::from_secs(role.every.max(1)));
        loop {
            tick.tick().await;
            if let Err(error) = witness.round().await {
                tracing::warn!("the witness could not look: {error:#}");
            }
        }
    });
    Ok(signals)
}

/// What the outside hears of the witness.
#[derive(Debug, Default)]
pub struct Signals {
    refused: AtomicU64,
    alarm: AtomicBool,
    unreachable: AtomicU64,
    last_success: AtomicI64,
    logs: AtomicU64,
}

impl Signals {
    /// Wrong when anything was ever refused.
    pub fn verdict(&self) -> Verdict {
        if self.refused.load(Relaxed) > 0 { Verdict::FoundWrong } else { Verdict::Done }
    }

    fn text(&self) -> String {
        let lines = [
            ("alarm", "gauge", u64::from(self.alarm.load(Relaxed))),
            ("refusals_total", "counter", self.refused.load(Relaxed)),
            ("unreachable_total", "counter", self.unreachable.load(Relaxed)),
            ("last_success_seconds", "gauge", self.last_success.load(Relaxed).max(0).unsigned_abs()),
            ("logs", "gauge", self.logs.load(Relaxed)),
        ];
        lines.iter().fold(String::new(), |text, (name, kind, value)| {
            format!("{text}# TYPE vakka_witness_{name} {kind}\nvakka_witness_{name} {value}\n")
        })
    }
}

/// `/metrics` with the alarm, `/health/live`, and `/health/ready`, which is not ready while the alarm stands.
fn routes(signals: Arc<Signals>) -> Router {
    let ready = |State(signals): State<Arc<Signals>>| async move {
        if signals.alarm.load(Relaxed) { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::NO_CONTENT }
    };
    Router::new()
        .route("/metrics", get(|State(signals): State<Arc<Signals>>| async move { signals.text() }))
        .route("/health/live", get(|| async { "ok\n" }))
        .route("/health/ready", get(ready))
        .with_state(signals)
}

struct Witness {
    keeper: Keeper,
    archive: String,
    client: reqwest::Client,
    texts: web::T,
    signals: Arc<Signals>,
}

impl Witness {
    fn open(role: &WitnessRole) -> Result<Self> {
        let mut keeper = Keeper::open(&role.dir)?;
        if let Some(key) = &role.key {
            keeper.trust(key).context("--key is not the key that this witness knows")?;
        }
        let client = reqwest::Client::builder().timeout(ANSWER_MAX).build()?;
        let archive = role.archive.trim_end_matches('/').to_owned();
        let texts = web::Texts::with(&TEXTS)?.t(Lang::Fi);
        Ok(Self { keeper, archive, client, texts, signals: Arc::default() })
    }

    /// One look at every log. What was refused is an alarm also when the rest could not be looked at; only a whole look
    /// without a refusal ends one.
    async fn round(&mut self) -> Result<()> {
        let mut doubts = Vec::new();
        let looked = self.look(&mut doubts).await;
        let now = SystemClock.now();
        self.signals.logs.store(self.keeper.logs() as u64, Relaxed);
        self.signals.refused.fetch_add(doubts.len() as u64, Relaxed);
        if looked.is_ok() || !doubts.is_empty() {
            self.signals.alarm.store(!doubts.is_empty(), Relaxed);
        }
        for doubt in &doubts {
            self.alarm(doubt, now);
        }
        if looked.is_err() {
            self.signals.unreachable.fetch_add(1, Relaxed);
        } else if doubts.is_empty() {
            self.signals.last_success.store(now.as_second(), Relaxed);
        }
        looked
    }

    fn alarm(&self, doubt: &Doubt, now: jiff::Timestamp) {
        eprintln!("{}", sentence(&self.texts, doubt));
        tracing::error!(%doubt, "the witness refuses");
        if let Err(error) = self.keeper.note_alarm(doubt, now) {
            tracing::error!(%error, "the alarm could not be noted");
        }
    }

    /// Adds what is refused of all that the archive shows now. A log that cannot be judged keeps no other from being
    /// judged: an archive must not hide a fork by failing at another's proof.
    ///
    /// # Errors
    /// The first failure of the archive or the folder, after everything else was judged.
    async fn look(&mut self, doubts: &mut Vec<Doubt>) -> Result<()> {
        let key = self.fetch("/log/key", &[]).await?;
        match self.keeper.trust(&key) {
            Ok(true) => println!("{}", self.texts.with("witness-first-key", [("key", key.trim())])),
            Ok(false) => {}
            Err(KeeperError::Refused(doubt)) => {
                doubts.push(doubt);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
        let notes = note::split(&self.fetch("/log/checkpoint", &[]).await?);
        let (mut shown, mut broken) = (Vec::new(), None);
        for note in &notes {
            match self.consider(note).await {
                Ok(checkpoint) => shown.push(checkpoint),
                Err(Considered::Refused(doubt, checkpoint)) => {
                    doubts.push(doubt);
                    shown.extend(checkpoint);
                }
                Err(Considered::Broken(error, checkpoint)) => {
                    broken = broken.or(Some(error));
                    shown.push(checkpoint);
                }
            }
        }
        doubts.extend(self.keeper.vanished(&shown));
        broken.map_or(Ok(()), Err)
    }

    async fn consider(&mut self, note: &str) -> Result<Checkpoint, Considered> {
        let given = self.keeper.read(note).map_err(|doubt| Considered::Refused(doubt, None))?;
        let proof = match self.keeper.needs_proof(&given) {
            Some((from, to)) => match self.proof(&given.register, from, to).await {
                Ok(proof) => proof,
                Err(error) => return Err(Considered::Broken(error, given)),
            },
            None => Vec::new(),
        };
        match self.keeper.accept(note, &proof, SystemClock.now()) {
            Ok(Accepted::Same) => Ok(given),
            Ok(Accepted::Kept) => {
                let size = given.size.to_string();
                let arguments = [("register", given.register.as_str()), ("size", &size)];
                println!("{}", self.texts.with("witness-kept", arguments));
                Ok(given)
            }
            Err(KeeperError::Refused(doubt)) => Err(Considered::Refused(doubt, Some(given))),
            Err(error) => Err(Considered::Broken(error.into(), given)),
        }
    }

    /// The archive's proof; one that it cannot or will not give is an empty one, which proves nothing.
    async fn proof(&self, register: &str, from: u64, to: u64) -> Result<Vec<Hash>> {
        let (from, to) = (from.to_string(), to.to_string());
        let query = [("register", register), ("from", from.as_str()), ("to", to.as_str())];
        let text = match self.get("/log/proof/consistency", &query).await? {
            (status, _) if status.is_client_error() => return Ok(Vec::new()),
            (status, text) if status.is_success() => text,
            (status, _) => bail!("the archive answers {status}"),
        };
        let hashes: Vec<String> = serde_json::from_str(&text).unwrap_or_default();
        Ok(hashes.iter().filter_map(|hash| hex::decode(hash).ok()?.try_into().ok()).collect())
    }

    async fn fetch(&self, path: &str, query: &[(&str, &str)]) -> Result<String> {
        match self.get(path, query).await? {
            (status, text) if status.is_success() => Ok(text),
            (status, _) => bail!("{path} of the archive answers {status}"),
        }
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<(StatusCode, String)> {
        let url = format!("{}{path}", self.archive);
        let mut answer = self.client.get(&url).query(query).send().await.context("the archive does not answer")?;
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > ANSWER_BYTES_MAX {
                bail!("the archive's answer is longer than {ANSWER_BYTES_MAX} bytes");
            }
        }
        Ok((answer.status(), String::from_utf8(bytes).context("the archive's answer is not text")?))
    }
}

/// Why a checkpoint was not kept.
enum Considered {
    /// Refused; with the checkpoint when it could be read, since its log was shown.
    Refused(Doubt, Option<Checkpoint>),
    /// The archive or the folder failed, though its log was shown.
    Broken(anyhow::Error, Checkpoint),
}

/// The alarm in the operator's language.
fn sentence(texts: &web::T, doubt: &Doubt) -> String {
    let counted = |key: &str, register: &str, kept: u64, given: u64| {
        let (kept, given) = (kept.to_string(), given.to_string());
        texts.with(key, [("register", register), ("kept", kept.as_str()), ("given", given.as_str())])
    };
    match doubt {
        Doubt::OtherKey => texts.get("witness-other-key"),
        Doubt::Unsigned => texts.get("witness-unsigned"),
        Doubt::Shorter { register, kept, given } => counted("witness-shorter", register, *kept, *given),
        Doubt::Forked { register, kept, given } => counted("witness-forked", register, *kept, *given),
        Doubt::Vanished { register, kept } => counted("witness-vanished", register, *kept, 0),
    }
}
