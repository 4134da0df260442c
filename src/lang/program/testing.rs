//! Expressions of tests: values, and assertions with what went into them.

use super::{Compiled, engine, frame::Frame};
use crate::{
    compile::{TestScope, analyse_free, type_of},
    config::{ExprAt, block::Rule},
    evaluate::{Evaluator, Scope, state::Cause},
};
use infra_model::{
    address::{Address, ModuleAddress},
    convert::convert,
    diagnostic::{Diagnostic, Diagnostics, Stated, has_errors},
    known::Known,
    source::Span,
    text::Text,
    types::Type,
    value::{Marks, Value},
};

/// How an assertion ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asserted {
    /// It holds.
    Holds,
    /// It does not.
    Fails,
    /// It could not be judged.
    Unclear,
}

impl Compiled {
    /// Evaluates an expression of a test file that was loaded beside this configuration.
    pub fn test_value(
        &self,
        expression: ExprAt,
        scope: &TestScope,
        known: &mut Known,
    ) -> (Value, Diagnostics) {
        let (value, found) =
            engine::run(self, known, |engine| engine.tested(expression, expression, scope));
        let (value, own) = value;
        // What is wrong with the module was said when it was planned.
        drop(found);
        (value, own)
    }

    /// Judges an assertion of a test file.
    pub fn assertion(
        &self,
        rule: &Rule,
        scope: &TestScope,
        known: &mut Known,
    ) -> (Asserted, Diagnostics) {
        let (value, mut found) = self.test_value(rule.condition, scope, known);
        let (message, more) = self.test_value(rule.message, scope, known);
        found.extend(more);
        if has_errors(&found) {
            let span = self.configuration.span(rule.condition);
            let values = self.statements(rule.condition, scope, known);
            for fault in found.iter_mut().filter(|fault| is_within(fault, span)) {
                fault.values = Some(values.clone());
            }
            return (Asserted::Unclear, found);
        }
        let verdict = self.verdict(rule, &value, (scope, known));
        match verdict {
            Ok(true) => (Asserted::Holds, found),
            Ok(false) => {
                let failed = self.failed(rule, &message, (scope, known));
                let is_clear = failed.code == FAILED;
                found.push(failed);
                (if is_clear { Asserted::Fails } else { Asserted::Unclear }, found)
            }
            Err(fault) => {
                found.push(*fault);
                (Asserted::Unclear, found)
            }
        }
    }

