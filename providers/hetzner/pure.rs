//! The pure half of a type: its schema, and hooks where the schema does not say all.

use crate::{adopted, rules};
use infra_model::{
    address::{KindName, Mode},
    cost::Cost,
    diagnostic::Diagnostics,
    kind::{FactKey, Facts, Find, Impact, ImpactOf, Kind},
    path::Path,
    schema::{Block, Proposal, Schema, propose},
    value::Value,
};
use std::sync::Arc;

/// Judges a desired value.
pub(crate) type Validate = fn(&Value, &Facts) -> Diagnostics;
/// Judges the change from what is there to a desired value.
pub(crate) type Judge = fn(Option<&Value>, &Value, &Facts) -> Diagnostics;
/// Plans.
pub(crate) type Planned = fn(&Schema, Option<&Value>, &Value, &Facts) -> Proposal;
/// Names facts.
pub(crate) type Asks = fn(Option<&Value>, &Value) -> Vec<FactKey>;
/// Tells consequences.
pub(crate) type Tells = fn(&ImpactOf<'_>) -> Vec<Impact>;

/// Tells what an object costs.
pub(crate) type Costs = fn(&Value, &Facts) -> Option<Cost>;

/// A kind of this provider.
pub(crate) struct Pure {
    name: KindName,
    schema: Schema,
    find: Find,
    holds_data: bool,
    batch_max: usize,
    validate: Vec<Validate>,
    judge: Vec<Judge>,
    planned: Planned,
    facts: Vec<Asks>,
    impact: Vec<Tells>,
    cost: Option<Costs>,
}

impl Pure {
    /// Returns a resource type whose lost creates are found by the token in a label.
    pub(crate) fn of(name: &'static str, block: Block) -> Self {
        Self {
            name: KindName(name.into()),
            schema: Schema { version: 0, block },
            find: Find::Token,
            holds_data: false,
            batch_max: 1,
            validate: vec![rules::labels],
            judge: Vec::new(),
            planned: |schema, prior, desired, _| propose(schema, prior, desired),
            facts: Vec::new(),
            impact: Vec::new(),
            cost: None,
        }
    }

    /// Says that these attributes identify an object, which has no labels.
    pub(crate) fn keyed_by(mut self, attributes: &[&str]) -> Self {
        self.find = Find::NaturalKey(attributes.iter().map(|a| Path::attribute(*a)).collect());
        self
    }

    /// Says that objects hold data.
    pub(crate) fn holding_data(mut self) -> Self {
        self.holds_data = true;
        self
    }

    /// Says how many steps are carried out at once.
    pub(crate) fn batches_of(mut self, steps: usize) -> Self {
        self.batch_max = steps;
        self
    }

    /// Adds a judgement of desired values.
    pub(crate) fn judged_by(mut self, validate: Validate) -> Self {
        self.validate.push(validate);
        self
    }

    /// Adds a judgement of the change from what is there.
    pub(crate) fn judged_with(mut self, judge: Judge) -> Self {
        self.judge.push(judge);
        self
    }

    /// Says how it is planned.
    pub(crate) fn planned_by(mut self, planned: Planned) -> Self {
        self.planned = planned;
        self
    }

    /// Adds facts that the hooks look up.
    pub(crate) fn asking(mut self, facts: Asks) -> Self {
        self.facts.push(facts);
        self
    }

    /// Adds consequences.
    pub(crate) fn telling(mut self, impact: Tells) -> Self {
        self.impact.push(impact);
        self
    }

    /// Says what objects cost, by these prices.
    pub(crate) fn costing(mut self, prices: Asks, cost: Costs) -> Self {
        self.cost = Some(cost);
        self.asking(prices)
    }

    /// Returns it as the planner holds it.
    pub(crate) fn shared(self) -> Arc<dyn Kind> {
        Arc::new(self)
    }
}

impl Kind for Pure {
    fn name(&self) -> &KindName {
        &self.name
    }

    fn mode(&self) -> Mode {
        Mode::Managed
    }

    fn schema(&self) -> &Schema {
        &self.schema
    }

    fn find(&self) -> Find {
        self.find.clone()
    }

    fn batch_max(&self) -> usize {
        self.batch_max
    }

    fn holds_data(&self) -> bool {
        self.holds_data
    }

    fn facts(&self, prior: Option<&Value>, desired: &Value) -> Vec<FactKey> {
        let mut keys: Vec<FactKey> =
            self.facts.iter().flat_map(|facts| facts(prior, desired)).collect();
        keys.sort();
        keys.dedup();
        keys
    }

    fn validate(&self, desired: &Value, facts: &Facts) -> Diagnostics {
        self.validate.iter().flat_map(|validate| validate(desired, facts)).collect()
    }

    fn judge(&self, prior: Option<&Value>, desired: &Value, facts: &Facts) -> Diagnostics {
        self.judge.iter().flat_map(|judge| judge(prior, desired, facts)).collect()
    }

    fn planned(&self, prior: Option<&Value>, desired: &Value, facts: &Facts) -> Proposal {
        (self.planned)(&self.schema, prior, desired, facts)
    }

    fn adopted(&self, value: Value) -> Value {
        adopted::value(&self.schema.block, &value)
    }

    fn is_priced(&self) -> bool {
        self.cost.is_some()
    }

    fn cost(&self, value: &Value, facts: &Facts) -> Option<Cost> {
        self.cost.and_then(|cost| cost(value, facts))
    }

    fn impact(&self, change: &ImpactOf<'_>) -> Vec<Impact> {
        self.impact.iter().flat_map(|impact| impact(change)).collect()
    }
}
