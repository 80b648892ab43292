//! Retention: holds, lists, two approvers, and what is gone (FR-85, FR-86).

use super::{
    kinds::Kind,
    player::{CONTROLLERS, Outcome, Player},
    state::Case,
};
use archive::{
    log::Event,
    retention::{self, HoldReason, Official, RetentionError, holds},
};
use records::refusal::Refusal;
use std::collections::HashSet;
use store::log::Action;

fn official(id: &str, controller: &str) -> Official {
    Official { id: id.to_owned(), controller: controller.to_owned() }
}

fn refused<T>(outcome: Result<T, RetentionError>) -> Result<T, Refusal> {
    outcome.map_err(|error| match error {
        RetentionError::Refused(refusal) => refusal,
        other => panic!("{other}"),
    })
}

impl Player<'_> {
    /// A hold on a case or a set of it, or the release of one. Another register's official places none.
    pub(super) async fn hold(&mut self) -> Outcome {
        let (app, by) = (self.world.app.clone(), "arkisto-1");
        let mut held: Vec<_> = self.state.holds.iter().cloned().collect();
        held.sort();
        if !held.is_empty() && self.rng.one_in(2) {
            let (controller, target) = held.swap_remove(self.rng.below(held.len()));
            holds::release(&app, &target, &official(by, controller)).await.map_err(|error| error.to_string())?;
            self.state.holds.remove(&(controller, target));
            return self.acted(Kind::Hold, Ok(()), true, 0).await;
        }
        let index = self.a_case();
        let case = &self.state.cases[index];
        let register = case.controller;
        let mut targets = self.state.papers_of(index);
        targets.push(case.oid.as_str().to_owned());
        let target = targets[self.rng.below(targets.len())].clone();
        let controller = CONTROLLERS[self.rng.below(CONTROLLERS.len())].0;
        let controller = if self.rng.one_in(4) { controller } else { register };
        let placed = holds::place(&app, &target, HoldReason::Appeal, &official(by, controller)).await;
        let allowed = controller == register;
        if allowed {
            self.state.holds.insert((controller, target));
        }
        // A second hold on the same target at the same instant is one hold.
        self.days()?;
        self.acted(Kind::Hold, refused(placed), allowed, 0).await
    }

    /// An official's act, judged like a message.
    async fn acted<T>(&mut self, kind: Kind, done: Result<T, Refusal>, allowed: bool, logged: i64) -> Outcome {
        let code = done.map_or_else(|refusal| refusal.code().to_owned(), |_| "AA".to_owned());
        self.told_with(kind, &code, allowed, logged).await
    }

    /// A list is made, two persons approve it, and it is carried out; on the way somebody tries too early, one person
    /// approves twice, a hold is placed, or a listed case is opened again.
    pub(super) async fn dispose(&mut self) -> Outcome {
        if self.rng.one_in(2) {
            self.leap()?;
        }
        let today = self.today();
        let due = |controller: &&'static str| !self.state.disposable(controller, today).is_empty();
        let with_something: Vec<&str> = CONTROLLERS.iter().map(|(oid, _)| *oid).filter(due).collect();
        let any = CONTROLLERS[self.rng.below(CONTROLLERS.len())].0;
        let controller = with_something.first().copied().unwrap_or(any);
        let app = self.world.app.clone();
        let (first, second) = (official("arkisto-1", controller), official("arkisto-2", controller));
        let run = retention::plan(&app, &first).await.map_err(|error| error.to_string())?.run;
        let listed = self.listed(controller, &run).await?;
        if self.rng.one_in(4) {
            self.carried_out(controller, &run, None).await?;
        }
        self.acted(Kind::Dispose, refused(retention::approve(&app, &run, &first).await), true, 0).await?;
        if self.rng.one_in(3) {
            self.acted(Kind::Dispose, refused(retention::approve(&app, &run, &first).await), false, 0).await?;
            self.carried_out(controller, &run, None).await?;
        }
        self.acted(Kind::Dispose, refused(retention::approve(&app, &run, &second).await), true, 0).await?;
        self.disturb(controller, &listed).await?;
        self.carried_out(controller, &run, Some(listed)).await
    }

    /// What the list shows, which must be what the model says. Gives what is not held.
    async fn listed(&mut self, controller: &'static str, run: &str) -> Result<Vec<String>, String> {
        let items = retention::items(&self.world.app, controller, run).await.map_err(|error| error.to_string())?;
        let mut shown: Vec<(String, bool)> = items.into_iter().map(|item| (item.set, item.state == "locked")).collect();
        shown.sort();
        let right = self.state.disposable(controller, self.today());
        if shown != right {
            let now = self.today();
            return Err(format!("FR-85: on {now} {controller} lists {shown:?} instead of {right:?}"));
        }
        Ok(shown.into_iter().filter(|(_, held)| !held).map(|(set, _)| set).collect())
    }

    /// After both have approved: a hold on something listed, or a case of the list opened again.
    async fn disturb(&mut self, controller: &'static str, listed: &[String]) -> Outcome {
        if listed.is_empty() {
            return Ok(());
        }
        match self.rng.below(4) {
            0 => {
                let target = listed[self.rng.below(listed.len())].clone();
                let by = official("arkisto-2", controller);
                let placed = holds::place(&self.world.app, &target, HoldReason::LogInvestigation, &by).await;
                self.state.holds.insert((controller, target));
                self.acted(Kind::Hold, refused(placed), true, 0).await
            }
            1 => {
                let due = |case: &Case| listed.iter().any(|set| set == case.document.header.set_id.as_str());
                match self.state.cases.iter().position(due) {
                    Some(index) => self.turn_case(index, false).await,
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Carries a run out. `listed` is none where two have not approved it.
    async fn carried_out(&mut self, controller: &'static str, run: &str, listed: Option<Vec<String>>) -> Outcome {
        let by = official("arkisto-1", controller);
        let event = Event::of_connection(controller, Action::Dispose);
        let done = refused(retention::execute(&self.world.app, run, &by, &event).await);
        let Some(listed) = listed else { return self.acted(Kind::Dispose, done, false, 0).await };
        let today = self.today();
        // Sets that are due and listed come to the writer, at most a hundred at a time, each time with a row.
        let due = self.state.disposable(controller, today);
        let tried = due.iter().filter(|(set, _)| listed.contains(set)).count();
        let gone = self.state.goes(controller, &listed, today);
        let disposed = done.as_ref().map_or(0, |outcome| outcome.disposed);
        self.acted(Kind::Dispose, done, true, i64::try_from(tried.div_ceil(100)).unwrap()).await?;
        if disposed != gone.len() {
            return Err(format!("FR-86: {disposed} sets were disposed of instead of {}: {gone:?}", gone.len()));
        }
        self.state.dispose(&gone);
        self.watch.disposed(&gone);
        self.nothing_is_left(&gone).await
    }

    /// The record stays and the rows are gone.
    async fn nothing_is_left(&self, gone: &HashSet<String>) -> Outcome {
        let mut tx = self.world.app.db.read().await.unwrap();
        for set in gone {
            for (sql, some) in [
                ("SELECT COUNT(*) FROM documents WHERE set_oid = $1", false),
                ("SELECT COUNT(*) FROM disposals WHERE set_oid = $1", true),
            ] {
                let rows: i64 = sqlx::query_scalar(sql).bind(set.clone()).fetch_one(&mut *tx).await.unwrap();
                if (rows > 0) != some {
                    return Err(format!("FR-86: {set} was disposed of: {rows} of {sql}"));
                }
            }
        }
        Ok(())
    }
}