    fn verdict(
        &self,
        rule: &Rule,
        value: &Value,
        (scope, known): (&TestScope, &mut Known),
    ) -> Result<bool, Box<Diagnostic>> {
        let span = self.configuration.span(rule.condition);
        let wrong = |known: &mut Known, summary: &'static str, detail: String| {
            let found = Diagnostic::error("infra::lang::assertion_invalid", summary)
                .detail(detail)
                .label(span, "cannot be judged")
                .stating(self.statements(rule.condition, scope, known));
            Err(Box::new(found))
        };
        let (value, _) = value.clone().unmark_deep();
        if value.is_null() {
            let detail = "Condition expression must return either true or false, not null.";
            return wrong(known, "Invalid condition run", detail.to_owned());
        }
        let is_known = value.is_known();
        match convert(&value, &Type::Bool).map(|value| value.as_bool()) {
            Ok(Some(verdict)) => Ok(verdict),
            Err(error) if is_known => {
                let detail = format!("Invalid condition run value: {error}.");
                wrong(known, "Invalid condition run", detail)
            }
            Ok(None) | Err(_) => wrong(known, "Unknown condition value", UNKNOWN.to_owned()),
        }
    }

    fn failed(
        &self,
        rule: &Rule,
        message: &Value,
        (scope, known): (&TestScope, &mut Known),
    ) -> Diagnostic {
        let span = self.configuration.span(rule.message);
        let (text, marks) = message.clone().unmark_deep();
        let wrong = |detail: String| {
            Diagnostic::error("infra::lang::assertion_invalid", "Invalid error message")
                .detail(detail)
                .label(span, "cannot be shown")
        };
        if text.is_null() {
            return wrong("Unsuitable value for error message: must not be null.".to_owned());
        }
        let message = if marks.contains(Marks::SENSITIVE) {
            "The error message included a sensitive value, so it will not be displayed.".to_owned()
        } else if marks.contains(Marks::EPHEMERAL) {
            "The error message included an ephemeral value, so it will not be displayed.".to_owned()
        } else {
            match convert(&text, &Type::String) {
                Ok(text) => match text.as_text() {
                    Some(text) => text.trim().to_owned(),
                    None => "The error message is not known.".to_owned(),
                },
                Err(error) => {
                    return wrong(format!("Unsuitable value for error message: {error}."));
                }
            }
        };
        let condition = self.configuration.span(rule.condition);
        Diagnostic::error(FAILED, "Test assertion failed")
            .detail(message)
            .label(condition, "does not hold")
            .stating(self.statements(rule.condition, scope, known))
    }

    /// Says what each reference of an expression is.
    fn statements(&self, expression: ExprAt, scope: &TestScope, known: &mut Known) -> Vec<Stated> {
        engine::run(self, known, |engine| engine.stated(expression, scope)).0
    }

    /// Returns the variable whose rule a finding is about, if it is about one of the root module.
    pub fn refused_variable(&self, found: &Diagnostic) -> Option<&str> {
        let variables = &self.configuration.modules.first()?.variables;
        if found.code != "infra::lang::variable_invalid" || found.labels.len() < 2 {
            return None;
        }
        let is_of = |span: Span| found.labels.iter().any(|label| label.span == span);
        let mut refused = variables.iter().filter(|(_, variable)| is_of(variable.span));
        refused.next().map(|(name, _)| &**name)
    }

    /// Returns the place where a root variable is declared.
    pub fn variable_span(&self, name: &str) -> Option<Span> {
        self.configuration.modules.first()?.variables.get(name).map(|variable| variable.span)
    }

    /// Returns the provider type that a local name of the root module stands for.
    pub fn provider_type(&self, local: &Text) -> Text {
        self.configuration.modules.first().map_or_else(|| local.clone(), |m| type_of(m, local))
    }

    /// Returns whether an address is of a resource or module of this configuration.
    pub fn has_target(&self, address: &Address) -> bool {
        let module = self.place_of(&address.module);
        module.is_some_and(|place| {
            let resources = &self.configuration.module_at(place).resources;
            resources.contains_key(&super::name_of(address))
        })
    }

    /// Returns whether an address is of a module call of this configuration.
    pub fn has_module(&self, address: &ModuleAddress) -> bool {
        self.place_of(address).is_some()
    }
}

const FAILED: &str = "infra::lang::assertion_failed";

const UNKNOWN: &str = "Condition expression could not be evaluated at this time. This means you have executed a `run` block with `command = plan` and one of the values your condition depended on is not known until after the plan has been applied. Either remove this value from your condition, or execute an `apply` command from this `run` block. Alternatively, if there is an override for this value, you can make it available during the plan phase by setting `override_during = plan` in the `override_` block.";

fn is_within(found: &Diagnostic, span: Span) -> bool {
    found.labels.first().is_some_and(|label| {
        label.span.source == span.source
            && span.start <= label.span.start
            && label.span.end <= span.end
    })
}

impl engine::Engine<'_, '_> {
    /// Says what the references of a test's expression are.
    fn stated(&mut self, whole: ExprAt, scope: &TestScope) -> Vec<Stated> {
        let program = self.program;
        let facts = &program.parts.facts[program.configuration.places[0].module];
        let tree = program.configuration.tree(whole.source);
        // What is wrong with it was found when it was evaluated.
        let targets = analyse_free(
            &program.configuration,
            (0, Some(scope)),
            (facts, tree, whole.id),
            &mut Vec::new(),
        );
        let mut frame = Frame::new(self, 0, "test");
        frame.free = Some(&targets);
        frame.test = Some(scope);
        frame.statements(whole, Cause::default())
    }

    /// Evaluates a part of a test's expression in the root module.
    fn tested(&mut self, whole: ExprAt, part: ExprAt, scope: &TestScope) -> (Value, Diagnostics) {
        let program = self.program;
        let facts = &program.parts.facts[program.configuration.places[0].module];
        let tree = program.configuration.tree(whole.source);
        let mut found = Vec::new();
        let targets = analyse_free(
            &program.configuration,
            (0, Some(scope)),
            (facts, tree, part.id),
            &mut found,
        );
        if has_errors(&found) {
            return (Value::unknown(Type::Dynamic), found);
        }
        let mut frame = Frame::new(self, 0, "test");
        frame.free = Some(&targets);
        frame.test = Some(scope);
        let mut evaluator = Evaluator::new(&mut frame);
        let value = evaluator.evaluate(&Scope::new(tree), part.id);
        found.extend(evaluator.finish());
        (value, found)
    }
}
