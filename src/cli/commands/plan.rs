//! `infra plan`: what would be done, shown, and on request saved.

use crate::{
    arguments::{LockArguments, OutputArguments, PlanningArguments, StateFlags},
    context::Context,
    exit::Exit,
    failure::Failure,
    generate,
    operation::{self, Operation},
    planfile,
    project::Project,
    render::{
        json::lines,
        plan::{self as text, View},
    },
    ui::Voice,
    wire,
};
use clap::Args;
use infra_model::{address::Address, diagnostic::Diagnostic, text::Text};
use infra_plan::options::Options;
use infra_state::{error::StateError, store::Holder};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

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
    /// Print what happens as JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// Write configuration for `import` blocks without a resource block to this new file
    #[arg(long, value_name = "FILE")]
    pub generate_config_out: Option<PathBuf>,
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
    let generated = match &arguments.generate_config_out {
        Some(file) => generate_configuration(context, arguments, file).await?,
        None => BTreeMap::new(),
    };
    let project = Project::load(context, &arguments.planning.variables)?;
    let store = wire::store(context, &project)?;
    let reading = store.read()?;
    let options = operation::options(context, &arguments.planning)?;
    let live_epoch = reading.holder.as_ref().map(|holder| holder.epoch);
    let snapshot = Arc::new(reading.snapshot);
    let voice = if arguments.json { Voice::Json } else { Voice::Text };
    let mut operation = Operation::start(context, &project, arguments.planning.parallel, voice)?;
    let (mut plan, mut diagnostics) = operation.plan(snapshot.clone(), options, live_epoch).await?;
    plan.generated_config = generated;
    diagnostics.extend(reading.warnings);
    diagnostics.extend(reading.holder.map(in_use));
    let saved = match &arguments.out {
        Some(file) => {
            let key = wire::key(context)?;
            let over = (&project, snapshot.as_ref());
            planfile::save(&context.directory.join(file), &plan, over, key.as_ref())?;
            Some(file.display().to_string())
        }
        None => None,
    };
    if arguments.json {
        context.screen.print(&lines::planned(&plan, context.now()));
    } else {
        let view = View { saved: saved.as_deref(), ..View::new(context, &project) };
        text::render_in_pieces(&plan, &view, |piece| context.screen.print(piece));
        if saved.is_none() && view.guides {
            context.screen.print(&text::unsaved(&plan, context.screen.width));
        }
    }
    context.screen.diagnostics_below(&diagnostics, project.program.sources());
    Ok(if arguments.detailed_exitcode && !plan.is_empty() { Exit::Changes } else { Exit::Done })
}

/// Writes configuration for what is imported without a block, and returns it; the plan is made over
/// it afterwards.
async fn generate_configuration(
    context: &Context,
    arguments: &Arguments,
    file: &Path,
) -> Result<BTreeMap<Address, Text>, Failure> {
    let path = generate::target(context, file)?;
    let project = Project::load(context, &arguments.planning.variables)?;
    let reading = wire::store(context, &project)?.read()?;
    let options = Options { generate: true, ..operation::options(context, &arguments.planning)? };
    let live_epoch = reading.holder.as_ref().map(|holder| holder.epoch);
    let parallel = arguments.planning.parallel;
    let mut operation = Operation::start(context, &project, parallel, Voice::Silent)?;
    let (plan, _) = operation.plan(Arc::new(reading.snapshot), options, live_epoch).await?;
    if plan.generated.is_empty() {
        return Ok(BTreeMap::new());
    }
    let blocks = generate::write(&path, &plan.generated, &project.kinds)?;
    if !arguments.json {
        let count = plan.generated.len();
        let shown = file.display();
        context.screen.print(&format!(
            "Configuration for {count} imported resource(s) was written to {shown}. Review it \
             before you apply.\n"
        ));
    }
    Ok(blocks)
}

fn in_use(holder: Holder) -> Diagnostic {
    let who = StateError::Locked(Box::new(holder)).to_string().replacen("the", "The", 1);
    Diagnostic::warning("infra::cli::state_in_use", "The state is being changed")
        .detail(format!(
            "{who}.\nWhat that run has not finished is planned as it is \
             now; this plan will be out of date when it ends."
        ))
        .help("Wait for it to end, and plan again.")
}
