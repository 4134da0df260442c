//! One run: the module under test, planned or applied, and what is asserted of it.

use super::{
    Status,
    expected::{Expected, Sifted, came_early},
    memory::MemoryWriter,
};
use crate::{
    arguments::{ParallelArguments, VariableArguments},
    context::Context,
    failure::Failure,
    operation::{Apply, Operation},
    planned::planned_values,
    project::Project,
    ui::Voice,
    wire,
};
use infra_lang::{
    compile::TestScope,
    config::testing::{RunBlock, Standing, TestFile},
    program::{Asserted, Compiled},
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    known::{Inputs, Known},
    snapshot::Snapshot,
    source::SourceMap,
    text::Text,
    value::Value,
};
use infra_plan::{
    options::Options,
    plan::{Plan, PlanMode},
};
use std::{collections::BTreeMap, sync::Arc};

mod judged;
mod load;
mod subject;
mod values;

pub use judged::Judged;
use load::{Prepared, prepare};

/// What a run is made in.
pub struct Surroundings<'a> {
    /// The command.
    pub context: &'a Context,
    /// The test file.
    pub test: &'a TestFile,
    /// Variables of the command line.
    pub given: &'a VariableArguments,
    /// The directory whose files of variables are for this file.
    pub variables: Option<&'a str>,
    /// How many calls at once.
    pub parallel: ParallelArguments,
    /// The seed of what is drawn.
    pub seed: [u8; 32],
    /// Outputs of the runs before.
    pub runs: &'a BTreeMap<Text, Value>,
}

/// What came of a run.
pub struct Ran {
    /// How it ended.
    pub status: Status,
    /// What was found.
    pub diagnostics: Diagnostics,
    /// The sources that this points into.
    pub sources: Arc<SourceMap>,
    /// What was planned or made, for `-verbose`.
    pub shown: Option<Shown>,
    /// Outputs, for the runs after.
    pub outputs: Value,
    /// The state and the project that made it, if something was applied.
    pub left: Option<(Snapshot, Box<Project>)>,
    /// A person stopped it.
    pub interrupted: bool,
    /// Failed assertions and all of them.
    pub assertions: (usize, usize),
}

/// What `-verbose` shows.
pub enum Shown {
    /// The plan, as text and as JSON.
    Plan(String, String),
    /// The state, as text and as JSON.
    State(String, String),
}

/// Makes a run over the state that it works on.
///
/// # Errors
///
/// If the system refuses what every command needs; all else is in what it returns.
pub async fn run(
    around: &Surroundings<'_>,
    run: &RunBlock,
    (snapshot, judged): (&Snapshot, &mut Judged),
) -> Result<Ran, Failure> {
    let prepared = match prepare(around, run, judged)? {
        Ok(prepared) => prepared,
        Err((diagnostics, sources)) => return Ok(Ran::broken(diagnostics, sources)),
    };
    let Prepared { project, compiled, scope, warnings } = prepared;
    let sources = project.sources_map();
    let options = match subject::options(around, run) {
        Ok(options) => options,
        Err(found) => return Ok(Ran::broken(found, sources)),
    };
    let mut made = Made {
        around,
        run,
        project,
        compiled,
        ran: Ran { diagnostics: warnings, ..Ran::broken(Vec::new(), sources) },
        expected: Expected::of(around.test, run),
        is_missed: false,
        is_partial: false,
    };
    let known = made.carry_out(snapshot, options).await?;
    if let Some(known) = known
        && made.as_expected()
    {
        made.judge(known, scope);
    }
    Ok(made.finish())
}

/// A run under way.
struct Made<'a> {
    around: &'a Surroundings<'a>,
    run: &'a RunBlock,
    project: Box<Project>,
    compiled: Arc<Compiled>,
    ran: Ran,
    expected: Expected,
    /// What was missed is told.
    is_missed: bool,
    /// It stopped where it should: what is not known cannot be asserted.
    is_partial: bool,
}

impl Ran {
    fn broken(diagnostics: Diagnostics, sources: Arc<SourceMap>) -> Self {
        Self {
            status: Status::Error,
            diagnostics,
            sources,
            shown: None,
            outputs: Value::object(Vec::<(Text, Value)>::new()),
            left: None,
            interrupted: false,
            assertions: (0, 0),
        }
    }
}

