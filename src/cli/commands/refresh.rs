//! `infra refresh`: `apply -refresh-only -auto-approve` under Terraform's old name.

use super::apply::{self, CarryArguments};
use crate::{
    arguments::{
        LockArguments, OutputArguments, ParallelArguments, PlanningArguments, ScopeArguments,
        StateFlags, VariableArguments,
    },
    context::Context,
    exit::Exit,
    failure::Failure,
};
use clap::Args;

/// Record what has changed outside, without changing anything there
#[derive(Debug, Args)]
pub struct Arguments {
    /// Which part of the configuration
    #[command(flatten)]
    pub scope: ScopeArguments,
    /// Root variables
    #[command(flatten)]
    pub variables: VariableArguments,
    /// How many calls at once
    #[command(flatten)]
    pub parallel: ParallelArguments,
    /// The lock
    #[command(flatten)]
    pub lock: LockArguments,
    /// How to show it
    #[command(flatten)]
    pub output: OutputArguments,
    /// Print what happens as JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// Flags of Terraform
    #[command(flatten)]
    pub state: StateFlags,
}

/// Runs the command.
///
/// # Errors
///
/// As [`apply::run`].
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let planning = PlanningArguments {
        destroy: false,
        refresh_only: true,
        refresh: true,
        replace: Vec::new(),
        scope: arguments.scope.clone(),
        variables: arguments.variables.clone(),
        parallel: arguments.parallel,
    };
    let carry = CarryArguments {
        lock: arguments.lock,
        output: arguments.output,
        auto_approve: true,
        json: arguments.json,
        state: StateFlags::default(),
    };
    Box::pin(apply::planned(context, &planning, &carry, apply::REFRESH)).await
}
