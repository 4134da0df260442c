//! `infra plan`: what would be done, shown, and on request saved.

use crate::{
    arguments::{
        LockArguments, OutputArguments, PlanningArguments, StateFlags,
        refuse_generated_configuration,
    },
    context::Context,
    exit::Exit,
    failure::Failure,
    operation::{self, Operation},
    planfile,
    project::Project,
    render::{
        json,
        literal::Secrets,
        plan::{self as text, View},
    },
    ui::Voice,
    wire,
};
use clap::Args;
use std::{path::PathBuf, sync::Arc};

/// Show what would be done to make the world as the configuration says
#[derive(Debug, Args)]
pub struct Arguments {
    /// What to plan
    #[command(flatten)]
    pub planning: PlanningArguments,
    /// The lock: planning takes none, the flags are accepted as Terraform's
    #[command(flatten)]
    pub lock: LockArguments,
    /// How to show it
    #[command(flatten)]
    pub output: OutputArguments,
    /// Save the plan to this file, for `infra apply FILE`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Exit with 2 if there are changes, 0 if there are none
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Print the plan as JSON
    #[arg(long)]
    pub json: bool,
    /// Refused: nothing is generated yet
    #[arg(long, hide = true, value_name = "FILE", value_parser = refuse_generated_configuration)]
    pub generate_config_out: Option<String>,
    /// Flags of Terraform
    #[command(flatten)]
    pub state: StateFlags,
}

/// Runs the command.
///
/// # Errors
///
/// If no plan could be made or it could not be saved.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    let project = Project::load(context, &arguments.planning.variables)?;
    let store = wire::store(context, &project)?;
    let reading = store.read()?;
    let options = operation::options(context, &arguments.planning)?;
    let live_epoch = reading.holder.as_ref().map(|holder| holder.epoch);
    let snapshot = Arc::new(reading.snapshot);
    let voice = if arguments.json { Voice::Silent } else { Voice::Text };
    let mut operation = Operation::start(context, &project, arguments.planning.parallel, voice)?;
    let (plan, mut diagnostics) = operation.plan(snapshot.clone(), options, live_epoch).await?;
    diagnostics.extend(reading.warnings);
    let saved = match &arguments.out {
        Some(file) => {
            let key = wire::key(context)?;
            let over = (&project, snapshot.as_ref());
            planfile::save(&context.directory.join(file), &plan, over, key.as_ref())?;
            Some(file.display().to_string())
        }
        None => None,
    };
    let shown = if arguments.json {
        json::plan(&plan, &project, (&snapshot, Secrets::Masked))
    } else {
        let view = View { saved: saved.as_deref(), ..View::new(context, &project) };
        text::render(&plan, &view)
    };
    context.screen.print(&shown);
    context.screen.diagnostics(&diagnostics, project.program.sources());
    Ok(if arguments.detailed_exitcode && !plan.is_empty() { Exit::Changes } else { Exit::Done })
}
