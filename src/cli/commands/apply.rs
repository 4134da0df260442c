//! `infra apply`: carry out a saved plan, or plan, ask, and carry out.

use crate::{
    arguments::{LockArguments, OutputArguments, PlanningArguments, StateFlags},
    context::Context,
    exit::Exit,
    failure::Failure,
    operation::{self, Apply, Operation},
    planfile,
    project::Project,
    render::{
        json::lines,
        outputs,
        plan::{self as text, View},
    },
    ui::{Confirmation, Voice, confirm_unless},
    wire, workspace,
};
use clap::Args;
use infra_exec::machine::{Counts, Ended};
use infra_model::diagnostic::{self, Diagnostic};
use infra_plan::{
    audit,
    plan::{Plan, PlanMode},
};
use std::{path::PathBuf, sync::Arc};

/// The command that only records what is there.
pub const REFRESH: &str = "refresh";

/// Carry out a plan: a saved one, or one that is made, shown and approved now
#[derive(Clone, Debug, Args)]
pub struct Arguments {
    /// A plan saved by `infra plan -out`; without one a plan is made
    pub plan: Option<PathBuf>,
    /// What to plan
    #[command(flatten)]
    pub planning: PlanningArguments,
    /// How to carry it out
    #[command(flatten)]
    pub carry: CarryArguments,
}

/// How a plan is carried out.
#[derive(Clone, Debug, Args)]
pub struct CarryArguments {
    /// The lock
    #[command(flatten)]
    pub lock: LockArguments,
    /// How to show it
    #[command(flatten)]
    pub output: OutputArguments,
    /// Do not ask for approval
    #[arg(long)]
    pub auto_approve: bool,
    /// Print what happens as JSON, one object a line
    #[arg(long)]
    pub json: bool,
    /// Flags of Terraform
    #[command(flatten)]
    pub state: StateFlags,
}

impl CarryArguments {
    fn voice(&self) -> Voice {
        if self.json { Voice::Json } else { Voice::Text }
    }
}

/// Runs the command.
///
/// # Errors
///
/// If nothing could be begun; what fails later is shown and makes the exit code.
pub async fn run(context: &Context, arguments: &Arguments) -> Result<Exit, Failure> {
    match &arguments.plan {
        Some(file) => saved(context, arguments, &context.named(file)).await,
        None => planned(context, &arguments.planning, &arguments.carry, "apply").await,
    }
}

/// Carries out a saved plan: exactly that, or nothing.
async fn saved(
    context: &Context,
    arguments: &Arguments,
    file: &std::path::Path,
) -> Result<Exit, Failure> {
    if let Some(flag) = replanning(&arguments.planning) {
        return Err(Failure::from(cannot_replan(flag)));
    }
    let key = wire::key(context)?;
    let saved = planfile::load(file, key.as_ref())?;
    let found = audit::audit(&saved.plan, &saved.prior);
    if diagnostic::has_errors(&found) {
        return Err(Failure::new(found, Arc::default()));
    }
    check_workspace(context, &saved.inputs.workspace)?;
    let carry = &arguments.carry;
    let variables = (&arguments.planning.variables, saved.given_again.as_slice());
    let project = Project::replay_to_apply(context, (saved.captured, saved.inputs), variables)?;
    let writer = operation::lock(context, &project.backend, "apply", carry.lock).await?;
    let parallel = arguments.planning.parallel;
    let mut operation = Operation::start(context, &project, parallel, carry.voice())?;
    let apply = Apply {
        plan: Box::new(saved.plan),
        writer,
        command: "apply",
        from_file: true,
        refresh: arguments.planning.refresh,
        plan_bytes: saved.bytes,
    };
    let mode = apply.plan.mode;
    let ended = operation.apply(apply).await?;
    Ok(finish(context, &project, (mode, (carry.voice(), "apply")), &ended))
}

/// Refuses a plan of another workspace than the current one.
fn check_workspace(context: &Context, planned: &str) -> Result<(), Failure> {
    let current = workspace::current(context)?.name;
    if *current == *planned {
        return Ok(());
    }
    let summary = format!("The plan was made in the workspace {planned:?}");
    Err(Failure::from(
        Diagnostic::error("infra::cli::plan_other_workspace", summary)
            .detail(format!("The current workspace is {:?}. Nothing was changed.", &*current))
            .help(format!(
                "Run `infra workspace select {planned}` first, or make a plan in this workspace."
            )),
    ))
}

/// Returns a flag that would have had to be given when the plan was made.
fn replanning(planning: &PlanningArguments) -> Option<&'static str> {
    let scope = &planning.scope;
    let given = [
        (planning.destroy, "-destroy"),
        (planning.refresh_only, "-refresh-only"),
        (!planning.replace.is_empty(), "-replace"),
        (!scope.target.is_empty(), "-target"),
        (!scope.exclude.is_empty(), "-exclude"),
        (!scope.target_file.is_empty(), "-target-file"),
        (!scope.exclude_file.is_empty(), "-exclude-file"),
    ];
    given.into_iter().find(|(is_given, _)| *is_given).map(|(_, flag)| flag)
}

fn cannot_replan(flag: &str) -> Diagnostic {
    Diagnostic::error(
        "infra::cli::plan_is_fixed",
        format!("`{flag}` cannot be given with a saved plan"),
    )
    .detail("A saved plan is carried out exactly as it was made. Nothing was changed.")
    .help(format!("Give `{flag}` to `infra plan -out FILE` and apply that."))
}

