//! Settings of the archive that the specification leaves open (functional specification E), as data with defaults.

use crate::archivist::settings::PageSettings;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};

/// What an operator may set without a new build.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Days after a grant's end in which a document about an event inside it is still taken (FR-22, open point).
    pub grace_days: i32,
    /// Days after a case's closing in which a late entry or correction is still taken (FR-07, open point).
    pub late_window_days: i32,
    /// Whether an organiser, too, must always name the social service (FR-31; conflict K8).
    pub service_always_required: bool,
    /// Narrative entries are shown to citizens from this day on; never when absent (FR-69, spec 3.18).
    pub entries_shown_from: Option<Date>,
    /// Recordings are taken from this day on (FR-95, spec 3.29).
    pub recordings_from: Date,
    /// Longest recording taken, in bytes. The real limit is not known.
    pub recording_bytes_max: u64,
    /// Longest delay, in days, that a provider may set by itself to what the client sees (FR-70, spec 3.18).
    pub provider_delay_days: i32,
    /// Whether a search of the own register needs a card (conflict K2).
    pub own_search_needs_card: bool,
    /// How far the sender's clock may be off, in seconds; also how long a nonce is remembered.
    pub clock_skew_s: i64,
    /// How many minutes a document's header may be dated ahead of the archive's clock (its effectiveTime and its time of
    /// creation). What the real archive takes is not known (confirmed = false).
    pub dated_ahead_min: i64,
    /// How old the card login behind a message may be, in hours of product time: the absolute length of a staff session
    /// (security-and-faults 2.5). A queued document's login is measured to its signing.
    pub login_evidence_max_age_h: i64,
    /// Origins at which each connecting organisation's workers log in with a card, `https://host[:port]`. An organisation
    /// that is not named may use any `https` origin: then only its own word says where the card was shown.
    pub login_origins: BTreeMap<String, Vec<String>>,
    /// Whether a guardian may set a denial for a minor at a client system (open point; in the citizen view never, FR-74).
    pub guardian_may_deny: bool,
    /// How long facts of the registers are believed, in milliseconds.
    pub register_cache_ms: u64,
    /// A refusal under a register access right takes a whole number of such steps, in milliseconds, so that its time
    /// tells no cause; 0 leaves it as it comes. Longer than the lookups of a client with many documents take.
    pub refusal_step_ms: u64,
    /// Most rows of one page of a query answer.
    pub page_rows: usize,
    /// The archive's own party id in frames (wire-format 2).
    pub party: String,
    /// Units whose place must not be found out (shelters, some foster homes), by OID: a summary names the controller in
    /// their stead to other organisations, and to everybody when the client is under non-disclosure (spec 3.14).
    pub protected_units: BTreeSet<String>,
    /// The archivist's pages: who may log in, and when an organisation has fallen silent.
    pub pages: PageSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            grace_days: 30,
            late_window_days: 90,
            service_always_required: false,
            entries_shown_from: None,
            recordings_from: date(2029, 10, 1),
            recording_bytes_max: 4 << 30,
            provider_delay_days: 30,
            own_search_needs_card: true,
            clock_skew_s: 300,
            dated_ahead_min: 5,
            login_evidence_max_age_h: 10,
            login_origins: BTreeMap::new(),
            guardian_may_deny: false,
            register_cache_ms: 2_000,
            refusal_step_ms: 50,
            page_rows: 200,
            party: "1.2.246.556.18007.2".to_owned(),
            protected_units: BTreeSet::new(),
            pages: PageSettings::default(),
        }
    }
}
