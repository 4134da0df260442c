//! The audit: may this plan be carried out? Shares no code with the planner, and trusts it in
//! nothing; runs on every plan, and again when one is loaded.

use crate::plan::{Action, Change, Plan, PlanMode, Step, StepId, Work};
use infra_model::{
    address::{Address, InstanceKey, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    snapshot::Snapshot,
    value::{Marks, Value},
};
use std::collections::{BTreeMap, BTreeSet};

mod reach;

/// Returns everything that stands against a plan over the snapshot it was made from.
///
/// Each finding is a fault of the planner or of a plan file, not of the configuration.
pub fn audit(plan: &Plan, snapshot: &Snapshot) -> Diagnostics {
    let mut audit = Audit { plan, snapshot, findings: Vec::new() };
    audit.identity();
    audit.numbers();
    audit.actions();
    audit.protection();
    audit.preconditions();
    audit.producers();
    audit.order();
    audit.secrets();
    audit.findings
}

struct Audit<'a> {
    plan: &'a Plan,
    snapshot: &'a Snapshot,
    findings: Diagnostics,
}

impl Audit<'_> {
    fn finding(&mut self, code: &'static str, summary: String) {
        let found = Diagnostic::error(code, summary)
            .detail(
                "The plan does not pass its audit, so nothing of it is carried out. This is a bug.",
            )
            .help("Report it, if you can with the configuration and the state.");
        self.findings.push(found);
    }

    /// The plan belongs to this state.
    fn identity(&mut self) {
        if self.plan.lineage != self.snapshot.lineage {
            self.finding("infra::plan::audit_lineage", "The plan belongs to another state".into());
        }
    }

    /// Steps have distinct numbers and wait only for steps of this plan; some order exists.
    fn numbers(&mut self) {
        let ids: BTreeSet<StepId> = self.plan.steps.iter().map(|step| step.id).collect();
        let known = |step: &Step| step.after.iter().all(|after| ids.contains(after));
        if ids.len() != self.plan.steps.len() || !self.plan.steps.iter().all(known) {
            self.finding("infra::plan::audit_steps", "The steps are not numbered properly".into());
        }
        if reach::has_cycle(&self.plan.steps) {
            self.finding(
                "infra::plan::audit_cycle",
                "The steps wait for each other in a circle".into(),
            );
        }
    }

    /// Each change has exactly the steps that its action calls for.
    fn actions(&mut self) {
        let mut steps: BTreeMap<(&Address, bool), Vec<&Step>> = BTreeMap::new();
        for step in self.plan.steps.iter().filter(|step| step.work != Work::Join) {
            let deletes = step.work == Work::Delete;
            steps.entry((&step.address, deletes)).or_default().push(step);
        }
        let mut wrong: Vec<String> = Vec::new();
        let mut expected: BTreeMap<(&Address, bool), usize> = BTreeMap::new();
        for change in &self.plan.changes {
            if !self.is_legal(change) {
                wrong.push(format!("`{}` has an action that it cannot have", change.address));
            }
            let (makes, deletes) = match change.action {
                Action::Create | Action::Update | Action::Read => (1, 0),
                Action::Replace => (1, 1),
                Action::Delete => (0, 1),
                Action::NoOp | Action::Adopt | Action::Forget => (0, 0),
            };
            let on_demand = change.address.mode == Mode::Ephemeral;
            let there = steps.get(&(&change.address, false)).map_or(0, Vec::len);
            *expected.entry((&change.address, false)).or_default() +=
                if on_demand { makes.min(there) } else { makes };
            *expected.entry((&change.address, true)).or_default() += deletes;
        }
        for (key, count) in &expected {
            if steps.get(key).map_or(0, Vec::len) != *count {
                wrong.push(format!("`{}` has not the steps that its action needs", key.0));
            }
        }
        for key in steps.keys().filter(|key| !expected.contains_key(*key)) {
            wrong.push(format!("`{}` has a step and no change", key.0));
        }
        for text in wrong {
            self.finding("infra::plan::audit_actions", text);
        }
    }

    fn is_legal(&self, change: &Change) -> bool {
        let managed = change.address.mode == Mode::Managed;
        let mode = match self.plan.mode {
            PlanMode::Normal => true,
            PlanMode::Destroy => {
                let opens = change.address.mode == Mode::Ephemeral && change.action == Action::Read;
                opens || matches!(change.action, Action::Delete | Action::NoOp)
            }
            PlanMode::RefreshOnly => matches!(change.action, Action::NoOp | Action::Read),
        };
        let shape = match change.action {
            Action::Create => managed && change.planned.is_some(),
            Action::Update | Action::Replace => {
                managed && change.prior.is_some() && change.planned.is_some()
            }
            Action::Delete | Action::Forget => managed && change.planned.is_none(),
            Action::Read => !managed,
            Action::Adopt => managed,
            Action::NoOp => true,
        };
        let deposed = change.deposed.is_none() || change.action == Action::Delete;
        let single = change.address.key != InstanceKey::Any;
        mode && shape && deposed && single
    }

    /// Nothing protected by its record is destroyed.
    fn protection(&mut self) {
        let mut broken = Vec::new();
        for change in &self.plan.changes {
            let destroys = matches!(change.action, Action::Delete | Action::Replace);
            if !destroys || change.deposed.is_some() {
                continue;
            }
            let recorded_at = change.moved_from.as_ref().unwrap_or(&change.address);
            if self.snapshot.current(recorded_at).is_some_and(|object| object.prevent_destroy) {
                broken.push(change.address.to_string());
            }
        }
        for lost in &self.plan.lost {
            if self.snapshot.current(&lost.address).is_some_and(|object| object.prevent_destroy) {
                broken.push(lost.address.to_string());
            }
        }
        for address in broken {
            let text = format!("`{address}` is protected and would be destroyed");
            self.finding("infra::plan::audit_protection", text);
        }
    }

    /// Every object that is touched has fingerprints to compare it with.
    fn preconditions(&mut self) {
        let mut missing = Vec::new();
        for change in &self.plan.changes {
            let touches =
                matches!(change.action, Action::Update | Action::Replace | Action::Delete);
            let imported = change.importing.is_some();
            let recorded_at = change.moved_from.as_ref().unwrap_or(&change.address);
            let recorded =
                self.snapshot.instance(recorded_at).is_some_and(|i| !i.objects.is_empty());
            if touches && recorded && !imported && change.digest.is_none() {
                missing.push(change.address.to_string());
            }
        }
        for address in missing {
            let text = format!("`{address}` is touched without a fingerprint");
            self.finding("infra::plan::audit_preconditions", text);
        }
    }

    /// A value that is not known has a step that will make it known.
    fn producers(&mut self) {
        let unknown = |value: &Option<Value>| value.as_ref().is_some_and(|v| !v.is_wholly_known());
        let mut without = Vec::new();
        for change in &self.plan.changes {
            let makes = matches!(
                change.action,
                Action::Create | Action::Update | Action::Replace | Action::Read
            );
            if unknown(&change.planned) && !makes {
                without.push(change.address.to_string());
            }
        }
        if self.plan.values.iter().any(|(_, value)| !value.is_wholly_known()) {
            without.push("a value that is final".to_owned());
        }
        for name in without {
            let text = format!("`{name}` is not known and nothing makes it known");
            self.finding("infra::plan::audit_producers", text);
        }
    }

    /// What is made comes after what it needs; what is destroyed, after what was made from it.
    fn order(&mut self) {
        for text in reach::misplaced(self.plan, self.snapshot) {
            self.finding("infra::plan::audit_order", text);
        }
    }

    /// Nothing ephemeral with a value stands in the plan.
    fn secrets(&mut self) {
        let mut clear = Vec::new();
        for change in &self.plan.changes {
            let values = [&change.prior, &change.planned];
            if values.into_iter().flatten().any(shows_ephemeral) {
                clear.push(change.address.to_string());
            }
        }
        let values = self.plan.values.iter().filter(|(_, value)| shows_ephemeral(value));
        clear.extend(values.map(|(address, _)| address.to_string()));
        let configs = self.plan.configs.iter().filter(|(_, config)| shows_ephemeral(config));
        clear.extend(configs.map(|(provider, _)| provider.to_string()));
        for address in clear {
            let text = format!("`{address}` shows an ephemeral value");
            self.finding("infra::plan::audit_secrets", text);
        }
    }
}

fn shows_ephemeral(value: &Value) -> bool {
    if !value.deep_marks().contains(Marks::EPHEMERAL) {
        return false;
    }
    let mut shows = false;
    value.visit(&mut |_, part| {
        let hidden = part.is_null() || !part.is_known();
        shows |= part.marks().contains(Marks::EPHEMERAL) && !hidden;
        true
    });
    shows
}
