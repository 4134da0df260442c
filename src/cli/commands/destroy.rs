//! `infra destroy`: `apply -destroy` under a name of its own.

use super::apply::{self, CarryArguments};
use crate::{arguments::PlanningArguments, context::Context, exit::Exit, failure::Failure};
use clap::Args;

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
    let mut planning = arguments.planning.clone();
    planning.destroy = true;
    Box::pin(apply::planned(context, &planning, &arguments.carry, "destroy")).await
}
