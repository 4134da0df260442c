//! What each decision costs a month, before and after.

use crate::{
    cost::{self, CostChange},
    plan::Action,
    planner::{Planner, results::Decided},
};
use infra_model::{
    address::{Address, Mode},
    cost::Cost,
    kind::{Facts, Kind},
    value::Value,
};

/// The price of one side of a change.
enum Price {
    /// There is nothing that could cost anything, or nothing of the kind does.
    None,
    Told(Cost),
    /// It cannot be told.
    Untold,
}

impl Planner {
    /// Notes the costs of all decisions, no-ops included, and the impacts of those that change them.
    pub(super) fn add_costs(&mut self) {
        let mut all = Vec::with_capacity(self.results.decided.len());
        for decided in &self.results.decided {
            all.push(self.cost(decided));
        }
        for (decided, cost) in self.results.decided.iter_mut().zip(all) {
            let Some(cost) = cost else { continue };
            decided.change.impacts.extend(cost::impact(&cost));
            decided.change.impacts.sort();
            decided.change.cost = Some(Box::new(cost));
        }
    }

    /// Returns what has a price that cannot be told, what is deferred included.
    pub(super) fn unpriced(&self) -> Vec<Address> {
        let untold = |decided: &Decided| decided.change.cost.as_ref().is_some_and(|c| c.untold);
        let decided = self.results.decided.iter().filter(|d| untold(d)).map(|d| &d.change.address);
        let has_price = |address: &&Address| {
            let kind = self.input.kinds.of(address);
            address.mode == Mode::Managed && kind.is_some_and(|kind| kind.is_priced())
        };
        let deferred = self.results.deferred.iter().map(|d| &d.address).filter(has_price);
        let mut all: Vec<Address> = decided.chain(deferred).cloned().collect();
        all.sort();
        all.dedup();
        all
    }

    fn cost(&self, decided: &Decided) -> Option<CostChange> {
        let change = &decided.change;
        if change.address.mode != Mode::Managed {
            return None;
        }
        let kind = self.input.kinds.of(&change.address)?;
        let old_provider = decided.old_provider.as_ref().unwrap_or(&change.provider);
        let before = price(&*kind, change.prior.as_ref(), &self.links.facts(old_provider));
        // What leaves the record goes on to cost what it costs.
        let stays = change.action == Action::Forget;
        let planned = if stays { change.prior.as_ref() } else { change.planned.as_ref() };
        let after = price(&*kind, planned, &self.links.facts(&change.provider));
        if matches!((&before, &after), (Price::None, Price::None)) {
            return None;
        }
        let untold = matches!(before, Price::Untold) || matches!(after, Price::Untold);
        Some(CostChange { before: told(before), after: told(after), untold })
    }
}

fn price(kind: &dyn Kind, value: Option<&Value>, facts: &Facts) -> Price {
    let Some(value) = value else { return Price::None };
    match kind.cost(value, facts) {
        Some(cost) => Price::Told(cost),
        None if kind.is_priced() => Price::Untold,
        None => Price::None,
    }
}

fn told(price: Price) -> Option<Cost> {
    match price {
        Price::Told(cost) => Some(cost),
        Price::None | Price::Untold => None,
    }
}
