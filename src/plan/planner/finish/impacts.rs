//! What each decision does to a running system.

use crate::{
    plan::Action,
    planner::{Planner, results::Decided},
};
use infra_model::{
    address::Mode,
    kind::{Impact, ImpactOf, ImpactSort},
    text::Text,
};

impl Planner {
    /// Notes the impacts of all decisions, what is lost with them included.
    pub(super) fn add_impacts(&mut self) {
        let mut all = Vec::with_capacity(self.results.decided.len());
        for decided in &self.results.decided {
            all.push(self.impacts(decided));
        }
        for (decided, impacts) in self.results.decided.iter_mut().zip(all) {
            decided.change.impacts = impacts;
        }
    }

    fn impacts(&self, decided: &Decided) -> Vec<Impact> {
        let change = &decided.change;
        let effect = match change.action {
            Action::Create | Action::Update | Action::Replace | Action::Delete => true,
            Action::NoOp | Action::Read | Action::Adopt | Action::Forget => false,
        };
        let Some(kind) = self.input.kinds.of(&change.address) else {
            return Vec::new();
        };
        if !effect {
            return Vec::new();
        }
        let facts = self.links.facts(&change.provider);
        let mut impacts = kind.impact(&ImpactOf {
            prior: change.prior.as_ref(),
            planned: change.planned.as_ref(),
            replace: change.action == Action::Replace,
            facts: &facts,
        });
        let destroys = matches!(change.action, Action::Replace | Action::Delete);
        if destroys && kind.holds_data() && !has_data_loss(&impacts) {
            impacts.push(Impact {
                sort: ImpactSort::DataLoss,
                text: Text::from("its data is destroyed"),
            });
        }
        for lost in self.results.lost.iter().filter(|lost| lost.with == change.address) {
            let holds =
                self.input.kinds.get(Mode::Managed, &lost.kind).is_some_and(|k| k.holds_data());
            let sort = if holds { ImpactSort::DataLoss } else { ImpactSort::Downtime };
            let text = format!("`{}` is lost with it", lost.address);
            impacts.push(Impact { sort, text: text.into() });
        }
        impacts.sort();
        impacts.dedup();
        impacts
    }
}

fn has_data_loss(impacts: &[Impact]) -> bool {
    impacts.iter().any(|impact| impact.sort == ImpactSort::DataLoss)
}
