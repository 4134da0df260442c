//! `infra destroy`: `apply -destroy` under a name of its own.

use super::apply::{self, CarryArguments};
use crate::{arguments::PlanningArguments, context::Context, exit::Exit, failure::Failure};
use clap::Args;
use infra_model::diagnostic::Diagnostic;

/// Destroy everything that is recorded, or what `-target` names and whatever needs it
#[derive(Clone, Debug, Args)]
pub struct Arguments {
    /// What to destroy
    #[command(flatten)]
    pub planning: PlanningArguments,
    /// How to carry it out
    #[command(flatten)]
    pub carry: CarryArguments,
}

/// Runs the command.
///
/// # Errors
///
/// As [`apply::run`].
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let planning = &arguments.planning;
    let given = [(planning.destroy, "destroy"), (planning.refresh_only, "refresh-only")];
    if let Some((_, flag)) = given.into_iter().find(|(is_given, _)| *is_given) {
        return Err(Failure::from(invalid_mode(flag)));
    }
    let mut planning = planning.clone();
    planning.destroy = true;
    Box::pin(apply::planned(context, &planning, &arguments.carry, "destroy")).await
}

fn invalid_mode(flag: &str) -> Diagnostic {
    Diagnostic::error("infra::cli::modes_conflict", "Invalid mode option")
        .detail(format!(
            "The -{flag} option is not valid for \"infra destroy\", because this command always \
             runs in destroy mode. Nothing was changed."
        ))
        .help(format!("Leave out `-{flag}`."))
}
