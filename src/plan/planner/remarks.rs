//! What is said about a plan as a whole: targets and exclusions, objects that are let go, and
//! replacements that were asked for and named nothing.

use super::Planner;
use crate::plan::{Action, PlanMode};
use infra_model::{
    address::{Address, InstanceKey, Mode},
    diagnostic::{Diagnostic, Diagnostics},
    known::Known,
    program::Program,
};
use std::sync::Arc;

impl Planner {
    /// Returns the warnings about the plan as a whole.
    pub(super) fn remarks(&self, known: &mut Known) -> Diagnostics {
        let mut found = Vec::new();
        if self.scope.is_fragment() {
            return found;
        }
        let options = &self.input.options;
        if !options.targets.is_empty() {
            found.push(targeted("target"));
        }
        if !options.excludes.is_empty() {
            found.push(targeted("exclude"));
        }
        let forgotten: Vec<&Address> = self
            .results
            .decided
            .iter()
            .filter(|decided| decided.change.action == Action::Forget)
            .map(|decided| &decided.change.address)
            .collect();
        if !forgotten.is_empty() {
            found.push(let_go(&forgotten));
        }
        let program = Arc::clone(&self.input.program);
        let wanted = options.replace.iter();
        found.extend(wanted.filter_map(|wanted| incomplete(&*program, known, wanted)));
        found
    }

    /// Refuses replacements that cannot be asked for.
    pub(super) fn check_replace(&mut self) {
        let options = self.input.options.clone();
        if options.replace.is_empty() || self.fragment.is_some() {
            return;
        }
        if options.mode != PlanMode::Normal {
            self.report(wrong_mode());
        }
        for wanted in options.replace.iter().filter(|wanted| wanted.mode != Mode::Managed) {
            self.report(not_managed(wanted));
        }
    }
}

/// Returns what to say of a replacement that names a whole resource with keys.
fn incomplete(program: &dyn Program, known: &mut Known, wanted: &Address) -> Option<Diagnostic> {
    if wanted.key != InstanceKey::None {
        return None;
    }
    let (expansion, _) = program.expand(program.node_of(wanted)?, known);
    let all: Vec<&Address> =
        expansion.instances.iter().map(|id| known.addresses.address(*id)).collect();
    let with_keys: Vec<&Address> = all
        .into_iter()
        .filter(|a| a.module == wanted.module && a.key != InstanceKey::None)
        .collect();
    if with_keys.is_empty() {
        return None;
    }
    let ask = if with_keys.len() == 1 {
        "To force replacement of the single declared instance, use the following option instead:"
    } else {
        "To force replacement of particular instances, use one or more of the following options \
         instead:"
    };
    let lines: Vec<String> =
        with_keys.iter().map(|address| format!("  -replace={:?}", address.to_string())).collect();
    Some(
        Diagnostic::warning(
            "infra::plan::replace_incomplete",
            "Incompletely-matched force-replace resource instance",
        )
        .detail(format!(
            "Your force-replace request for {wanted} doesn't match any resource instances because it \
             lacks an instance key.\n\n{ask}\n{}",
            lines.join("\n")
        ))
        .help("Plan again with the instances you mean."),
    )
}

fn wrong_mode() -> Diagnostic {
    Diagnostic::error("infra::plan::replace_mode", "Unsupported plan mode")
        .detail(
            "Forcing resource instance replacement (with -replace=...) is allowed only in normal \
             planning mode.",
        )
        .help("Leave out `-replace`, or `-destroy` and `-refresh-only`. Nothing was changed.")
}

fn not_managed(wanted: &Address) -> Diagnostic {
    Diagnostic::error(
        "infra::plan::replace_kind",
        format!("Invalid force-replace address \"{wanted}\""),
    )
    .detail("Only managed resources can be used with the -replace=... option.")
    .help("A data source is read anew by every plan. Nothing was changed.")
}

fn targeted(option: &str) -> Diagnostic {
    Diagnostic::warning("infra::plan::partial", "Resource targeting is in effect")
        .detail(format!(
            "You are creating a plan with the -{option} option, which means that the result of this \
             plan may not represent all of the changes requested by the current configuration.\n\n\
             The -{option} option is not for routine use, and is provided only for exceptional \
             situations such as recovering from errors or mistakes, or when infra specifically \
             suggests to use it as part of an error message."
        ))
        .help("Plan once more without it when this is done.")
}

fn let_go(forgotten: &[&Address]) -> Diagnostic {
    let lines: Vec<String> = forgotten.iter().map(|address| format!("  - {address}")).collect();
    Diagnostic::warning(
        "infra::plan::forgotten",
        "Some objects will no longer be managed by infra",
    )
    .detail(format!(
        "If you apply this plan, infra will discard its tracking information for the following \
         objects, but it will not delete them:\n{}\n\nAfter applying this plan, infra will no longer \
         manage these objects. You will need to import them into infra to manage them again.",
        lines.join("\n")
    ))
    .help("To destroy them instead, set `destroy = true` in the `removed` block.")
}
