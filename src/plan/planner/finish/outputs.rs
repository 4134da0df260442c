//! What the plan says of the outputs.

use crate::{
    plan::{OutputChange, PlanMode},
    planner::Planner,
};
use infra_model::{
    known::Known,
    text::Text,
    value::{Marks, Value},
};
use std::{collections::BTreeMap, sync::Arc};

impl Planner {
    /// Returns each output as recorded and as it will be.
    pub(super) fn outputs(&mut self, known: &mut Known) -> BTreeMap<Text, OutputChange> {
        let mut outputs = BTreeMap::new();
        if self.scope.is_fragment() {
            return outputs;
        }
        let prior = &self.input.snapshot.outputs;
        for (name, output) in prior {
            let prior = Some(output.value.clone());
            outputs.insert(name.clone(), OutputChange { prior, planned: None });
        }
        if self.mode() == PlanMode::Destroy {
            if self.scope.is_partial() {
                // Some of what they tell of stays.
                for change in outputs.values_mut() {
                    change.planned.clone_from(&change.prior);
                }
            }
            return outputs;
        }
        let program = Arc::clone(&self.input.program);
        let (values, diagnostics) = program.outputs(known);
        self.diagnostics.extend(diagnostics);
        let partial = self.scope.is_partial() || self.mode() == PlanMode::RefreshOnly;
        for (name, value) in values {
            let change = outputs.entry(name).or_insert(OutputChange { prior: None, planned: None });
            let kept = partial && !value.is_wholly_known();
            let same = change.prior.as_ref().is_some_and(|prior| says_the_same(prior, &value));
            change.planned = if kept || same { change.prior.clone() } else { Some(value) };
        }
        outputs.retain(|_, change| change.prior.is_some() || change.planned.is_some());
        outputs
    }
}

/// Returns whether two values of an output are the same to whoever reads it: inside a value that is
/// secret as a whole, which parts were secret before does not matter, and Terraform does not record.
fn says_the_same(prior: &Value, planned: &Value) -> bool {
    prior == planned
        || prior.marks().contains(Marks::SENSITIVE)
            && prior.marks() == planned.marks()
            && prior.clone().unmark_deep().0 == planned.clone().unmark_deep().0
}
