//! One configuration and state in which expressions are evaluated, one after the other.

use crate::{
    arguments::VariableArguments,
    context::Context,
    elsewhere::{self, Place},
    failure::Failure,
    operation::Operation,
    planned::planned_values,
    project::Project,
    render::console::console,
    wire,
};
use infra_lang::program::{asks_for_type, type_text};
use infra_model::{
    address::{Address, ModuleAddress},
    diagnostic::{self, Diagnostic, Diagnostics},
    known::{Inputs, Known},
    program::NodeSort,
    snapshot::Snapshot,
    source::SourceMap,
    value::{Value, json},
};
use infra_plan::{form::of_today, options::Options};
use std::{collections::BTreeMap, path::Path, sync::Arc};

/// What a session is over.
pub(super) struct Subject<'s> {
    /// Root variables.
    pub(super) variables: &'s VariableArguments,
    /// The state to read, if it is not the one of the backend.
    pub(super) state: Option<&'s Path>,
    /// Instances have the values of a new plan.
    pub(super) plans: bool,
    /// What is wrong with a local value is an answer to those who ask for it, and not told before.
    pub(super) tells_when_asked: bool,
}

/// What is known while expressions are evaluated.
pub(super) struct Session<'a> {
    context: &'a Context,
    project: Project,
    known: Known,
    /// What is wrong with the configuration and the plan whatever is asked: said once.
    standing: Diagnostics,
    /// Expressions so far: each draws anew.
    count: u64,
}

/// What an expression gives.
pub(super) struct Evaluated {
    /// Its value; of no meaning if there are errors.
    pub(super) value: Value,
    /// It was `type(...)`, whose text is shown without quotes.
    pub(super) is_type: bool,
    /// What is wrong with it.
    pub(super) found: Diagnostics,
}

impl<'a> Session<'a> {
    /// Loads the configuration, its variables and the state, and plans if that is wanted; changes
    /// nothing. What is wrong with single blocks is shown, and ends nothing.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read.
    pub(super) async fn load(context: &'a Context, subject: Subject<'_>) -> Result<Self, Failure> {
        let (project, mut standing) = Project::load_partly(context, subject.variables)?;
        let (snapshot, live_epoch) = read(context, &project, subject.state)?;
        let values = if subject.plans {
            let mut operation = Operation::only_planning(context, &project);
            let (plan, found) = operation
                .plan_partly(Arc::clone(&snapshot), Options::default(), live_epoch)
                .await?;
            standing.extend(found);
            plan.map_or_else(BTreeMap::new, |plan| planned_values(&plan, &snapshot))
        } else {
            recorded(&project, &snapshot)
        };
        // Time and randomness give values here, as in Terraform's console; in a plan they do not.
        let inputs = Inputs { applying: !subject.plans, ..project.inputs.clone() };
        let mut known = Known::new(inputs);
        for (address, value) in values {
            let id = known.addresses.intern(address);
            known.publish_final(id, value);
        }
        let mut session = Self { context, project, known, standing, count: 0 };
        let everything =
            if subject.tells_when_asked { Vec::new() } else { session.names_of(is_evaluated) };
        let found = session.evaluate(&format!("[{}]", everything.join(", "))).found;
        session.standing.extend(found);
        session.tell_what_stands();
        Ok(session)
    }

    fn tell_what_stands(&mut self) {
        let mut shown: Diagnostics = Vec::new();
        for found in &self.standing {
            if !shown.iter().any(|other| is_same(other, found)) {
                shown.push(found.clone());
            }
        }
        self.context.screen.diagnostics(&shown, self.sources());
        if diagnostic::has_errors(&shown) {
            self.context.screen.diagnostics(&[partial()], self.sources());
        }
    }