impl Made<'_> {
    /// Plans, and applies if that is wanted; returns what is known then, if it can be judged.
    async fn carry_out(
        &mut self,
        snapshot: &Snapshot,
        options: Options,
    ) -> Result<Option<Known>, Failure> {
        let around = self.around;
        let project = self.project.clone();
        let mut operation =
            Operation::start(around.context, &project, around.parallel, Voice::Silent)?;
        let prior = Arc::new(snapshot.clone());
        let (plan, found) = match operation.plan(prior, options, None).await {
            Ok((plan, found)) => (Some(plan), found),
            Err(failure) => (None, failure.diagnostics),
        };
        self.ran.interrupted = was_interrupted(&found);
        let Some(plan) = plan else {
            return Ok(self.stopped(found, snapshot));
        };
        if self.run.is_plan {
            self.note(found);
            let known = planned(&plan, snapshot, &project.inputs);
            self.ran.shown = Some(subject::shown_plan(around, &project, (&plan, snapshot)));
            return Ok(Some(known));
        }
        if !self.run.options.targets.is_empty() {
            self.ran.diagnostics.push(subject::incomplete());
        }
        if plan.is_empty() && plan.records.is_empty() {
            self.note(found);
            return Ok(Some(self.recorded(snapshot.clone())));
        }
        // What apply evaluates again is told by it.
        let found = found.into_iter().filter(|found| found.code != "infra::lang::check_failed");
        self.note(found.collect());
        let who = wire::who(around.context, "test");
        let writer = Box::new(MemoryWriter::new(snapshot.clone(), who));
        let apply = Apply {
            plan,
            writer,
            command: "test",
            from_file: false,
            refresh: true,
            plan_bytes: Vec::new(),
        };
        let ended = operation.apply(apply).await?;
        self.ran.interrupted = ended.interrupted;
        let failed = has_errors(&ended.diagnostics);
        let known = self.recorded(ended.snapshot);
        let Sifted { others, wished } = self.expected.sift(&self.compiled, ended.diagnostics);
        let unwished = has_errors(&others);
        self.ran.diagnostics.extend(others);
        let is_clear = !failed || (!wished.is_empty() && !unwished);
        Ok((is_clear && !self.ran.interrupted).then_some(known))
    }

    /// Takes what was found without taking the errors out that were expected.
    fn note(&mut self, found: Diagnostics) {
        let sifted = self.expected.sift(&self.compiled, found);
        self.ran.diagnostics.extend(sifted.others);
    }

    /// There is no plan: only what was expected may be the reason, and only a plan wanted.
    fn stopped(&mut self, found: Diagnostics, prior: &Snapshot) -> Option<Known> {
        // Checks were not reached where the plan stopped.
        let found = found.into_iter().filter(|found| found.code != "infra::lang::check_unknown");
        let Sifted { others, wished } = self.expected.sift(&self.compiled, found.collect());
        let only_wished = !has_errors(&others) && !wished.is_empty();
        self.ran.diagnostics.extend(others);
        if self.run.is_plan {
            if !self.ran.interrupted {
                self.miss();
            }
            self.is_partial = only_wished;
            return only_wished.then(|| known_before(prior, &self.project.inputs));
        }
        for found in wished {
            let mut early = came_early(&found);
            if let Some(name) = self.compiled.refused_variable(&found) {
                early.detail = early.detail.replace("a variable", &format!("var.{name}")).into();
            }
            self.ran.diagnostics.push(early);
            self.ran.diagnostics.push(found);
        }
        None
    }

    /// Returns what is known of a state, and keeps it.
    fn recorded(&mut self, snapshot: Snapshot) -> Known {
        let inputs = Inputs { applying: true, ..self.project.inputs.clone() };
        let mut known = Known::new(inputs);
        for (address, instance) in &snapshot.instances {
            if let Some((_, object)) = instance.current() {
                let id = known.addresses.intern(address.clone());
                known.publish_final(id, object.value.clone());
            }
        }
        self.ran.shown = Some(subject::shown_state(&snapshot, &self.project));
        self.ran.left = Some((snapshot, self.project.clone()));
        known
    }

    fn judge(&mut self, mut known: Known, mut scope: TestScope) {
        self.ran.status = Status::Pass;
        let is_part = !self.run.options.targets.is_empty();
        let recorded = self.ran.left.as_ref().filter(|_| is_part).map(|(snapshot, _)| {
            let outputs = snapshot.outputs.iter();
            outputs.map(|(name, output)| (name.clone(), output.value.clone())).collect()
        });
        let outputs = match &recorded {
            None => self.project.program.outputs(&mut known).0,
            Some(recorded) => BTreeMap::clone(recorded),
        };
        self.ran.outputs = Value::object(outputs);
        scope.outputs = recorded;
        scope.standing = Standing::Assertion;
        self.ran.assertions.1 = self.run.assertions.len();
        for rule in &self.run.assertions {
            let (asserted, found) = self.compiled.assertion(rule, &scope, &mut known);
            if self.is_partial && asserted == Asserted::Unclear {
                continue;
            }
            self.ran.diagnostics.extend(found);
            let status = match asserted {
                Asserted::Holds => Status::Pass,
                Asserted::Fails => Status::Fail,
                Asserted::Unclear => Status::Error,
            };
            self.ran.assertions.0 += usize::from(asserted == Asserted::Fails);
            self.ran.status = self.ran.status.max(status);
        }
    }

    /// Tells once what was expected to fail and did not.
    fn miss(&mut self) {
        if !std::mem::replace(&mut self.is_missed, true) {
            self.ran.diagnostics.extend(self.expected.missing());
        }
    }

    /// Returns whether everything failed that was expected to; else nothing is asserted.
    fn as_expected(&mut self) -> bool {
        self.miss();
        self.expected.missing().is_empty()
    }

    fn finish(mut self) -> Ran {
        if self.ran.status == Status::Error {
            return self.ran;
        }
        // Errors so far are assertions, which have their status, and failed checks.
        let is_assertion = |found: &Diagnostic| found.code == "infra::lang::assertion_failed";
        if self.ran.diagnostics.iter().any(|found| found.is_error() && !is_assertion(found)) {
            self.ran.status = Status::Error;
        }
        self.ran
    }
}

