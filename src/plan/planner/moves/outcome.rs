//! What becomes of moves: those that found their place taken, and those that a partial plan would
//! leave half done.

use super::super::Planner;
use infra_model::{
    address::{Address, InstanceKey},
    diagnostic::{Diagnostic, has_errors},
    source::Span,
};
use std::collections::BTreeSet;

impl Planner {
    /// Reports the moves that found something recorded at their destination.
    pub(super) fn report_blocked(&mut self, mut blocked: Vec<(Address, Address, Span)>) {
        // What is wrong with the blocks themselves was said before.
        if blocked.is_empty() || has_errors(&self.diagnostics) {
            return;
        }
        blocked.sort();
        let lines: Vec<String> = blocked
            .iter()
            .map(|(from, to, _)| format!("  - {from} could not move to {to}"))
            .collect();
        let mut diagnostic = Diagnostic::warning(
            "infra::plan::move_blocked",
            "Unresolved resource instance address changes",
        )
        .detail(format!(
            "infra tried to adjust resource instance addresses in the prior state based on change \
             information recorded in the configuration, but some adjustments did not succeed due to \
             existing objects already at the intended addresses:\n{}\n\ninfra has planned to destroy \
             these objects. If infra's proposed changes aren't appropriate, you must first resolve \
             the conflicts using the \"infra state\" subcommands and then create a new plan.",
            lines.join("\n")
        ))
        .help("Move or remove what stands there first, for instance with `infra state mv`.");
        for (_, _, span) in blocked {
            diagnostic = diagnostic.label(span, "the place is taken");
        }
        self.report(diagnostic);
    }

    /// A plan with targets takes all of a move, or none of what moves.
    pub(super) fn refuse_moves_out_of_scope(&mut self) {
        let options = &self.input.options;
        let partial = !options.targets.is_empty() || !options.excludes.is_empty();
        if !partial || self.fragment.is_some() {
            return;
        }
        let scope = super::super::scope::Scope::of(&self.input, None);
        let (mut missing, mut excluded) = (BTreeSet::new(), BTreeSet::new());
        for id in self.held.ids() {
            let held = self.held.get(id);
            let Some(from) = &held.moved_from else { continue };
            for end in [from, &held.address] {
                if !scope.is_targeted(end) {
                    missing.insert(end.clone());
                }
                if scope.is_named_excluded(end) {
                    excluded.insert(end.clone());
                }
            }
        }
        if !missing.is_empty() {
            self.report(not_covered(&missing));
        }
        if !excluded.is_empty() {
            self.report(left_out(&excluded));
        }
    }
}

fn options(name: &str, addresses: &BTreeSet<Address>) -> String {
    let line = |address: &Address| {
        debug_assert!(address.key != InstanceKey::Any, "an instance is named");
        format!("  -{name}={:?}", address.to_string())
    };
    addresses.iter().map(line).collect::<Vec<_>>().join("\n")
}

const SUMMARY: &str = "Moved resource instances excluded by targeting";

const WHY: &str = "Resource instances in your current state have moved to new addresses in the \
                   latest configuration. infra must include those resource instances while planning \
                   in order to ensure a correct result, but your";

fn not_covered(missing: &BTreeSet<Address>) -> Diagnostic {
    Diagnostic::error("infra::plan::move_excluded", SUMMARY).detail(format!(
        "{WHY} -target=... options do not fully cover all of those resource instances.\n\nTo create \
         a valid plan, either remove your -target=... options altogether or add the following \
         additional target options:\n{}\n\nNote that adding these options may include further \
         additional resource instances in your plan, in order to respect object dependencies.",
        options("target", missing)
    ))
    .help("Nothing was changed.")
}

fn left_out(excluded: &BTreeSet<Address>) -> Diagnostic {
    Diagnostic::error("infra::plan::move_excluded", SUMMARY)
        .detail(format!(
            "{WHY} -exclude=... options exclude some of those resource instances.\n\nTo create a \
             valid plan, either remove your -exclude=... options altogether or just specifically \
             remove those that cover these addresses:\n{}",
            options("exclude", excluded)
        ))
        .help("Nothing was changed.")
}
