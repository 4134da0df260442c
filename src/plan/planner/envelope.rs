//! The envelope of a fragment: at apply, deferred parts may only create what was shown as deferred.

use super::Planner;
use crate::plan::{Action, Change, Deferred};
use infra_model::{diagnostic::Diagnostic, kind::ImpactSort};

impl Planner {
    /// Reports every change that was not approved with the plan; then nothing of the fragment is
    /// carried out.
    pub(super) fn check_envelope(&mut self) {
        let Some(fragment) = &self.fragment else { return };
        let outside: Vec<(Change, &'static str)> = self
            .results
            .decided
            .iter()
            .filter_map(|decided| {
                let what = outside(&decided.change, &fragment.deferred)?;
                Some((decided.change.clone(), what))
            })
            .collect();
        for (change, what) in outside {
            let diagnostic = exceeded(&change, what);
            self.report_at(&change.address, vec![diagnostic]);
        }
    }
}

/// Returns what about a change was not approved.
fn outside(change: &Change, deferred: &[Deferred]) -> Option<&'static str> {
    let Some(shown) = deferred.iter().find(|d| d.address.covers(&change.address)) else {
        return Some("was not shown as deferred");
    };
    match change.action {
        Action::Create | Action::Read | Action::NoOp | Action::Adopt => {}
        Action::Update => return Some("would be changed in place"),
        Action::Replace => return Some("would be replaced"),
        Action::Delete => return Some("would be destroyed"),
        Action::Forget => return Some("would be forgotten"),
    }
    let is_grave = |sort| matches!(sort, ImpactSort::Exposure | ImpactSort::DataLoss);
    let grave = change.impacts.iter().filter(|impact| is_grave(impact.sort));
    let mut unseen = grave.filter(|impact| !shown.impacts.contains(impact));
    match unseen.next().map(|impact| impact.sort) {
        Some(ImpactSort::DataLoss) => Some("would lose data"),
        Some(_) => Some("would become reachable in a way that was not shown"),
        None => None,
    }
}

fn exceeded(change: &Change, what: &str) -> Diagnostic {
    Diagnostic::error("infra::plan::envelope_exceeded", format!("`{}` {what}", change.address))
        .detail(
            "It could only be planned now, and the approved plan allows deferred parts nothing but \
             to be created as shown. What was done so far is kept and recorded; nothing of the \
             deferred parts was begun.",
        )
        .help("Make a new plan: it shows this change, and applying it goes on from here.")
}
