//! Variables, local values and outputs.

use super::{
    Compiled,
    engine::Engine,
    frame::Frame,
    memo::{Cell, Origin, Trace},
};
use crate::{
    compile::{Reference, What},
    config::{
        block::{OutputBlock, Variable},
        typing::conform,
    },
    evaluate::state::Cause,
    index::number,
};
use infra_model::{
    address::InstanceKey,
    diagnostic::Diagnostic,
    source::Span,
    types::Type,
    value::{Marks, Value},
};
use std::sync::Arc;

impl Engine<'_, '_> {
    /// Looks at the root variables once, so that all that is wrong with them is found first.
    pub(super) fn start(&mut self) {
        if self.memo.is_started {
            return;
        }
        self.memo.is_started = true;
        let count = self.program.configuration.modules[0].variables.len();
        for index in 0..count {
            self.cell(0, What::Variable(number(index)));
        }
        for index in 0..count {
            let found = &self.program.parts.references[0].validations[index];
            if found.iter().all(|reference| matches!(reference, Reference::Variable(_))) {
                self.validate_variable(0, index);
            }
        }
    }

    /// Evaluates a variable, local value or output.
    pub(super) fn make_cell(&mut self, module: u32, what: What) -> Cell {
        let program = self.program;
        let place = self.module(module).place;
        let blocks = program.configuration.module_at(place);
        match what {
            What::Variable(i) => self.variable(module, &blocks.variables[i as usize]),
            What::Local(i) => {
                let local = &blocks.locals[i as usize];
                let mut frame = Frame::new(self, module, &local.name.name);
                let value =
                    frame.value_of(local.value).unwrap_or_else(|| Value::unknown(Type::Dynamic));
                let trace = std::mem::take(&mut frame.trace);
                self.traced(value, trace)
            }
            What::Output(i) => self.output(module, &blocks.outputs[i as usize]),
            What::Call(_) | What::Provider(_) | What::Resource(_) | What::Check(_) => {
                Cell { value: Value::unknown(Type::Dynamic), origin: Origin::default() }
            }
        }
    }

    fn traced(&self, value: Value, trace: Trace) -> Cell {
        Cell { value, origin: trace.finish(self.known.publications()) }
    }

    fn output(&mut self, module: u32, block: &OutputBlock) -> Cell {
        let needs = self.explicit_needs(module, &block.depends_on);
        let mut frame = Frame::new(self, module, &block.name.name);
        frame.trace.touch_all(&needs);
        // Who uses an output waits for what its module waits for.
        let above = Arc::clone(&frame.engine.module(module).needs);
        frame.trace.touch_all(&above);
        let value = frame.value_of(block.value);
        let trace = std::mem::take(&mut frame.trace);
        if let Some(value) = &value {
            self.check_ephemeral_output(module, block, value);
        }
        let value = value.unwrap_or_else(|| Value::unknown(Type::Dynamic));
        let value = marked(value, block.sensitive, block.ephemeral);
        self.traced(value, trace)
    }

    fn variable(&mut self, module: u32, variable: &Variable) -> Cell {
        let marks = |value| marked(value, variable.sensitive, variable.ephemeral);
        if let Some((parent, call)) = self.module(module).parent {
            let cell = self.passed(module, (parent, call), variable);
            return Cell { value: marks(cell.value), origin: cell.origin };
        }
        let value = if self.is_validating {
            Value::unknown(variable.constraint.ty.without_optional())
        } else {
            self.given(variable)
        };
        Cell { value: marks(value), origin: Origin::default() }
    }

    /// Returns what a root variable was given.
    fn given(&mut self, variable: &Variable) -> Value {
        let name = &variable.name.name;
        let unknown = || Value::unknown(variable.constraint.ty.without_optional());
        let given = self.known.inputs.variables.get(name).cloned();
        let given = given
            .filter(|value| variable.nullable || !value.is_null() || variable.default.is_none());
        match (given, &variable.default) {
            (Some(value), _) if value.is_null() && !variable.nullable => {
                self.report(
                    Diagnostic::error("infra::lang::variable_invalid", "Required variable not set")
                        .detail(format!("The given value is not suitable for var.{name}: required variable may not be set to null."))
                        .label(variable.span, "must not be null"),
                );
                unknown()
            }
            (Some(value), _) => match conform(&value, &variable.constraint) {
                Ok(value) => value,
                Err(reason) => {
                    let name = format!("var.{name}");
                    self.report(unsuitable(variable, (variable.span, &name), &reason));
                    unknown()
                }
            },
            (None, Some(default)) => default.clone(),
            (None, None) => {
                self.report(
                    Diagnostic::error("infra::lang::variable_missing", "No value for required variable")
                        .detail(format!("The root module input variable {name:?} is not set, and has no default value."))
                        .label(variable.span, "needs a value")
                        .help(format!("give `-var '{name}=…'`, set `TF_VAR_{name}`, or add a line to `terraform.tfvars`")),
                );
                unknown()
            }
        }
    }

