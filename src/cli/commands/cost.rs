//! `infra cost`: what everything costs a month, now and as planned. It changes nothing.

use crate::{
    arguments::{
        OutputArguments, ParallelArguments, PlanningArguments, ScopeArguments, StateFlags,
        VariableArguments, boolean,
    },
    context::Context,
    exit::Exit,
    failure::Failure,
    operation::{self, Operation},
    project::Project,
    render::{cost, json},
    ui::Voice,
    wire,
};
use clap::{ArgAction, Args};
use std::sync::Arc;

/// Show what everything costs a month, now and as planned
#[derive(Debug, Args)]
pub struct Arguments {
    /// Skip the look at what is really there with `-refresh=false`
    #[arg(long, value_name = "true|false", num_args = 0..=1, require_equals = true,
          default_value_t = true, default_missing_value = "true", action = ArgAction::Set,
          value_parser = boolean)]
    pub refresh: bool,
    /// Which part of the configuration
    #[command(flatten)]
    pub scope: ScopeArguments,
    /// Root variables
    #[command(flatten)]
    pub variables: VariableArguments,
    /// How many calls at once
    #[command(flatten)]
    pub parallel: ParallelArguments,
    /// How to show it
    #[command(flatten)]
    pub output: OutputArguments,
    /// Print as JSON, with exact amounts
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
/// If no plan could be made.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let planning = PlanningArguments {
        destroy: false,
        refresh_only: false,
        refresh: arguments.refresh,
        replace: Vec::new(),
        scope: arguments.scope.clone(),
        variables: arguments.variables.clone(),
        parallel: arguments.parallel,
    };
    let project = Project::load(context, &planning.variables)?;
    let reading = wire::store(context, &project)?.read()?;
    let options = operation::options(context, &planning)?;
    let live_epoch = reading.holder.as_ref().map(|holder| holder.epoch);
    let voice = if arguments.json { Voice::Silent } else { Voice::Text };
    let mut operation = Operation::start(context, &project, planning.parallel, voice)?;
    let (plan, mut diagnostics) =
        operation.plan(Arc::new(reading.snapshot), options, live_epoch).await?;
    diagnostics.extend(reading.warnings);
    let shown = if arguments.json {
        json::costs(&plan)
    } else {
        cost::table(&plan, context.screen.paint())
    };
    context.screen.print(&shown);
    context.screen.diagnostics_below(&diagnostics, project.program.sources());
    Ok(Exit::Done)
}