/// Plans under the lock, asks, and carries out.
///
/// # Errors
///
/// As [`run`].
pub async fn planned(
    context: &Context,
    planning: &PlanningArguments,
    carry: &CarryArguments,
    command: &'static str,
) -> Result<Exit, Failure> {
    if carry.json && !carry.auto_approve {
        return Err(Failure::from(no_questions()));
    }
    let project = Project::load(context, &planning.variables)?;
    let options = operation::options(context, planning)?;
    // `-lock=false` is accepted and changes nothing: a writer is the lock, and without one there is
    // nothing that could be appended to safely.
    let writer = operation::lock(context, &project.backend, command, carry.lock).await?;
    let snapshot = Arc::new(writer.snapshot().clone());
    let mut operation = Operation::start(context, &project, planning.parallel, carry.voice())?;
    let (plan, mut diagnostics) = operation.plan(snapshot, options, None).await?;
    diagnostics.extend(writer.warnings().iter().cloned());
    let how = (carry.voice(), command);
    show(context, &project, (&plan, how));
    let asked = !plan.is_empty() && !carry.auto_approve;
    let ends = plan.is_empty() && plan.records.is_empty();
    if (asked || ends) && !carry.json {
        context.screen.diagnostics_below(&diagnostics, project.program.sources());
    }
    if ends {
        if carry.json {
            context.screen.diagnostics(&diagnostics, project.program.sources());
        }
        close(context, (plan.mode, how), &Counts::default());
        if carry.json {
            context.screen.print(&lines::outputs(writer.snapshot(), context.now()));
        }
        drop(writer);
        return Ok(Exit::Done);
    }
    if asked && !approved(context, &mut operation, plan.mode).await? {
        context.screen.print("\nApply cancelled. Nothing was changed.\n");
        return Ok(Exit::Failed);
    }
    let mode = plan.mode;
    let plan_bytes = planfile::bytes(&plan)?;
    let apply = Apply { plan, writer, command, from_file: false, refresh: true, plan_bytes };
    let mut ended = operation.apply(apply).await?;
    if !asked {
        // Nobody had to know before. Told once, at the end: most of it is found again then.
        diagnostics.retain(|found| !ended.diagnostics.contains(found));
        ended.diagnostics.extend(diagnostics);
    }
    Ok(finish(context, &project, (mode, how), &ended))
}

/// Shows the plan that is about to be carried out.
fn show(context: &Context, project: &Project, (plan, (voice, command)): (&Plan, (Voice, &str))) {
    if voice == Voice::Text {
        let view = View::new(context, project);
        text::render_in_pieces(plan, &view, |piece| context.screen.print(piece));
    } else if command != REFRESH {
        context.screen.print(&lines::planned(plan, context.now()));
    }
}

async fn approved(
    context: &Context,
    operation: &mut Operation<'_>,
    mode: PlanMode,
) -> Result<bool, Failure> {
    let question = match mode {
        PlanMode::Destroy => {
            "Do you really want to destroy all of it?\n  There is no way back from this."
        }
        PlanMode::RefreshOnly => "Do you want to record these outside changes?",
        PlanMode::Normal => "Do you want to perform these actions?",
    };
    match confirm_unless(&context.screen, question, operation.interrupted()).await {
        Confirmation::Yes => Ok(true),
        Confirmation::No => Ok(false),
        Confirmation::NotAsked => Err(Failure::from(approval_needed(
            "The standard input is not a terminal, or `-input=false` is set.",
        ))),
    }
}

fn no_questions() -> Diagnostic {
    Diagnostic::error("infra::cli::approval_needed", "Plan file or auto-approve required")
        .detail(
            "infra cannot ask for interactive approval when -json is set. You can either apply a \
             saved plan file, or enable the -auto-approve option. Nothing was changed.",
        )
        .help("Apply a saved plan, or add `-auto-approve`.")
}

fn approval_needed(why: &str) -> Diagnostic {
    Diagnostic::error("infra::cli::approval_needed", "Nobody can be asked for approval")
        .detail(format!("{why} Nothing was changed."))
        .help("Apply a saved plan, or add `-auto-approve`.")
}

/// Shows how it ended.
fn finish(
    context: &Context,
    project: &Project,
    (mode, how @ (voice, _)): (PlanMode, (Voice, &str)),
    ended: &Ended,
) -> Exit {
    context.screen.diagnostics_below(&ended.diagnostics, project.program.sources());
    if ended.stale {
        return Exit::Stale;
    }
    let failed = ended.interrupted || diagnostic::has_errors(&ended.diagnostics);
    match (failed, voice) {
        (true, Voice::Text) => context.screen.print(&outputs::failed_summary(ended)),
        (true, Voice::Json | Voice::Silent) => {}
        (false, _) => {
            close(context, (mode, how), &ended.counts);
            let outputs = match voice {
                Voice::Text => outputs::all(&ended.snapshot),
                Voice::Json => lines::outputs(&ended.snapshot, context.now()),
                Voice::Silent => String::new(),
            };
            context.screen.print(&outputs);
        }
    }
    if failed { Exit::Failed } else { Exit::Done }
}

/// Says what was done in all.
fn close(context: &Context, (mode, (voice, command)): (PlanMode, (Voice, &str)), counts: &Counts) {
    let text = match voice {
        // As in Terraform, its lines are those of the objects and the outputs.
        Voice::Json if command == REFRESH => String::new(),
        Voice::Text => outputs::summary(mode, counts),
        Voice::Json => lines::summary(mode, counts, context.now()),
        Voice::Silent => String::new(),
    };
    context.screen.print(&text);
}
