//! Planning and applying as commands do it: store, driver, machine, and what is shown.

use crate::{
    arguments::{LockArguments, ParallelArguments, PlanningArguments},
    clock::SystemClock,
    context::Context,
    failure::Failure,
    project::{Backend, Project},
    scope, signals, state_place,
    ui::{LiveProgress, Voice},
    wire,
};
use infra_exec::{
    driver::{Driver, JournalThread, Signal},
    machine::{Ended, Job, JobWork, Settings},
};
use infra_model::{
    address::{Address, ModuleAddress},
    diagnostic::{self, Diagnostic, Diagnostics},
    journal::Time,
    known::Known,
    snapshot::Snapshot,
};
use infra_plan::{
    audit,
    options::{Options, PlannerInput, Target},
    plan::{Moment, Plan, PlanMode},
    planner::Planner,
};
use infra_sdk::connection::Clock;
use infra_state::store::{RevisionInfo, RunOutcome, Writer};
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc::UnboundedReceiver;

/// How often the live display is renewed.
const TICK: Duration = Duration::from_millis(500);

/// One command's work on a state: from the first plan to the closed run.
pub struct Operation<'a> {
    context: &'a Context,
    project: &'a Project,
    driver: Driver,
    watcher: Arc<LiveProgress>,
    signals: UnboundedReceiver<Signal>,
    parallelism: usize,
}

impl<'a> Operation<'a> {
    /// Starts an operation; must run inside the runtime.
    ///
    /// # Errors
    ///
    /// If the system does not let signal handlers be set.
    pub fn start(
        context: &'a Context,
        project: &'a Project,
        parallel: ParallelArguments,
        voice: Voice,
    ) -> Result<Self, Failure> {
        let signals = signals::listen().map_err(|error| {
            Diagnostic::error("infra::cli::signals", "Signals cannot be caught")
                .detail(format!("{error}. Nothing was changed."))
                .help("Raise the limit of open files (`ulimit -n`), and run the command again.")
        })?;
        Ok(Self::with((context, project), signals, parallel.parallelism, voice))
    }

    /// Starts an operation that makes plans and no more: a signal ends it as it ends any program.
    pub fn only_planning(context: &'a Context, project: &'a Project) -> Self {
        let (_, signals) = tokio::sync::mpsc::unbounded_channel();
        let parallelism = Settings::default().calls_in_flight_max;
        Self::with((context, project), signals, parallelism, Voice::Silent)
    }

