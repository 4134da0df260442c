//! Templates whose variables come from a value: `templatefile` and `templatestring`.

use super::{Evaluator, Fault, Found, Host, Scope, Target, ValueTarget};
use crate::{
    functions::{Environment, FunctionError, Outcome, Templates},
    syntax::{
        parse_template,
        references::references,
        tree::{Expr, ExprId, Tree},
    },
};
use infra_model::{known::Inputs, source::SourceId, sources::Sources, text::Text, value::Value};
use std::sync::Arc;

/// Marks places in texts that are in no source map, such as templates and lines of the console.
pub const NO_SOURCE: SourceId = SourceId(u32::MAX);

/// Renders templates with the functions of the language.
pub(crate) struct Renderer {
    pub(crate) sources: Arc<dyn Sources>,
    pub(crate) inputs: Arc<Inputs>,
}

/// Refuses templates inside of templates.
pub(crate) struct Refusal;

impl Templates for Refusal {
    fn render(&self, _source_name: &str, _text: &str, _variables: &Value) -> Outcome {
        Err(FunctionError::call(
            "cannot recursively call templatefile or templatestring from inside a template",
        ))
    }
}

impl Templates for Renderer {
    fn render(&self, source_name: &str, text: &str, variables: &Value) -> Outcome {
        let (expression, found) = parse_template(NO_SOURCE, text);
        if let Some(first) = found.iter().find(|d| d.is_error()) {
            return Err(FunctionError::at(0, message(source_name, first)));
        }
        let tree = &*expression.tree;
        for id in references(tree, expression.root) {
            let Expr::Traversal { root, .. } = tree.expr(id) else { continue };
            let name = tree.symbol(root);
            if variables.get(name).is_none() {
                let text =
                    format!("vars map does not contain key {name:?}, referenced at {source_name}");
                return Err(FunctionError::at(1, text));
            }
        }
        let mut host =
            Variables { sources: &*self.sources, inputs: &self.inputs, values: variables };
        let mut evaluator = Evaluator::new(&mut host);
        let value = evaluator.evaluate(&Scope::new(tree), expression.root);
        let found = evaluator.finish();
        match found.iter().find(|d| d.is_error()) {
            Some(first) => Err(FunctionError::call(message(source_name, first))),
            None => Ok(value),
        }
    }
}

fn message(source_name: &str, found: &infra_model::diagnostic::Diagnostic) -> String {
    format!("{source_name}: {}; {}", found.summary, found.detail.trim_end_matches('.'))
}

/// The host of a template.
struct Variables<'a> {
    sources: &'a dyn Sources,
    inputs: &'a Inputs,
    values: &'a Value,
}

impl Host for Variables<'_> {
    fn target(&self, _tree: &Tree, _id: ExprId) -> Target {
        Target::Value(ValueTarget::Named, 0)
    }

    fn value(&mut self, _target: ValueTarget, name: &Text) -> Result<Value, Fault> {
        self.values.get(name).cloned().ok_or_else(|| {
            let detail = format!("There is no variable named {name:?}.");
            Fault::new("infra::lang::variable_undeclared", "Unknown variable", detail)
        })
    }

    fn resource(&mut self, _resource: u32, _key: Option<&Value>) -> Result<Value, Fault> {
        Ok(super::unknown())
    }

    fn call(&mut self, _: u32, _: Option<&Value>, _: Option<&Text>) -> Result<Found, Fault> {
        Ok(Found::Whole(super::unknown()))
    }

    fn is_keyed(&mut self, _target: Target) -> bool {
        false
    }

    fn environment(&self, draw: u64) -> Option<Environment<'_>> {
        Some(Environment { sources: self.sources, inputs: self.inputs, templates: &Refusal, draw })
    }
}
