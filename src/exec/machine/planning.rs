//! Driving the planner, alone or beside a running plan.

use super::{Machine, asks::Asker};
use crate::report::Report;
use infra_model::{ask::Question, diagnostic};
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
                    if let Question::Refresh(_, objects) = &ask.question {
                        let addresses = objects.iter().map(|o| o.address.clone()).collect();
                        self.report(Report::Refreshing(addresses));
                    }
                    let mut asker = Asker::Planner(id);
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
