//! Which action makes a recorded object what is desired. Pure functions over one instance.

use crate::{
    digest, ignore,
    plan::{Action, Reason},
};
use infra_model::{
    kind::{Facts, Kind},
    path::Path,
    program::Desired,
    schema::Schema,
    value::Value,
};

/// One instance, ready to be judged.
#[derive(Clone, Copy)]
pub(super) struct Case<'a> {
    pub(super) kind: &'a dyn Kind,
    /// The recorded value after refresh.
    pub(super) prior: Option<&'a Value>,
    pub(super) tainted: bool,
    pub(super) desired: &'a Desired,
    pub(super) facts: &'a Facts,
    /// The recorded value was found again: it has no marks of any configuration.
    pub(super) adopted: bool,
    /// A replacement that no attribute forces.
    pub(super) forced: Option<Reason>,
}

/// The judgement.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    pub(super) action: Action,
    pub(super) reason: Option<Reason>,
    pub(super) planned: Value,
    /// Attributes that force a replacement.
    pub(super) replace: Vec<Path>,
}

/// Returns the action for one instance.
pub(super) fn judge(case: &Case<'_>) -> Verdict {
    let Some(prior) = case.prior else { return create(case) };
    if case.tainted {
        return replace(case, Reason::Tainted, Vec::new());
    }
    let schema = case.kind.schema();
    let ignored = &case.desired.lifecycle.ignore_changes;
    let desired = ignore::apply(ignored, schema, prior, &case.desired.value);
    let proposal = case.kind.planned(Some(prior), &desired, case.facts);
    if let Some(reason) = case.forced {
        return replace(case, reason, proposal.replace);
    }
    if !proposal.replace.is_empty() {
        return replace(case, Reason::CannotUpdate, proposal.replace);
    }
    let planned = schema.block.mark_sensitive(proposal.planned);
    let is_same =
        same(prior, &planned) && (case.adopted || marks_alike(case.kind, prior, &planned));
    let action = if is_same { Action::NoOp } else { Action::Update };
    Verdict { action, reason: None, planned, replace: Vec::new() }
}

fn create(case: &Case<'_>) -> Verdict {
    Verdict { action: Action::Create, reason: None, planned: anew(case), replace: Vec::new() }
}

/// What is configured counts for a new object, ignored or not.
fn replace(case: &Case<'_>, reason: Reason, replace: Vec<Path>) -> Verdict {
    Verdict { action: Action::Replace, reason: Some(reason), planned: anew(case), replace }
}

fn anew(case: &Case<'_>) -> Value {
    let proposal = case.kind.planned(None, &case.desired.value, case.facts);
    case.kind.schema().block.mark_sensitive(proposal.planned)
}

/// Returns whether the same parts of two values are secret.
fn marks_alike(kind: &dyn Kind, prior: &Value, planned: &Value) -> bool {
    let prior = kind.spread_marks(kind.schema().block.mark_sensitive(prior.clone()));
    prior.secrets() == planned.secrets()
}

/// Returns whether two values are known to be equal, marks aside.
pub(super) fn same(a: &Value, b: &Value) -> bool {
    a.equality(b) == Some(true)
}

/// Returns whether an observed value differs from the recorded one, `Volatile` attributes aside.
pub(super) fn has_drifted(schema: &Schema, recorded: &Value, observed: &Value) -> bool {
    let plain = |value: &Value| digest::without_volatile(schema, value.clone()).unmark_deep().0;
    !same(&plain(recorded), &plain(observed))
}

/// Returns whether the part at a path changes between two values.
pub(super) fn changes_at(prior: &Value, planned: &Value, path: &Path) -> bool {
    match (prior.at(path), planned.at(path)) {
        // As in Terraform, whether a part is secret counts as well.
        (Some(a), Some(b)) => !same(a, b) || a.secrets() != b.secrets(),
        (None, None) => false,
        (Some(_), None) | (None, Some(_)) => true,
    }
}