    fn with(
        (context, project): (&'a Context, &'a Project),
        signals: UnboundedReceiver<Signal>,
        parallelism: usize,
        voice: Voice,
    ) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let watcher = Arc::new(LiveProgress::new(context.screen, clock.clone(), voice));
        let driver = Driver::new(project.registry.clone(), clock, watcher.clone());
        Self { context, project, driver, watcher, signals, parallelism }
    }

    /// Makes a plan over a snapshot.
    ///
    /// # Errors
    ///
    /// With everything that stands against it; nothing was changed.
    pub async fn plan(
        &mut self,
        snapshot: Arc<Snapshot>,
        options: Options,
        live_epoch: Option<u64>,
    ) -> Result<(Box<Plan>, Diagnostics), Failure> {
        let hidden = self.hidden_mistakes();
        let program = self.project.program.clone();
        let excluding = scope::exclusions(&*program, &snapshot, &options);
        if !excluding.is_empty() {
            return Err(self.failure(excluding));
        }
        let (scope, before) = (options.clone(), snapshot.clone());
        let (plan, mut diagnostics) = self.plan_partly(snapshot, options, live_epoch).await?;
        if let Some(plan) = plan.as_ref().filter(|_| !diagnostic::has_errors(&diagnostics)) {
            let over = (before.as_ref(), plan.as_ref());
            diagnostics.extend(scope::selections(&*program, over, &scope));
        }
        let is_new = |found: &Diagnostic| !diagnostics.iter().any(|told| is_same(told, found));
        let new: Diagnostics = hidden.into_iter().filter(is_new).collect();
        diagnostics.extend(new);
        diagnostic::sort(&mut diagnostics);
        match plan {
            Some(plan) if !diagnostic::has_errors(&diagnostics) => {
                self.context.counters.add_plan(&plan);
                Ok((plan, diagnostics))
            }
            _ => Err(self.failure(diagnostics)),
        }
    }

    /// Makes a plan over a snapshot as far as that goes; one with errors may only be looked at.
    ///
    /// # Errors
    ///
    /// If planning was interrupted.
    pub async fn plan_partly(
        &mut self,
        snapshot: Arc<Snapshot>,
        options: Options,
        live_epoch: Option<u64>,
    ) -> Result<(Option<Box<Plan>>, Diagnostics), Failure> {
        let moment = Moment { now: self.context.now(), live_epoch };
        let input = PlannerInput {
            program: self.project.program.clone(),
            kinds: self.project.kinds.clone(),
            snapshot: snapshot.clone(),
            options,
            moment,
        };
        let work = JobWork::Plan(Box::new(Planner::new(input)));
        let known = Known::new(self.project.inputs.clone());
        let settings = Settings { calls_in_flight_max: self.parallelism, ..Settings::default() };
        let ended = self.drive(self.job(snapshot.clone(), known, work, settings), None).await;
        if ended.interrupted {
            return Err(Failure::from(interrupted_plan()));
        }
        let mut diagnostics = ended.diagnostics;
        if let Some(plan) = ended.plan.as_ref().filter(|_| !diagnostic::has_errors(&diagnostics)) {
            diagnostics.extend(audit::audit(plan, &snapshot));
        }
        Ok((ended.plan, diagnostics))
    }

    /// A plan evaluates instances; what stands in no instance is judged as in Terraform, too.
    fn hidden_mistakes(&self) -> Diagnostics {
        let project = self.project;
        let mut known = Known::new(project.inputs.clone());
        if !project.program.has_hidden_mistakes(&project.kinds, &mut known) {
            return Vec::new();
        }
        project.program.validate(&project.kinds, &mut known)
    }

    /// Carries a plan out under the lock and closes the run.
    ///
    /// # Errors
    ///
    /// If nothing could be begun; what fails later is in the end of the run.
    pub async fn apply(&mut self, apply: Apply) -> Result<Ended, Failure> {
        let Apply { plan, writer, command, from_file, refresh, plan_bytes } = apply;
        let snapshot = Arc::new(writer.snapshot().clone());
        let settings = Settings {
            calls_in_flight_max: self.parallelism,
            epoch: writer.epoch(),
            new_lineage: wire::new_lineage(self.context)?,
            check_first: from_file,
            refresh,
            ..Settings::default()
        };
        let mut inputs = self.project.inputs.clone();
        inputs.applying = true;
        let journal = JournalThread::start(writer);
        let is_partial = plan.partial;
        let job = self.job(snapshot, Known::new(inputs), JobWork::Apply(plan), settings);
        let mut ended = self.drive(job, Some(&journal)).await;
        let failed = diagnostic::has_errors(&ended.diagnostics);
        if ended.stale {
            return Ok(ended);
        }
        ended.diagnostics.extend(is_partial.then(incomplete));
        let outcome = match (ended.interrupted, failed) {
            (true, _) => RunOutcome::Interrupted,
            (false, true) => RunOutcome::Failed,
            (false, false) => RunOutcome::Completed,
        };
        let info = RevisionInfo {
            at: self.context.now(),
            command: command.into(),
            outcome,
            configuration: self.project.captured_bytes(),
            plan: plan_bytes,
        };
        match journal.close(info) {
            Some(Ok(closed)) => ended.diagnostics.extend(closed.warnings),
            Some(Err(error)) => ended.diagnostics.push(Diagnostic::from(error)),
            None => ended.diagnostics.push(
                Diagnostic::error("infra::cli::run_not_closed", "The run could not be closed")
                    .detail("Everything that was acknowledged is in the state.")
                    .help("Run `infra plan`: it shows what is still to be done."),
            ),
        }
        Ok(ended)
    }

    /// Waits for the first Ctrl-C, or its like.
    pub async fn interrupted(&mut self) {
        self.signals.recv().await;
    }

    fn job(&self, snapshot: Arc<Snapshot>, known: Known, work: JobWork, settings: Settings) -> Job {
        Job {
            program: self.project.program.clone(),
            kinds: self.project.kinds.clone(),
            snapshot,
            known,
            work,
            settings,
        }
    }

    /// Runs a machine with the live display beside it.
    async fn drive(&mut self, job: Job, journal: Option<&JournalThread>) -> Ended {
        let watcher = self.watcher.clone();
        let ticker = tokio::spawn(async move {
            let mut interval = tokio::time::interval(TICK);
            loop {
                interval.tick().await;
                watcher.tick();
            }
        });
        let ended = self.driver.run(job, journal, &mut self.signals).await;
        ticker.abort();
        self.watcher.end();
        ended
    }

    fn failure(&self, diagnostics: Diagnostics) -> Failure {
        Failure::new(diagnostics, self.project.sources_map())
    }
}

