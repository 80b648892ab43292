//! Sessions: an opaque cookie in the browser, everything else on the server.
//!
//! The cookie is 256 random bits; the server keeps only its hash, so a copy of the server's memory or table opens no
//! session. Limits come from security-and-faults 2.5. The clock is the system's, never the demo's movable one: a
//! session's age is not product time.

use crate::lang::cookie;
use aws_lc_rs::{constant_time, digest, rand};
use axum::http::{HeaderMap, HeaderValue};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use records::time::Clock;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most sessions that a subject may have at once; the oldest ends when one more begins (security-and-faults 2.5).
const SESSIONS_PER_SUBJECT: usize = 2;

/// How long a session lives and what its cookie is called.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// Name of the cookie. Cookies ignore the port, so each application on one host needs its own.
    pub cookie: &'static str,
    /// Ends after this long without a request.
    pub idle: SignedDuration,
    /// Ends this long after it began, whatever happens.
    pub absolute: SignedDuration,
}

impl Policy {
    /// Staff: 15 minutes idle, 10 hours in all.
    pub const fn staff(cookie: &'static str) -> Self {
        Self { cookie, idle: SignedDuration::from_mins(15), absolute: SignedDuration::from_hours(10) }
    }

    /// Administrators: 15 minutes idle, 1 hour in all.
    pub const fn admin(cookie: &'static str) -> Self {
        Self { cookie, idle: SignedDuration::from_mins(15), absolute: SignedDuration::from_hours(1) }
    }

    /// Citizens: 15 minutes idle, 1 hour in all.
    pub const fn citizen(cookie: &'static str) -> Self {
        Self { cookie, idle: SignedDuration::from_mins(15), absolute: SignedDuration::from_hours(1) }
    }

    /// Whether a session that began at `began` and was last used at `seen` still lives at `now`.
    pub fn alive(&self, began: Timestamp, seen: Timestamp, now: Timestamp) -> bool {
        now.duration_since(seen) < self.idle && now.duration_since(began) < self.absolute
    }

    /// The cookie's full name; `__Host-` binds it to this host over https.
    pub fn cookie_name(&self, https: bool) -> String {
        if https { format!("__Host-{}", self.cookie) } else { self.cookie.to_owned() }
    }

    /// The `Set-Cookie` value that gives the browser its token.
    pub fn set_cookie(&self, token: &Token, https: bool) -> HeaderValue {
        let secure = if https { "; Secure" } else { "" };
        header(&format!("{}={}; Path=/; HttpOnly; SameSite=Strict{secure}", self.cookie_name(https), token.0))
    }

    /// The `Set-Cookie` value that takes the token away.
    pub fn clear_cookie(&self, https: bool) -> HeaderValue {
        let secure = if https { "; Secure" } else { "" };
        header(&format!("{}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{secure}", self.cookie_name(https)))
    }

    /// The token that a request carries, if it has the form of one.
    pub fn token(&self, headers: &HeaderMap, https: bool) -> Option<Token> {
        cookie(headers, &self.cookie_name(https)).filter(|value| value.len() == 43).map(Token)
    }
}

fn header(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).expect("names and tokens are visible ASCII")
}

/// The secret in the cookie. Redacts itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A new token of 256 random bits from the operating system.
    pub fn new() -> Self {
        Self(random())
    }

    /// What a server may keep of the token: its SHA-256 in hex.
    pub fn hash(&self) -> String {
        hex::encode(digest::digest(&digest::SHA256, self.0.as_bytes()))
    }
}

impl Default for Token {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// 256 random bits in URL-safe base64, 43 characters.
pub fn random() -> String {
    let mut bytes = [0u8; 32];
    rand::fill(&mut bytes).expect("the operating system gives random bytes");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whether two secrets are equal, in a time that does not depend on where they differ.
pub fn same_secret(a: &str, b: &str) -> bool {
    constant_time::verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}

/// A live session as a handler sees it.
#[derive(Clone)]
pub struct Session<P> {
    /// Whose it is, e.g. the user's id.
    pub subject: String,
    /// Token for the session's forms; see [`crate::csrf`].
    pub csrf: String,
    /// When it began.
    pub began: Timestamp,
    /// What the application keeps in it.
    pub payload: P,
}

struct Entry<P> {
    session: Session<P>,
    seen: Timestamp,
}

/// The sessions of one application, in memory: they end when the process ends, which is what a shared machine wants.
pub struct Sessions<P> {
    policy: Policy,
    clock: Arc<dyn Clock>,
    live: Mutex<HashMap<String, Entry<P>>>,
}

impl<P: Clone> Sessions<P> {
    /// An empty store. `clock` is the system's clock.
    pub fn new(policy: Policy, clock: Arc<dyn Clock>) -> Self {
        Self { policy, clock, live: Mutex::new(HashMap::new()) }
    }

    /// The policy, for cookies.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Entry<P>>> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a session; the token goes into the cookie. The oldest of the subject's ends when there are too many.
    pub fn begin(&self, subject: &str, payload: P) -> Token {
        let (token, now) = (Token::new(), self.clock.now());
        let mut live = self.lock();
        live.retain(|_, entry| self.policy.alive(entry.session.began, entry.seen, now));
        let mut own: Vec<(Timestamp, String)> = live
            .iter()
            .filter(|(_, entry)| entry.session.subject == subject)
            .map(|(hash, entry)| (entry.session.began, hash.clone()))
            .collect();
        own.sort();
        let surplus = (own.len() + 1).saturating_sub(SESSIONS_PER_SUBJECT);
        for (_, hash) in own.into_iter().take(surplus) {
            live.remove(&hash);
        }
        let session = Session { subject: subject.to_owned(), csrf: random(), began: now, payload };
        live.insert(token.hash(), Entry { session, seen: now });
        token
    }

    /// The live session of a token; counts as use.
    pub fn get(&self, token: &Token) -> Option<Session<P>> {
        let now = self.clock.now();
        let hash = token.hash();
        let mut live = self.lock();
        let entry = live.get_mut(&hash)?;
        if !self.policy.alive(entry.session.began, entry.seen, now) {
            live.remove(&hash);
            return None;
        }
        entry.seen = now;
        Some(entry.session.clone())
    }

    /// The live session that a request carries.
    pub fn of(&self, headers: &HeaderMap, https: bool) -> Option<(Token, Session<P>)> {
        let token = self.policy.token(headers, https)?;
        self.get(&token).map(|session| (token, session))
    }

    /// Changes what the application keeps in the session; `false` when the session is gone.
    pub fn update(&self, token: &Token, change: impl FnOnce(&mut P)) -> bool {
        self.lock().get_mut(&token.hash()).map(|entry| change(&mut entry.session.payload)).is_some()
    }

    /// Gives the session a new token, after its strength has changed (ASVS V7.2.4).
    pub fn renew(&self, token: &Token) -> Option<Token> {
        let mut live = self.lock();
        let entry = live.remove(&token.hash())?;
        let fresh = Token::new();
        live.insert(fresh.hash(), entry);
        Some(fresh)
    }

    /// Ends a session.
    pub fn end(&self, token: &Token) {
        self.lock().remove(&token.hash());
    }

    /// Ends every session of a subject, e.g. when employment ends.
    pub fn end_subject(&self, subject: &str) {
        self.lock().retain(|_, entry| entry.session.subject != subject);
    }
}