    /// Returns what the call of a module instance passes for a variable.
    fn passed(&mut self, module: u32, (parent, call): (u32, usize), variable: &Variable) -> Cell {
        let program = self.program;
        let block = &program.configuration.module_at(self.module(parent).place).calls[call];
        let default = || {
            let absent = || Value::unknown(variable.constraint.ty.without_optional());
            variable.default.clone().unwrap_or_else(absent)
        };
        let input = block.inputs.iter().find(|(name, _)| name.name == variable.name.name);
        let Some((_, input)) = input else {
            return Cell { value: default(), origin: Origin::default() };
        };
        let repetition = self.module(module).repetition.clone();
        let key = self.key_of(module);
        let mut frame = Frame::new(self, parent, &variable.name.name).repeated(repetition, &key);
        let value = frame.value_of(*input);
        let trace = std::mem::take(&mut frame.trace);
        let span = program.configuration.span(*input);
        let value = match value {
            None => Value::unknown(variable.constraint.ty.without_optional()),
            Some(value) if value.is_null() && !variable.nullable => {
                if variable.default.is_none() {
                    self.report(
                        Diagnostic::error("infra::lang::variable_invalid", "Required variable not set")
                            .detail(format!("The given value is not suitable for var.{}: required variable may not be set to null.", variable.name.name))
                            .label(span, "null")
                            .label(variable.span, "declared here"),
                    );
                }
                default()
            }
            Some(value) => {
                self.check_ephemeral(&value, variable, span);
                conform(&value, &variable.constraint).unwrap_or_else(|reason| {
                    let name = &variable.name.name;
                    let place = place_text(program, variable.span);
                    let address = &self.module(module).address;
                    let name = format!("{address}.var.{name} declared at {place}");
                    self.report(unsuitable(variable, (span, &name), &reason));
                    Value::unknown(variable.constraint.ty.without_optional())
                })
            }
        };
        self.traced(value, trace)
    }

    fn check_ephemeral_output(&mut self, module: u32, block: &OutputBlock, value: &Value) {
        let span = self.program.configuration.span(block.value);
        if !block.ephemeral && value.deep_marks().contains(Marks::EPHEMERAL) {
            let help = if module == 0 {
                "`ephemeralasnull` leaves out what is ephemeral"
            } else {
                "add `ephemeral = true` to the output"
            };
            self.report(
                Diagnostic::error("infra::lang::ephemeral_misuse", "Ephemeral value not allowed")
                    .detail("This output value is not declared as returning an ephemeral value, so it cannot be set to a result derived from an ephemeral value.")
                    .label(span, "ephemeral")
                    .help(help),
            );
        }
        // The whole of it must be: an object with one ephemeral attribute is not enough.
        if block.ephemeral && module != 0 && !value.marks().contains(Marks::EPHEMERAL) {
            self.report(
                Diagnostic::error(
                    "infra::lang::ephemeral_misuse",
                    "Value not allowed in ephemeral output",
                )
                .detail("This output value is declared as returning an ephemeral value, so it can only be set to an ephemeral value.")
                .label(span, "not ephemeral")
                .help("remove `ephemeral = true` from the output"),
            );
        }
    }

    fn check_ephemeral(&mut self, value: &Value, variable: &Variable, span: Span) {
        if value.deep_marks().contains(Marks::EPHEMERAL) && !variable.ephemeral {
            self.report(
                Diagnostic::error("infra::lang::ephemeral_misuse", "Ephemeral value not allowed")
                    .detail("This input variable is not declared as accepting ephemeral values, so it cannot be set to a result derived from an ephemeral value.")
                    .label(span, "ephemeral")
                    .label(variable.span, "declared here")
                    .help("add `ephemeral = true` to the variable"),
            );
        }
    }