    /// Evaluates an expression in the root module.
    pub(super) fn evaluate(&mut self, expression: &str) -> Evaluated {
        self.count += 1;
        let inputs = Arc::make_mut(&mut self.known.inputs);
        inputs.now_ms = self.context.now().0;
        inputs.seed = self.project.inputs.seed;
        for (byte, count) in inputs.seed.iter_mut().zip(self.count.to_le_bytes()) {
            *byte ^= count;
        }
        let root = ModuleAddress::root();
        let (value, mut found) = self.project.program.free(expression, &root, &mut self.known);
        if !found.is_empty() {
            // What was found on the way is remembered, and would not be said to the next who asks.
            self.known.end_planning();
            found.retain(|found| !self.standing.iter().any(|other| is_same(other, found)));
        }
        Evaluated { value, is_type: asks_for_type(expression), found }
    }

    /// Returns the names that the root module has.
    pub(super) fn names(&self) -> Vec<String> {
        self.names_of(|sort| is_evaluated(sort) || matches!(sort, NodeSort::Resource(..)))
    }

    fn names_of(&self, is_wanted: fn(&NodeSort) -> bool) -> Vec<String> {
        let nodes = self.project.program.nodes().iter().filter(|node| node.module.is_empty());
        let named = nodes.filter(|node| is_wanted(&node.sort));
        named.map(|node| node.name.to_string()).collect()
    }

    /// Returns the sources that diagnostics point into.
    pub(super) fn sources(&self) -> &SourceMap {
        self.project.program.sources()
    }
}

/// Returns whether a node has a value without a state.
fn is_evaluated(sort: &NodeSort) -> bool {
    matches!(sort, NodeSort::Variable | NodeSort::Local | NodeSort::Module)
}

/// Returns the state to look at, and the epoch of its lock if somebody holds it.
fn read(
    context: &Context,
    project: &Project,
    state: Option<&Path>,
) -> Result<(Arc<Snapshot>, Option<u64>), Failure> {
    if let Some(path) = state {
        let place = Place::of(&context.directory.join(path));
        let snapshot = elsewhere::snapshot(context, &place)?;
        // None is an empty one, as with Terraform.
        return Ok((Arc::new(snapshot.unwrap_or_default()), None));
    }
    let reading = wire::store_at(context, &project.backend)?.read()?;
    context.screen.diagnostics(&reading.warnings, &SourceMap::default());
    Ok((Arc::new(reading.snapshot), reading.holder.map(|holder| holder.epoch)))
}

/// Returns what is recorded of each instance.
fn recorded(project: &Project, snapshot: &Snapshot) -> BTreeMap<Address, Value> {
    let mut values = BTreeMap::new();
    for (address, instance) in &snapshot.instances {
        let Some((_, object)) = instance.current() else { continue };
        // What has no form of today is as good as not recorded; the next plan says why.
        if let Ok(object) = of_today(&project.kinds, address.mode, &address.kind, object) {
            values.insert(address.clone(), object.value.clone());
        }
    }
    values
}

/// Returns whether two findings say the same of the same place; a plan adds whom it concerns.
fn is_same(a: &Diagnostic, b: &Diagnostic) -> bool {
    (a.code, &a.summary, &a.detail, &a.labels) == (b.code, &b.summary, &b.detail, &b.labels)
}

fn partial() -> Diagnostic {
    Diagnostic::warning(
        "infra::cli::console_partial",
        "Due to the problems above, some expressions may produce unexpected results",
    )
    .detail("What they concern is (known after apply) here. Nothing was changed.")
    .help("Correct them, and start the console again.")
}

impl Evaluated {
    /// Returns whether there is no value.
    pub(super) fn has_failed(&self) -> bool {
        diagnostic::has_errors(&self.found)
    }

    /// Returns what the console prints, without a line end; secrets masked.
    pub(super) fn render(&self) -> String {
        match self.value.as_text() {
            Some(text) if self.is_type => text.to_string(),
            _ => console(&self.value),
        }
    }

    /// Returns what `type` gives for the value.
    pub(super) fn type_text(&self) -> String {
        type_text(&self.value.ty())
    }

    /// Returns what `jsonencode` gives for the value with its marks taken off; `None` if it fails.
    pub(super) fn json(&self) -> Option<String> {
        json::to_json_text(&self.value.clone().unmark_deep().0).ok()
    }
}