/// What is carried out.
pub struct Apply {
    /// The plan.
    pub plan: Box<Plan>,
    /// The lock.
    pub writer: Box<dyn Writer>,
    /// The command, for the history.
    pub command: &'static str,
    /// The plan was made by another run: what it touches is looked at first.
    pub from_file: bool,
    /// For that look, ask the providers too.
    pub refresh: bool,
    /// The plan as bytes, for the history.
    pub plan_bytes: Vec<u8>,
}

fn interrupted_plan() -> Diagnostic {
    Diagnostic::error("infra::cli::plan_interrupted", "Planning was interrupted")
        .detail("Nothing was changed.")
        .help("Run the command again.")
}

/// Takes the lock of a state, waiting as long as was asked for.
///
/// # Errors
///
/// If it is held by somebody else all that time, or the store cannot be opened or written.
pub async fn lock(
    context: &Context,
    backend: &Backend,
    command: &str,
    arguments: LockArguments,
) -> Result<Box<dyn Writer>, Failure> {
    let store = wire::store_at(context, backend)?;
    let until = Time(context.now().0.saturating_add(arguments.lock_timeout_ms));
    loop {
        match store.lock(wire::who(context, command)) {
            Ok(writer) => {
                // Whoever never ran `init` is protected too. A disk too full for this file will be
                // told by the first record.
                drop(state_place::make(&wire::state_directory(context, backend)));
                return Ok(writer);
            }
            Err(infra_state::error::StateError::Locked(_)) if context.now() < until => {
                tokio::time::sleep(TICK).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Returns the planner's options for the flags of a command.
///
/// # Errors
///
/// If an address cannot be read; all such are reported.
pub fn options(context: &Context, arguments: &PlanningArguments) -> Result<Options, Failure> {
    let mut problems = Vec::new();
    let mut targets = |given: &[String], files: &[std::path::PathBuf]| {
        let mut texts = given.to_vec();
        for file in files {
            match std::fs::read_to_string(context.directory.join(file)) {
                Ok(text) => texts.extend(lines_of(&text)),
                Err(error) => problems.push(unreadable(file, &error)),
            }
        }
        let parsed: Vec<Target> = texts
            .iter()
            .filter_map(|text| target(text).map_err(|problem| problems.push(problem)).ok())
            .collect();
        parsed
    };
    let included = targets(&arguments.scope.target, &arguments.scope.target_file);
    let excluded = targets(&arguments.scope.exclude, &arguments.scope.exclude_file);
    if !included.is_empty() && !excluded.is_empty() {
        problems.push(both_scopes());
    }
    let replace = arguments
        .replace
        .iter()
        .filter_map(|text| {
            address_of("force-replace address", text).map_err(|problem| problems.push(problem)).ok()
        })
        .collect();
    if !problems.is_empty() {
        return Err(Failure::new(problems, Arc::default()));
    }
    let mode = match (arguments.destroy, arguments.refresh_only) {
        (true, true) => return Err(Failure::from(both_modes())),
        (true, false) => PlanMode::Destroy,
        (false, true) => PlanMode::RefreshOnly,
        (false, false) => PlanMode::Normal,
    };
    let refresh = arguments.refresh;
    if mode == PlanMode::RefreshOnly && !refresh {
        return Err(Failure::from(nothing_to_do()));
    }
    Ok(Options { mode, targets: included, excludes: excluded, replace, refresh, generate: false })
}

fn lines_of(text: &str) -> impl Iterator<Item = String> + '_ {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or("").trim().to_owned())
        .filter(|line| !line.is_empty())
}

fn unreadable(file: &std::path::Path, error: &std::io::Error) -> Diagnostic {
    Diagnostic::error("infra::cli::file_unreadable", format!("`{}` cannot be read", file.display()))
        .detail(format!("{error}. Nothing was changed."))
        .help("Correct the path, or make it readable.")
}

fn incomplete() -> Diagnostic {
    Diagnostic::warning("infra::cli::apply_incomplete", "Applied changes may be incomplete")
        .detail(
            "The plan was created with the -target or -exclude option in effect, so some changes \
             requested in the configuration may have been ignored and the output values may not be \
             fully updated.",
        )
        .help("Run `infra plan` to see whether other changes are pending.")
}

fn both_scopes() -> Diagnostic {
    Diagnostic::error("infra::cli::modes_conflict", "Invalid combination of arguments")
        .detail(
            "The target and exclude planning options are mutually-exclusive. Each plan must use \
             either only the target options or only the exclude options. Nothing was changed.",
        )
        .help("Give one of them.")
}

fn nothing_to_do() -> Diagnostic {
    Diagnostic::error("infra::cli::modes_conflict", "Incompatible refresh options")
        .detail(
            "It doesn't make sense to use -refresh-only at the same time as -refresh=false, because \
             infra would have nothing to do. Nothing was changed.",
        )
        .help("Give one of them.")
}

fn both_modes() -> Diagnostic {
    Diagnostic::error("infra::cli::modes_conflict", "Incompatible plan mode options")
        .detail("`-destroy` and `-refresh-only` cannot be used together. Nothing was changed.")
        .help("Give one of them.")
}

/// Reads an address from a flag.
///
/// # Errors
///
/// A diagnostic that shows what is wrong where.
pub fn address(text: &str) -> Result<Address, Diagnostic> {
    text.parse::<Address>().map_err(|error| {
        let before = text.get(..error.offset).unwrap_or(text).chars().count();
        Diagnostic::error("infra::cli::address_invalid", format!("`{text}` is no address"))
            .detail(format!("At character {}: expected {}.", before + 1, error.expected))
            .help("Write it as `infra state list` prints it, in single quotes for the shell.")
    })
}

/// Reads an address from a flag whose name Terraform says in its errors.
fn address_of(what: &str, text: &str) -> Result<Address, Diagnostic> {
    address(text).map_err(|mut problem| {
        problem.summary = format!("Invalid {what} \"{text}\"").into();
        let is_module = text.parse::<ModuleAddress>().is_ok();
        let is_type = !text.contains('.') && !text.is_empty();
        if is_module {
            problem.detail =
                "A resource instance address is required here. The module path must be \
                              followed by a resource instance specification."
                    .into();
        } else if is_type {
            problem.detail = "Resource specification must include a resource type and name.".into();
        }
        problem
    })
}

/// Reads the address of a resource, of one of its instances, or of a module.
///
/// # Errors
///
/// As [`address`].
pub fn target(text: &str) -> Result<Target, Diagnostic> {
    if let Ok(module) = text.parse::<ModuleAddress>() {
        return Ok(Target::Module(module));
    }
    address_of("target", text).map(|address| {
        use infra_model::address::InstanceKey;
        let whole = address.key == InstanceKey::None;
        Target::Resource(if whole { address.with_key(InstanceKey::Any) } else { address })
    })
}

/// Returns whether two findings are the same mistake in the same place.
fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    a.code == b.code && a.summary == b.summary && a.detail == b.detail && a.labels == b.labels
}
