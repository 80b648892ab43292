//! What every handler shares.

use crate::{Config, StartError, archive::Archive, op::Visit};
use records::{id::PersonalIdentityCode, time::Clock};
use registers::client::Registers;
use std::sync::Arc;
use web::{Sessions, Texts, session::Policy};

/// Name of the session cookie; cookies ignore the port, so it differs from the other applications'.
const COOKIE: &str = "kansalainen";

/// The application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// The insides of [`App`].
pub struct Inner {
    /// Texts in three languages.
    pub texts: Arc<Texts>,
    /// Sessions, in memory only.
    pub sessions: Sessions<Visit>,
    /// The archive's citizen interface.
    pub archive: Archive,
    /// Population register and mandates.
    pub registers: Registers,
    /// Product time.
    pub clock: Arc<dyn Clock>,
    /// The system's time.
    pub system_clock: Arc<dyn Clock>,
    /// Who may log in.
    pub people: Vec<PersonalIdentityCode>,
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// Makes the application; opens nothing yet.
    ///
    /// # Errors
    /// When the texts or the client of the archive cannot be made.
    pub fn open(config: Config) -> Result<Self, StartError> {
        Ok(Self(Arc::new(Inner {
            texts: Texts::with(&crate::TEXTS)?,
            sessions: Sessions::new(Policy::citizen(COOKIE), Arc::clone(&config.system_clock)),
            archive: Archive::new(&config.archive_url, &config.archive_key)?,
            registers: Registers::new(&config.registers_url),
            clock: config.clock,
            system_clock: config.system_clock,
            people: config.people,
        })))
    }

    /// The demo's time for the header, when product time has been moved away from the system's.
    pub fn moved_clock(&self, t: &web::T) -> String {
        let now = self.clock.now();
        let apart = now.duration_since(self.system_clock.now()).abs();
        if apart > jiff::SignedDuration::from_mins(1) { crate::display::moment(t, now) } else { String::new() }
    }
}