/// Returns what is known before a plan is made: what is recorded.
fn known_before(snapshot: &Snapshot, inputs: &Inputs) -> Known {
    let mut known = Known::new(inputs.clone());
    known.begin_planning();
    for (address, instance) in &snapshot.instances {
        if let Some((_, object)) = instance.current() {
            let id = known.addresses.intern(address.clone());
            known.publish(id, object.value.clone());
        }
    }
    known
}

/// Returns what is known once a plan is made: planned values over recorded ones.
fn planned(plan: &Plan, snapshot: &Snapshot, inputs: &Inputs) -> Known {
    let mut known = Known::new(inputs.clone());
    known.begin_planning();
    for (address, value) in planned_values(plan, snapshot) {
        let id = known.addresses.intern(address);
        known.publish(id, value);
    }
    known
}

fn was_interrupted(found: &[Diagnostic]) -> bool {
    found.iter().any(|found| found.code == "infra::cli::plan_interrupted")
}

/// Destroys what a run left; returns the state that remains and what was found.
///
/// # Errors
///
/// As [`run`].
pub async fn destroy(
    context: &Context,
    project: &Project,
    snapshot: Snapshot,
    parallel: ParallelArguments,
) -> Result<(Snapshot, Diagnostics), Failure> {
    let mut operation = Operation::start(context, project, parallel, Voice::Silent)?;
    let options = Options { mode: PlanMode::Destroy, ..Options::default() };
    let prior = Arc::new(snapshot.clone());
    let (plan, mut found) = match operation.plan(prior, options, None).await {
        Ok((plan, found)) => (plan, found),
        Err(failure) => return Ok((snapshot, failure.diagnostics)),
    };
    found.retain(Diagnostic::is_error);
    if plan.is_empty() && plan.records.is_empty() {
        return Ok((snapshot, found));
    }
    let writer = Box::new(MemoryWriter::new(snapshot, wire::who(context, "test")));
    let apply = Apply {
        plan,
        writer,
        command: "test",
        from_file: false,
        refresh: true,
        plan_bytes: Vec::new(),
    };
    let ended = operation.apply(apply).await?;
    found.extend(ended.diagnostics.into_iter().filter(Diagnostic::is_error));
    Ok((ended.snapshot, found))
}
