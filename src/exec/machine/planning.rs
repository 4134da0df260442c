//! Driving the planner, alone or beside a running plan.

use super::{Machine, asks::Asker, outcome::shown_id};
use crate::report::{Refreshed, Report, Subject};
use infra_model::{
    address::Address,
    ask::{Answer, Question, Recorded},
    diagnostic,
    journal::Time,
};
use infra_plan::{plan::Work, planner::Next};

impl Machine {
    /// Steps the planner as long as it has something to go on with.
    pub(super) fn advance_planner(&mut self) {
        let answers = std::mem::take(&mut self.asks.for_planner);
        if answers.is_empty() && self.asks.planner_waits() {
            return;
        }
        let Some(planner) = self.planner.as_mut() else { return };
        match planner.step(&mut self.known, answers) {
            Next::Asks(asks) => {
                let read = |id| self.planner.as_ref()?.reads(id).cloned();
                let readers: Vec<_> = asks.iter().map(|(id, _)| read(*id)).collect();
                for ((id, ask), reader) in asks.into_iter().zip(readers) {
                    let mut asker = Asker::Planner(id);
                    if let Question::Refresh(_, objects) = &ask.question {
                        let objects: Vec<Refreshed> =
                            objects.iter().map(|recorded| self.refreshed(recorded)).collect();
                        self.report(Report::Refreshing(objects.clone()));
                        asker = Asker::PlannerRefresh(id, objects);
                    }
                    if let (Question::ReadData(_, config), Some(address)) = (&ask.question, reader)
                    {
                        let is_secret = config.has_sensitive();
                        asker = Asker::PlannerRead(
                            id,
                            self.now,
                            Box::new((address.clone(), is_secret)),
                        );
                        let subject = address.into();
                        self.report(Report::Started { subject, work: Work::Read, id: None });
                    }
                    if let Question::Open(address, _) = &ask.question {
                        let what = Box::new((address.clone(), ask.provider.clone()));
                        asker = Asker::PlannerOpen(id, self.now, what);
                        self.opening_for_planner(&address.clone());
                    }
                    self.ask(asker, ask.provider, ask.question);
                }
            }
            Next::Done(plan, diagnostics) => {
                self.planner = None;
                self.planned_leases(&plan);
                let failed = diagnostic::has_errors(&diagnostics);
                self.diagnostics.extend(diagnostics);
                if self.run.is_some() {
                    self.take_fragment(*plan, failed);
                } else {
                    self.planned = Some(plan);
                    self.known.end_planning();
                    self.report(Report::Planned);
                }
            }
        }
    }
}

impl Machine {
    /// Tells how a read for the planner ended.
    pub(super) fn read_for_planner(
        &mut self,
        (address, is_secret): (Address, bool),
        began: Time,
        answer: &Answer,
    ) {
        let elapsed_ms = self.now.0.saturating_sub(began.0);
        let work = Work::Read;
        let Answer::Value(value, _) = answer else {
            return self.report(Report::Failed { subject: address.into(), work, elapsed_ms });
        };
        let kind = self.kinds.get(address.mode, &address.kind);
        let marked = kind.map(|kind| kind.schema().block.mark_sensitive(value.clone()));
        // It may be made of the configuration, as an address is.
        let id = shown_id(marked.as_ref().unwrap_or(value)).filter(|_| !is_secret);
        self.report(Report::Finished { subject: address.into(), work, elapsed_ms, id });
    }

    fn refreshed(&self, recorded: &Recorded) -> Refreshed {
        let Recorded { address, generation, object } = recorded;
        let planner = self.planner.as_ref();
        let is_deposed = planner.is_some_and(|planner| planner.is_deposed(address, *generation));
        let deposed = is_deposed.then_some(*generation);
        let subject = Subject { address: address.clone(), deposed };
        Refreshed { subject, id: shown_id(&object.value) }
    }
}
