//! Early evaluation: what must be known before anything is loaded or asked for, such as the source
//! of a module and the settings of the backend.
//!
//! Root variables and local values made of them may be used there, and what calls pass on of them.
//! All else does not exist yet, and secrets would end up in files: both are refused.

use super::{Configuration, ExprAt, block::Variable, read::literal_text, typing::conform};
use crate::{
    evaluate::{
        Evaluator, Fault, Found, Host, Scope, Target, ValueTarget, render::Refusal, unknown,
    },
    functions::Environment,
    syntax::tree::{Expr, ExprId, StepKind, Tree},
};
use infra_model::{
    convert::convert,
    diagnostic::{Diagnostics, has_errors},
    known::Inputs,
    sources::Sources,
    text::Text,
    types::Type,
    value::{Data, Value},
};
use std::collections::BTreeMap;

/// How deep values may be made of each other, which ends a circle.
const DEPTH_MAX: usize = 64;

/// What is known this early.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// Values of the root variables; `None` if nobody has looked for them.
    pub variables: Option<&'a BTreeMap<Text, Value>>,
    /// Files, for functions.
    pub sources: &'a dyn Sources,
}

/// What an early evaluation gave.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The text.
    pub text: Option<Text>,
    /// What is wrong.
    pub diagnostics: Diagnostics,
    /// Root variables are needed first.
    pub wants_variables: bool,
}

/// Returns the text that an expression of a place's module gives.
pub(super) fn text(
    configuration: &Configuration,
    place: usize,
    expression: ExprAt,
    given: Given<'_>,
) -> Outcome {
    let tree = configuration.tree(expression.source);
    if let Some(text) = literal_text(tree, expression.id) {
        return Outcome { text: Some(text), diagnostics: Vec::new(), wants_variables: false };
    }
    if tree.expr(expression.id) == Expr::Invalid {
        return Outcome { text: None, diagnostics: Vec::new(), wants_variables: false };
    }
    let mut early = Early {
        configuration,
        given,
        place,
        depth: 0,
        found: Vec::new(),
        wants_variables: false,
        inputs: Inputs::default(),
    };
    let value = early.evaluate(place, expression);
    let mut diagnostics = std::mem::take(&mut early.found);
    let span = configuration.span(expression);
    let mut text = None;
    if !has_errors(&diagnostics) && !early.wants_variables {
        match as_text(&value) {
            Ok(found) => text = Some(found),
            Err(reason) => diagnostics.push(refused(&reason).at(span, "not usable here")),
        }
    }
    Outcome { text, diagnostics, wants_variables: early.wants_variables }
}

fn as_text(value: &Value) -> Result<Text, String> {
    if !value.marks().is_empty() {
        return Err("The value is sensitive or ephemeral, and would be written to files.".into());
    }
    if value.is_null() || !value.is_wholly_known() {
        return Err("The value is null, or not known before a plan.".into());
    }
    let converted = convert(value, &Type::String).map_err(|_| "The value must be a string.")?;
    match converted.data() {
        Data::String(text) => Ok(Text::from(&**text)),
        _ => Err("The value must be a string.".into()),
    }
}

fn refused(detail: &str) -> Fault {
    let detail = format!("{detail} It is needed before anything else is.");
    Fault::new("infra::config::early_invalid", "Value not usable here", detail)
        .help("use literal text, variables with known values, and local values made of these alone")
}

struct Early<'a> {
    configuration: &'a Configuration,
    given: Given<'a>,
    /// The place whose names are meant.
    place: usize,
    depth: usize,
    found: Diagnostics,
    wants_variables: bool,
    /// There is no run yet whose time and seed could be used.
    inputs: Inputs,
}

