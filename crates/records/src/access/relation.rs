//! The relation of a worker to a client (asiayhteys): technically verified from the worker's own register, or a special
//! reason (functional specification 3.9, 3.13; FR-50, FR-51). Search in the own register and disclosure share it.

use super::decide::require;
use super::{Actor, ClientKey, GivenReason, Ground, REASON_CHARACTERS_MIN, RelationshipFacts};
use crate::refusal::Refusal;
use crate::time::{Period, finnish_date};
use jiff::{Timestamp, ToSpan, civil::Date};

/// What the relation is read from.
pub(super) struct Relation<'a> {
    pub(super) actor: &'a Actor,
    pub(super) clients: &'a [ClientKey],
    /// Of the worker's own register.
    pub(super) relationships: &'a [RelationshipFacts],
    pub(super) assigned: bool,
    pub(super) reason: Option<&'a GivenReason>,
    pub(super) special_reason_hours: u16,
    pub(super) now: Timestamp,
    /// The day of the event that is being written, on which a row that has ended since may still have held.
    pub(super) event_day: Option<Date>,
}

impl<'a> Relation<'a> {
    /// The clients whose relationship names the worker's unit, each with its row.
    pub(super) fn rows(&self) -> impl Iterator<Item = (&'a ClientKey, Ground)> {
        let (clients, unit) = (self.clients, &self.actor.unit);
        let (today, event_day) = (finnish_date(self.now), self.event_day);
        let holds = move |period: Period| {
            period.contains(today) || event_day.is_some_and(|day| day <= today && period.contains(day))
        };
        self.relationships.iter().filter(|facts| clients.contains(&facts.client)).filter_map(move |facts| {
            let row = facts.units.iter().find(|row| row.unit == *unit && holds(row.period))?;
            Some((&facts.client, Ground::Relationship { relationship: facts.id.clone(), row: row.clone() }))
        })
    }

    /// The relation that needs no reason: a unit row, or a matter given to the worker.
    pub(super) fn verified(&self) -> Option<Ground> {
        let row = self.rows().next().map(|(_, ground)| ground);
        row.or_else(|| self.assigned.then_some(Ground::Assigned))
    }

    /// The special reason, when one has been given, for as long as it holds (FR-51).
    pub(super) fn special(&self) -> Result<Ground, Refusal> {
        let given = self.reason.ok_or(Refusal::NoContextRelation)?;
        require(self.actor.may_use_special_reason, Refusal::RoleForbidden)?;
        require(given.text_characters >= REASON_CHARACTERS_MIN, Refusal::ReasonRequired)?;
        let until = given.since.checked_add(i64::from(self.special_reason_hours).hours()).unwrap_or(Timestamp::MAX);
        require(given.since <= self.now && self.now < until, Refusal::NoContextRelation)?;
        Ok(Ground::SpecialReason { reason: given.reason, until })
    }
}
