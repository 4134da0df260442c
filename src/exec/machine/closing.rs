//! After the last step: outputs and checks with everything final.

use super::{Machine, commit::Then, run::Phase};
use infra_model::{
    address::Address,
    journal::Record,
    program::{Conditioned, NodeId, NodeSort},
    snapshot::{Check, CheckStatus, Output},
    text::Text,
};
use infra_plan::plan::PlanMode;
use std::collections::BTreeMap;

impl Machine {
    /// Hands outputs and check results to the journal.
    pub(super) fn close(&mut self) {
        self.set_phase(Phase::Closing);
        if !self.commit.broken && !self.aborted {
            let outputs = self.final_outputs();
            if outputs != self.snapshot().outputs {
                self.commit.push(Record::Outputs(outputs));
            }
            let checks = self.final_checks();
            if checks != self.snapshot().checks {
                self.commit.push(Record::Checked(checks));
            }
        }
        self.commit.then(Then::Closed);
    }

    /// Returns the outputs as they are now; one that is not known keeps its recorded value.
    fn final_outputs(&mut self) -> BTreeMap<Text, Output> {
        let Some(run) = self.run.as_ref() else { return BTreeMap::new() };
        let whole = run.counts.failed == 0 && run.counts.skipped == 0;
        match run.plan.mode {
            PlanMode::Destroy if whole && !run.plan.partial => return BTreeMap::new(),
            PlanMode::Destroy => return self.snapshot().outputs.clone(),
            PlanMode::Normal | PlanMode::RefreshOnly => {}
        }
        let (values, diagnostics) = self.program.outputs(&mut self.known);
        if whole {
            self.diagnostics.extend(diagnostics);
        }
        let recorded = self.snapshot().outputs.clone();
        values
            .into_iter()
            // One that is null is none, as in Terraform.
            .filter(|(_, value)| !value.is_null())
            .filter_map(|(name, value)| {
                if value.is_wholly_known() {
                    return Some((name, Output { value }));
                }
                recorded.get(&name).cloned().map(|output| (name, output))
            })
            .collect()
    }

    /// Returns the results of the plan, those that could not be told then as they are now.
    fn final_checks(&mut self) -> BTreeMap<Text, Check> {
        let Some(run) = self.run.as_ref() else { return BTreeMap::new() };
        if run.plan.mode == PlanMode::Destroy {
            return BTreeMap::new();
        }
        let mut all = run.plan.checks.clone();
        if run.counts.failed == 0 && run.counts.skipped == 0 {
            // Of an instance, one that did not hold would have failed its step.
            let open = all.iter_mut().filter(|(_, check)| check.status == CheckStatus::Unknown);
            // What targets leave out was not looked at.
            let was_planned = |name: &Text| {
                let address = name.parse::<Address>().ok();
                address.is_some_and(|address| run.changes.contains_key(&address))
            };
            let open = open.filter(|(name, _)| !run.plan.partial || was_planned(name));
            open.for_each(|(_, check)| check.status = CheckStatus::Pass);
        }
        let nodes: Vec<NodeId> = (0u32..)
            .zip(self.program.nodes())
            .filter(|(_, node)| matches!(node.sort, NodeSort::Check | NodeSort::Output))
            .map(|(at, _)| NodeId(at))
            .collect();
        for node in nodes {
            let of = Conditioned::Node(node);
            let (checks, mut diagnostics) = self.program.conditions(&of, None, &mut self.known);
            // What is not known now was told when it was planned.
            diagnostics.retain(|found| found.code != "infra::lang::check_unknown");
            self.diagnostics.extend(diagnostics);
            all.extend(checks);
        }
        all
    }
}
