//! Which ask was for whom: the planner numbers its own asks, the machine numbers them all.

use super::Machine;
use crate::{
    event::Effect,
    report::{Refreshed, Report},
};
use infra_model::{
    address::{Address, ProviderAddress},
    ask::{Answer, Ask, AskId, Question},
    journal::Time,
};
use std::collections::BTreeMap;

/// Who is waiting for an answer.
#[derive(Clone, Debug)]
pub(super) enum Asker {
    /// The planner, under its own number.
    Planner(AskId),
    /// The planner, to have objects refreshed: its number, and which.
    PlannerRefresh(AskId, Vec<Refreshed>),
    /// The planner, to have an ephemeral resource opened: its number, since when, and what.
    PlannerOpen(AskId, Time, Box<(Address, ProviderAddress)>),
    /// The planner, to have a data source read: its number, since when, what, and whether its
    /// configuration is secret.
    PlannerRead(AskId, Time, Box<(Address, bool)>),
    /// What is to be renewed.
    Renew(Address),
    /// What is to be closed.
    Close(Address),
    /// The run, to have a provider connected.
    Provider(ProviderAddress),
    /// A step that reads a data source.
    Read(usize),
    /// A step that creates, to know whether its natural key is free.
    Absence(usize),
    /// A step whose call may or may not have happened.
    Lookup(usize),
    /// The look at what the plan touches; places in the list of what is looked at.
    Check(Vec<usize>),
}

/// All asks under way.
#[derive(Debug, Default)]
pub(super) struct Asks {
    next: u32,
    waiting: BTreeMap<AskId, Asker>,
    /// Answers for the planner, until it is stepped.
    pub(super) for_planner: Vec<(AskId, Answer)>,
}

impl Asks {
    /// Returns whether the planner waits for an answer.
    pub(super) fn planner_waits(&self) -> bool {
        let planner = |asker: &Asker| {
            matches!(
                asker,
                Asker::Planner(_)
                    | Asker::PlannerRefresh(..)
                    | Asker::PlannerOpen(..)
                    | Asker::PlannerRead(..)
            )
        };
        self.waiting.values().any(planner)
    }
}

impl Machine {
    /// Sends an ask and remembers who wants to know.
    pub(super) fn ask(&mut self, asker: Asker, provider: ProviderAddress, question: Question) {
        let id = AskId(self.asks.next);
        self.asks.next += 1;
        self.asks.waiting.insert(id, asker);
        self.effects.push(Effect::Ask(id, Ask { provider, question }));
    }

    pub(super) fn take_answer(&mut self, id: AskId, answer: Answer) {
        match self.asks.waiting.remove(&id) {
            Some(Asker::Planner(own)) => self.asks.for_planner.push((own, answer)),
            Some(Asker::PlannerRefresh(own, objects)) => {
                self.report(Report::Refreshed(objects));
                self.asks.for_planner.push((own, answer));
            }
            Some(Asker::PlannerOpen(own, began, what)) => {
                self.opened_for_planner((&what.0, &what.1), began, &answer);
                self.asks.for_planner.push((own, answer));
            }
            Some(Asker::PlannerRead(own, began, what)) => {
                self.read_for_planner(*what, began, &answer);
                self.asks.for_planner.push((own, answer));
            }
            Some(Asker::Renew(address)) => self.take_renewed(&address, answer),
            Some(Asker::Close(address)) => self.take_closed(&address, answer),
            Some(Asker::Provider(provider)) => self.take_connected(&provider, answer),
            Some(Asker::Read(step)) => self.take_read(step, answer),
            Some(Asker::Absence(step)) => self.take_absence(step, answer),
            Some(Asker::Lookup(step)) => self.take_lookup(step, answer),
            Some(Asker::Check(places)) => self.take_check(&places, answer),
            // An answer to something nobody asked: the driver's bug, harmless.
            None => debug_assert!(false, "an answer that nobody waits for"),
        }
    }
}
