//! The client's log request (FR-83; 703/2023 § 11): who used or received the client's data, when, what and on what ground,
//! out of one register's log. A producer's use under a register access right stands in the controller's log, so it is
//! told with the controller's own.
//!
//! Rows older than two years are given for a special reason only, and the reason is recorded with the reading. Names are
//! those of the time: no register of today is asked, so the same report comes out the same in ten years (fault 48).

use super::{Event, log_client};
use crate::{
    App,
    entry::Denial,
    sabotage::{self, Fault},
    writer::Record,
};
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use records::id::{ClientId, OrganisationId};
use serde::Serialize;
use store::{
    LogRow, StoreError,
    log::{Action, Basis, LogDocument, MAX_PAGE, Outcome, Party, Reason, Whose},
};

/// Years after which a special reason is needed (703/2023 § 11).
const YEARS_WITHOUT_REASON: i64 = 2;
/// Shortest special reason that is a reason.
const REASON_CHARACTERS_MIN: usize = 10;
/// Code of the special reason in the log.
const REASON_CODE: &str = "log_request_over_two_years";

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Request<'a> {
    /// Whose log: the controller.
    pub register: &'a OrganisationId,
    /// Whose data.
    pub client: &'a ClientId,
    /// From when on, both ends of the log when none is given.
    pub from: Option<Timestamp>,
    /// To when, itself left out.
    pub to: Option<Timestamp>,
    /// Why rows older than two years are needed; without it they are left out.
    pub special_reason: Option<&'a str>,
}

/// Why no report is given.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The special reason says nothing.
    #[error("the special reason is too short to be one")]
    Reason,
    /// The log cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The reading could not be logged, so nothing is shown.
    #[error("the reading of the log could not be logged")]
    NotLogged,
}

/// One use or disclosure, as the reply tells it.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Number of the row in the register's log.
    pub row: u64,
    /// When.
    pub at: Timestamp,
    /// Who: the name as then.
    pub who: String,
    /// As what.
    pub role: String,
    /// Työtehtävä as then.
    pub duty: Option<String>,
    /// The organisation as then: name, or OID when the row is older than names.
    pub organisation: String,
    /// The unit as then.
    pub unit: Option<String>,
    /// What was done.
    pub action: Action,
    /// To what.
    pub documents: Vec<LogDocument>,
    /// Description of disclosed data.
    pub disclosed: Vec<String>,
    /// In which case.
    pub case: Option<String>,
    /// For which purpose.
    pub purpose: Option<String>,
    /// On what ground.
    pub basis: Basis,
    /// To whom, when disclosed.
    pub receiver: Option<Party>,
    /// Whether it was done, or denied.
    pub done: bool,
}

/// No personal data: a line may be printed in an error of ours.
impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").field("row", &self.row).field("action", &self.action).finish_non_exhaustive()
    }
}

/// The reply's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Newest first.
    pub lines: Vec<Line>,
    /// The time before which nothing was looked at, for want of a special reason.
    pub older_left_out: Option<Timestamp>,
}

/// Collects a client's rows; the reading itself is in the log before they are given. `event` says who reads, for whom the
/// caller answers: a controller reads its own register only (703/2023 § 78).
///
/// # Errors
/// See [`RequestError`].
pub async fn of_client(app: &App, request: &Request<'_>, mut event: Event) -> Result<Report, RequestError> {
    let reason = request.special_reason.map(str::trim);
    if reason.is_some_and(|reason| reason.chars().count() < REASON_CHARACTERS_MIN) {
        return Err(RequestError::Reason);
    }
    let limit = two_years_before(app.clock.now());
    let asked_for_older = request.from.is_none_or(|from| from < limit);
    let left_out = reason.is_none() && asked_for_older && !sabotage::active(Fault::OldLogWithoutReason);
    let from = if left_out { Some(limit) } else { request.from };
    let lines = lines(app, request, from).await?;
    event.action = Action::ReadLog;
    event.register = Some(request.register.as_str().to_owned());
    event.clients = vec![log_client(request.client)];
    event.reason = reason.map(|text| Reason { code: REASON_CODE.to_owned(), text: Some(text.to_owned()) });
    event.count = u32::try_from(lines.len()).unwrap_or(u32::MAX);
    event.outcome = Outcome::Done;
    app.writer
        .record(Record { event, rests: Vec::new(), nonce: None })
        .await
        .map_err(|_: Denial| RequestError::NotLogged)?;
    Ok(Report { lines, older_left_out: left_out.then_some(limit) })
}

fn two_years_before(now: Timestamp) -> Timestamp {
    let then = now.to_zoned(TimeZone::UTC).checked_sub(YEARS_WITHOUT_REASON.years());
    then.map_or(Timestamp::UNIX_EPOCH, |then| then.timestamp())
}

/// The client's rows, found by their blind index: time does not grow with the log.
async fn lines(app: &App, request: &Request<'_>, from: Option<Timestamp>) -> Result<Vec<Line>, StoreError> {
    let register = request.register.as_str();
    let index = app.vault.blind_index(register, request.client.extension());
    let since = from.map_or(i64::MIN, Timestamp::as_microsecond);
    let (mut lines, mut next) = (Vec::new(), 0);
    let mut tx = app.db.read().await?;
    loop {
        let whose = Whose::ClientSince(&index, since);
        let page = store::log::rows(&mut tx, &app.vault, register, whose, next, MAX_PAGE).await?;
        let Some((last, _)) = page.last() else { break };
        next = last + 1;
        let whole = page.len() == MAX_PAGE as usize;
        // The index knows the code only: another system may have given the same one to somebody else.
        let own = |row: &LogRow| row.client.as_ref().is_some_and(|client| client.root == request.client.root());
        let wanted = page.into_iter().filter(|(_, row)| own(row) && request.to.is_none_or(|to| row.at < to));
        lines.extend(wanted.map(|(seq, row)| line(seq, row)));
        if !whole {
            break;
        }
    }
    tx.rollback().await?;
    lines.sort_by_key(|line| std::cmp::Reverse((line.at, line.row)));
    Ok(lines)
}

fn line(row_number: u64, row: LogRow) -> Line {
    Line {
        row: row_number,
        at: row.at,
        who: row.actor.name,
        role: row.actor.role,
        duty: row.actor.duty,
        organisation: row.organisation_name.unwrap_or(row.organisation),
        unit: row.unit_name.or(row.unit),
        action: row.action,
        documents: row.documents,
        disclosed: row.disclosed,
        case: row.case,
        purpose: row.purpose,
        basis: row.basis,
        receiver: row.receiver,
        done: matches!(row.outcome, Outcome::Done | Outcome::Repeated),
    }
}
