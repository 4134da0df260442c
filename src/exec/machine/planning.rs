//! Driving the planner, alone or beside a running plan.

use super::{Machine, asks::Asker, outcome::shown_id};
use crate::report::{Refreshed, Report};
use infra_model::{
    ask::{Question, Recorded},
    diagnostic,
};
use infra_plan::planner::Next;

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
                for (id, ask) in asks {
                    let mut asker = Asker::Planner(id);
                    if let Question::Refresh(_, objects) = &ask.question {
                        let objects: Vec<Refreshed> = objects.iter().map(refreshed).collect();
                        self.report(Report::Refreshing(objects.clone()));
                        asker = Asker::PlannerRefresh(id, objects);
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

fn refreshed(recorded: &Recorded) -> Refreshed {
    Refreshed { address: recorded.address.clone(), id: shown_id(&recorded.object.value) }
}
