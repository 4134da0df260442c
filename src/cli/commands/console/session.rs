//! One configuration and state in which expressions are evaluated, one after the other.

use crate::{
    arguments::VariableArguments, context::Context, failure::Failure, project::Project,
    render::console::console, wire,
};
use infra_lang::program::{asks_for_type, type_text};
use infra_model::{
    address::ModuleAddress,
    diagnostic::{self, Diagnostics},
    known::{Inputs, Known},
    program::NodeSort,
    source::SourceMap,
    value::{Value, json},
};
use infra_plan::form::of_today;
use std::sync::Arc;

/// What is known while expressions are evaluated.
pub(super) struct Session<'a> {
    context: &'a Context,
    project: Project,
    known: Known,
    /// What is wrong with the configuration whatever is asked: said once.
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
    /// Loads the configuration, its variables and the recorded state; changes nothing.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read.
    pub(super) fn load(context: &'a Context, given: &VariableArguments) -> Result<Self, Failure> {
        let project = Project::load_partly(context, given)?;
        let reading = wire::store_at(context, &project.backend)?.read()?;
        context.screen.diagnostics(&reading.warnings, &SourceMap::default());
        // Time and randomness give values here, as in Terraform's console.
        let inputs = Inputs { applying: true, ..project.inputs.clone() };
        let mut known = Known::new(inputs);
        for (address, instance) in &reading.snapshot.instances {
            let Some((_, object)) = instance.current() else { continue };
            // What has no form of today is as good as not recorded; the next plan says why.
            if let Ok(object) = of_today(&project.kinds, address.mode, &address.kind, object) {
                let id = known.addresses.intern(address.clone());
                known.publish_final(id, object.value.clone());
            }
        }
        let mut session = Self { context, project, known, standing: Vec::new(), count: 0 };
        session.standing = session.evaluate("null").found;
        context.screen.diagnostics(&session.standing, session.sources());
        Ok(session)
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
            found.retain(|found| !self.standing.contains(found));
        }
        Evaluated { value, is_type: asks_for_type(expression), found }
    }

    /// Returns the names that the root module has.
    pub(super) fn names(&self) -> Vec<String> {
        let nodes = self.project.program.nodes().iter().filter(|node| node.module.is_empty());
        let named = nodes.filter(|node| {
            matches!(
                node.sort,
                NodeSort::Variable | NodeSort::Local | NodeSort::Module | NodeSort::Resource(..)
            )
        });
        named.map(|node| node.name.to_string()).collect()
    }

    /// Returns the sources that diagnostics point into.
    pub(super) fn sources(&self) -> &SourceMap {
        self.project.program.sources()
    }
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
