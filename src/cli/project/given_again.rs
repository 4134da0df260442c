//! Variables that are given with a saved plan: ephemeral ones, which it does not keep, and no others.

use super::Project;
use crate::{
    arguments::{VariableArguments, VariableSource},
    variables::Values,
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    text::Text,
    value::Value,
};
use std::collections::BTreeSet;

/// Returns what is wrong with the variables given to apply a plan: with those that the command line
/// names, and with all together; `planned` are the ephemeral ones that were given when it was made.
pub(super) fn check(
    project: &Project,
    (arguments, named): (&VariableArguments, &Values),
    (values, planned): (&Values, &[Text]),
) -> Diagnostics {
    let assigned: BTreeSet<&str> = arguments
        .given
        .iter()
        .filter_map(|source| match source {
            VariableSource::Assignment(text) => text.split_once('=').map(|(name, _)| name),
            VariableSource::File(_) => None,
        })
        .collect();
    let kept = |name: &Text| !project.ephemeral.contains(name);
    // A file may hold all variables of an estate, as long as they are what they were.
    let other = |(name, value): &(&Text, &Value)| {
        assigned.contains(&***name) || project.inputs.variables.get(*name) != Some(*value)
    };
    let changed = named.iter().filter(|(name, _)| kept(name)).filter(other);
    let mut found: Diagnostics = changed.map(|(name, _)| fixed(name)).collect();
    let late = values.keys().filter(|name| !kept(name) && !planned.contains(name));
    found.extend(late.map(not_set_before));
    let missing = planned.iter().filter(|name| !values.contains_key(*name));
    found.extend(missing.map(not_set_again));
    found
}

fn fixed(name: &str) -> Diagnostic {
    Diagnostic::error(
        "infra::cli::plan_is_fixed",
        format!("The variable `{name}` cannot be given with a saved plan"),
    )
    .detail("A saved plan is carried out exactly as it was made. Nothing was changed.")
    .help("Give the variable to `infra plan -out FILE` and apply that, or declare it with `ephemeral = true`.")
}

fn not_set_again(name: &Text) -> Diagnostic {
    Diagnostic::error("infra::cli::ephemeral_variable_missing", "No value for required variable")
        .detail(format!(
            "The ephemeral input variable \"{name}\" was set during the plan phase, and so must also \
             be set during the apply phase. Nothing was changed."
        ))
        .help(format!("Add `-var {name}=VALUE`; a plan keeps no ephemeral value."))
}

fn not_set_before(name: &Text) -> Diagnostic {
    Diagnostic::error(
        "infra::cli::ephemeral_variable_unplanned",
        "Ephemeral variable was not set during planning",
    )
    .detail(format!(
        "The ephemeral input variable \"{name}\" was not set during the planning phase, and so must \
         remain unset during the apply phase. Nothing was changed."
    ))
    .help("Leave it out, or make a new plan with it.")
}