    pub(super) fn key_of(&self, module: u32) -> InstanceKey {
        self.module(module)
            .address
            .steps()
            .last()
            .map_or(InstanceKey::None, |step| step.key.clone())
    }

    /// Judges a new value by the rules that look at nothing else.
    pub(super) fn validate_early(&mut self, module: u32, index: u32) {
        let place = self.module(module).place;
        let references =
            &self.program.parts.references[self.program.configuration.places[place].module];
        let only_itself = [Reference::Variable(index)];
        if references.validations[index as usize] == only_itself {
            self.validate_variable(module, index as usize);
        }
    }

    /// Judges a variable by its rules, unless that was done; what is not known is left for later.
    pub(super) fn validate_variable(&mut self, module: u32, index: usize) {
        if self.module(module).validated[index] {
            return;
        }
        let program = self.program;
        let place = self.module(module).place;
        let variable = &program.configuration.module_at(place).variables[index];
        let mut is_settled = true;
        for rule in &variable.validations {
            let mut frame = Frame::new(self, module, "validation");
            let judged = super::conditions::judge(&mut frame, rule);
            is_settled &= judged.status != infra_model::snapshot::CheckStatus::Unknown;
            frame.engine.reported.extend(judged.found);
            if let Some(message) = judged.message {
                let values = frame.statements(rule.condition, Cause::default());
                let found = Diagnostic::error(
                    "infra::lang::variable_invalid",
                    "Invalid value for variable",
                );
                let condition = program.configuration.span(rule.condition);
                let place = place_text(program, rule.span);
                let mut found = found
                    .detail(format!(
                        "{message}\n\nThis was checked by the validation rule at {place}."
                    ))
                    .label(self.given_at(module, variable), "this value")
                    .label(condition, "this rule does not hold")
                    .stating(values);
                if found.labels[0].span != variable.span {
                    found = found.label(variable.span, "the variable");
                }
                self.report(found);
            }
        }
        self.module_mut(module).validated[index] = is_settled;
    }

    /// Returns where a variable is given its value: in the call of its module, or by its block.
    fn given_at(&self, module: u32, variable: &Variable) -> Span {
        let Some((parent, call)) = self.module(module).parent else { return variable.span };
        let program = self.program;
        let block = &program.configuration.module_at(self.module(parent).place).calls[call];
        let input = block.inputs.iter().find(|(name, _)| name.name == variable.name.name);
        input.map_or(variable.span, |(_, input)| program.configuration.span(*input))
    }

    /// Judges all variables of all module instances that were not judged yet.
    pub(super) fn validate_variables(&mut self) {
        for place in 0..self.program.configuration.places.len() {
            let count = self.program.configuration.module_at(place).variables.len();
            for module in self.module_instances(place) {
                for index in 0..count {
                    self.ensure(module, What::Variable(number(index)));
                    self.cell(module, What::Variable(number(index)));
                    self.validate_variable(module, index);
                }
            }
        }
    }
}

/// Returns a place as texts name it: the file, the line, and the columns.
fn place_text(program: &Compiled, span: Span) -> String {
    let place = |byte| program.map.position(span.source, byte);
    match (program.map.file(span.source), place(span.start), place(span.end)) {
        (Some(file), Some(start), Some(end)) => {
            format!("{}:{},{}-{}", file.name, start.line, start.column, end.column)
        }
        _ => "an unknown place".to_owned(),
    }
}

fn marked(value: Value, sensitive: bool, ephemeral: bool) -> Value {
    let mut marks = Marks::NONE;
    if sensitive {
        marks |= Marks::SENSITIVE;
    }
    if ephemeral {
        marks |= Marks::EPHEMERAL;
    }
    value.with_marks(marks)
}

pub(super) fn unsuitable(
    variable: &Variable,
    (span, name): (Span, &str),
    reason: &str,
) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("infra::lang::variable_invalid", "Invalid value for input variable")
            .detail(format!("The given value is not suitable for {name}: {reason}."))
            .label(span, "does not fit the type");
    if span == variable.span {
        diagnostic
    } else {
        diagnostic.label(variable.span, "declared here")
    }
}