impl Early<'_> {
    fn evaluate(&mut self, place: usize, expression: ExprAt) -> Value {
        let before = std::mem::replace(&mut self.place, place);
        self.depth += 1;
        let configuration = self.configuration;
        let mut evaluator = Evaluator::new(self);
        let value =
            evaluator.evaluate(&Scope::new(configuration.tree(expression.source)), expression.id);
        let found = evaluator.finish();
        self.found.extend(found);
        self.depth -= 1;
        self.place = before;
        value
    }

    fn variable(&mut self, index: usize) -> Result<Value, Fault> {
        let configuration = self.configuration;
        let module = configuration.module_at(self.place);
        let Some((name, variable)) = module.variables.get_index(index) else {
            return Err(refused("There is no such variable."));
        };
        if variable.sensitive || variable.ephemeral {
            return Err(refused(&format!(
                "var.{name} is {}, and would be written to files.",
                if variable.sensitive { "sensitive" } else { "ephemeral" }
            )));
        }
        let value = match configuration.places[self.place].parent {
            None => match self.given.variables {
                None => {
                    self.wants_variables = true;
                    return Ok(unknown());
                }
                Some(values) => values.get(name).cloned(),
            },
            Some((parent, call)) => {
                let inputs = &configuration.module_at(parent).calls[call].inputs;
                let passed = inputs.iter().find(|(input, _)| input.name == *name);
                passed.map(|(_, expression)| self.evaluate(parent, *expression))
            }
        };
        settled(name, variable, value)
    }
}

/// Returns the value of a variable from what it was given.
fn settled(name: &Text, variable: &Variable, given: Option<Value>) -> Result<Value, Fault> {
    let given = given.filter(|value| variable.nullable || !value.is_null());
    match (given, &variable.default) {
        (Some(value), _) => conform(&value, &variable.constraint).map_err(|reason| {
            refused(&format!("The given value does not suit var.{name}: {reason}."))
        }),
        (None, Some(default)) => Ok(default.clone()),
        (None, None) => Err(refused(&format!("var.{name} has no value and no default."))),
    }
}

impl Host for Early<'_> {
    fn target(&self, tree: &Tree, id: ExprId) -> Target {
        let Expr::Traversal { root, steps } = tree.expr(id) else { return Target::Undeclared };
        let first = match tree.steps(steps).first().map(|step| step.kind) {
            Some(StepKind::Attribute(name)) => &**tree.symbol(name),
            _ => "",
        };
        let module = self.configuration.module_at(self.place);
        let number = |index: Option<usize>| {
            index.and_then(|index| u32::try_from(index).ok()).unwrap_or(u32::MAX)
        };
        let target = match (&**tree.symbol(root), first) {
            ("var", name) => ValueTarget::Variable(number(module.variables.get_index_of(name))),
            ("local", name) => ValueTarget::Local(number(module.locals.get_index_of(name))),
            ("path", "module") => ValueTarget::PathModule,
            ("path", "root") => ValueTarget::PathRoot,
            ("path", "cwd") => ValueTarget::PathCwd,
            _ => ValueTarget::Named,
        };
        Target::Value(target, u8::from(target != ValueTarget::Named))
    }

    fn value(&mut self, target: ValueTarget, _name: &Text) -> Result<Value, Fault> {
        if self.depth > DEPTH_MAX {
            return Err(refused("The values are made of each other in a circle, or too deep."));
        }
        match target {
            ValueTarget::Variable(index) => self.variable(index as usize),
            ValueTarget::Local(index) => {
                let module = self.configuration.module_at(self.place);
                match module.locals.get_index(index as usize) {
                    Some((_, local)) => Ok(self.evaluate(self.place, local.value)),
                    None => Err(refused("There is no such local value.")),
                }
            }
            ValueTarget::PathModule => {
                let directory = &self.configuration.module_at(self.place).directory;
                Ok(Value::string(if directory.is_empty() { "." } else { directory }))
            }
            ValueTarget::PathRoot => Ok(Value::string(".")),
            ValueTarget::PathCwd => Ok(Value::string(self.given.sources.working_directory())),
            _ => Err(refused("Only variables, local values and paths may be used here.")),
        }
    }

    fn resource(&mut self, _resource: u32, _key: Option<&Value>) -> Result<Value, Fault> {
        Err(refused("Resources may not be used here."))
    }

    fn call(&mut self, _: u32, _: Option<&Value>, _: Option<&Text>) -> Result<Found, Fault> {
        Err(refused("Modules may not be used here."))
    }

    fn is_keyed(&mut self, _target: Target) -> bool {
        false
    }

    fn environment(&self, draw: u64) -> Option<Environment<'_>> {
        Some(Environment {
            sources: self.given.sources,
            inputs: &self.inputs,
            templates: &Refusal,
            draw,
        })
    }
}
