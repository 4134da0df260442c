//! Conditions: preconditions, postconditions, assertions and validations.

use super::{
    engine::Engine,
    frame::Frame,
    memo::{Located, Touch},
};
use crate::{
    compile::What,
    config::{
        ExprAt,
        block::{ResourceBlock, Rule},
    },
    evaluate::state::Cause,
};
use infra_model::{
    address::InstanceId,
    convert::convert,
    diagnostic::{Diagnostic, Diagnostics, Severity, has_errors},
    program::{Conditioned, NodeId},
    snapshot::{Check, CheckStatus},
    text::Text,
    types::Type,
    value::{Marks, Value},
};
use std::collections::BTreeMap;

/// How one condition ended.
pub(super) struct Judged {
    pub(super) status: CheckStatus,
    /// The message, if it does not hold.
    pub(super) message: Option<Text>,
    /// What is wrong with the condition itself.
    pub(super) found: Diagnostics,
}

/// The words for a kind of condition.
struct Words {
    code: &'static str,
    summary: &'static str,
    severity: Severity,
}

/// The words for preconditions of outputs.
const OUTPUT: Words = Words {
    code: "infra::lang::precondition_failed",
    summary: "Module output value precondition failed",
    severity: Severity::Error,
};

/// Evaluates a condition, and its message if it does not hold.
pub(super) fn judge(frame: &mut Frame<'_, '_, '_>, rule: &Rule) -> Judged {
    let span = frame.engine.program.configuration.span(rule.condition);
    let (value, mut found) = frame.evaluate(rule.condition);
    if has_errors(&found) {
        return Judged { status: CheckStatus::Error, message: None, found };
    }
    let (value, _) = value.unmark_deep();
    let mut wrong = |detail: String| {
        found.push(
            Diagnostic::error("infra::lang::condition_invalid", "Invalid condition result")
                .detail(detail)
                .label(span, ""),
        );
    };
    if value.is_null() {
        wrong("Condition expression must return either true or false, not null.".into());
        return Judged { status: CheckStatus::Error, message: None, found };
    }
    let holds = match convert(&value, &Type::Bool) {
        Ok(value) => value.as_bool(),
        Err(error) => {
            wrong(format!("Invalid condition result value: {error}."));
            return Judged { status: CheckStatus::Error, message: None, found };
        }
    };
    match holds {
        None => Judged { status: CheckStatus::Unknown, message: None, found },
        Some(true) => Judged { status: CheckStatus::Pass, message: None, found },
        Some(false) => {
            let message = Some(message(frame, rule, &mut found));
            Judged { status: CheckStatus::Fail, message, found }
        }
    }
}

fn message(frame: &mut Frame<'_, '_, '_>, rule: &Rule, found: &mut Diagnostics) -> Text {
    let (value, more) = frame.evaluate(rule.message);
    found.extend(more);
    let (value, marks) = value.unmark_deep();
    if marks.contains(Marks::SENSITIVE) {
        return "The error message included a sensitive value, so it will not be displayed.".into();
    }
    if marks.contains(Marks::EPHEMERAL) {
        found.push(
            Diagnostic::warning(
                "infra::lang::ephemeral_message",
                "Error message refers to ephemeral values",
            )
            .detail("The error expression used to explain this condition refers to ephemeral values, so the resulting message is not displayed.")
            .label(frame.engine.program.configuration.span(rule.message), "ephemeral")
            .help("remove the references to ephemeral values, or use `ephemeralasnull` on them"),
        );
        return "This check failed, but has an invalid error message as described in the other accompanying messages.".into();
    }
    let text = convert(&value, &Type::String).ok();
    match text.as_ref().and_then(Value::as_text) {
        Some(text) => text.trim().into(),
        None => "The error message could not be evaluated.".into(),
    }
}

impl Engine<'_, '_> {
    /// Evaluates the conditions of something.
    pub(super) fn conditions(
        &mut self,
        of: &Conditioned,
        object: Option<&Value>,
    ) -> BTreeMap<Text, Check> {
        match of {
            Conditioned::Before(id) => self.instance_conditions(*id, (false, None)),
            Conditioned::After(id) => self.instance_conditions(*id, (true, object)),
            Conditioned::Node(node) => self.node_conditions(*node),
        }
    }

    /// Evaluates preconditions, or postconditions with `self`.
    fn instance_conditions(
        &mut self,
        id: InstanceId,
        (is_after, object): (bool, Option<&Value>),
    ) -> BTreeMap<Text, Check> {
        let mut checks = BTreeMap::new();
        let Some(located) = self.located(id) else { return checks };
        let program = self.program;
        let place = self.module(located.module).place;
        let block = &program.configuration.module_at(place).resources[located.resource as usize];
        let severity = Severity::Error;
        let (rules, words) = if is_after {
            let code = "infra::lang::postcondition_failed";
            let words = Words { code, summary: "Resource postcondition failed", severity };
            (&block.lifecycle.postconditions, words)
        } else {
            let code = "infra::lang::precondition_failed";
            let words = Words { code, summary: "Resource precondition failed", severity };
            (&block.lifecycle.preconditions, words)
        };
        if rules.is_empty() {
            return checks;
        }
        self.ensure(located.module, What::Resource(located.resource));
        let address = self.known.addresses.address(id).to_string();
        let instances = self.instances(located.module, located.resource as usize);
        let slot = located.slot as usize;
        let mut frame = Frame::new(self, located.module, "condition")
            .repeated(instances.repetition(slot), &instances.keys[slot]);
        frame.this = object.cloned();
        let check = all(&mut frame, rules, &words, &address);
        checks.insert(address.into(), check);
        checks
    }

    /// Returns what the conditions of an instance look at, and what it is replaced with: both are
    /// judged when that is final, so that the instance comes after it.
    pub(super) fn rule_needs(&mut self, located: Located, block: &ResourceBlock) -> Vec<Touch> {
        let lifecycle = &block.lifecycle;
        let rules = lifecycle.preconditions.iter().chain(&lifecycle.postconditions);
        let expressions = rules.flat_map(|rule| [rule.condition, rule.message]);
        let expressions: Vec<ExprAt> =
            expressions.chain(lifecycle.replace_triggered_by.iter().copied()).collect();
        if expressions.is_empty() {
            return Vec::new();
        }
        let mut frame = self.instance_frame(located, "condition");
        frame.this = Some(Value::unknown(Type::Dynamic));
        for expression in expressions {
            // What is wrong with one of them is told where it is judged.
            frame.evaluate(expression);
        }
        std::mem::take(&mut frame.trace).finish(0).touched.to_vec()
    }

    fn node_conditions(&mut self, node: NodeId) -> BTreeMap<Text, Check> {
        let mut checks = BTreeMap::new();
        let program = self.program;
        let Some((place, what)) = program.parts.graph.origin.get(node.0 as usize).copied() else {
            return checks;
        };
        let module = program.configuration.module_at(place);
        let (rules, words): (&[Rule], Words) = match what {
            What::Output(i) => (&module.outputs[i as usize].preconditions, OUTPUT),
            What::Check(i) => (
                &module.checks[i as usize].assertions,
                Words {
                    code: "infra::lang::check_failed",
                    summary: "Check block assertion failed",
                    severity: Severity::Warning,
                },
            ),
            What::Variable(i) => {
                for instance in self.module_instances(place) {
                    self.ensure(instance, what);
                    self.cell(instance, what);
                    self.validate_variable(instance, i as usize);
                    checks.extend(self.variable_check(instance, i as usize));
                }
                return checks;
            }
            What::Local(_) | What::Call(_) | What::Provider(_) | What::Resource(_) => {
                return checks;
            }
        };
        if rules.is_empty() {
            return checks;
        }
        let name = &program.parts.graph.nodes[node.0 as usize].name;
        for instance in self.module_instances(place) {
            self.ensure(instance, what);
            let address = &self.module(instance).address;
            let full =
                if address.is_root() { name.to_string() } else { format!("{address}.{name}") };
            let mut frame = Frame::new(self, instance, "condition");
            let check = all(&mut frame, rules, &words, &full);
            checks.insert(full.into(), check);
        }
        checks
    }

    /// Returns how the rules of a variable ended, whose findings were reported before.
    fn variable_check(&mut self, instance: u32, index: usize) -> Option<(Text, Check)> {
        let program = self.program;
        let module = self.module(instance);
        let variable = &program.configuration.module_at(module.place).variables[index];
        if variable.validations.is_empty() {
            return None;
        }
        let name = format!("var.{}", variable.name.name);
        let full =
            if module.address.is_root() { name } else { format!("{}.{name}", module.address) };
        let mut check = Check { status: CheckStatus::Pass, messages: Vec::new() };
        for rule in &variable.validations {
            let judged = judge(&mut Frame::new(self, instance, "validation"), rule);
            check.status = check.status.and(judged.status);
            check.messages.extend(judged.message);
        }
        Some((full.into(), check))
    }

    /// Evaluates the conditions of a block whose instances are not known.
    pub(super) fn rules_once(frame: &mut Frame<'_, '_, '_>, rules: &[Rule]) {
        for rule in rules {
            let judged = judge(frame, rule);
            frame.engine.reported.extend(judged.found);
            if judged.status != CheckStatus::Fail {
                let (_, found) = frame.evaluate(rule.message);
                frame.engine.reported.extend(found);
            }
        }
    }
}

fn all(frame: &mut Frame<'_, '_, '_>, rules: &[Rule], words: &Words, address: &str) -> Check {
    let mut check = Check { status: CheckStatus::Pass, messages: Vec::new() };
    for rule in rules {
        let judged = judge(frame, rule);
        check.status = check.status.and(judged.status);
        for diagnostic in judged.found {
            frame.engine.report(diagnostic.at_address(address));
        }
        if words.severity == Severity::Warning && judged.status == CheckStatus::Unknown {
            let found = unknown_yet(frame, rule).at_address(address);
            frame.engine.report(found);
        }
        if let Some(message) = judged.message {
            fails(frame, rule, (words, message.clone()), address);
            check.messages.push(message);
        }
    }
    check
}

/// Reports that a condition does not hold.
fn fails(
    frame: &mut Frame<'_, '_, '_>,
    rule: &Rule,
    (words, message): (&Words, Text),
    address: &str,
) {
    let span = frame.engine.program.configuration.span(rule.condition);
    let mut diagnostic = Diagnostic::error(words.code, words.summary)
        .detail(message)
        .label(span, "does not hold")
        .stating(frame.statements(rule.condition, Cause::default()))
        .at_address(address);
    diagnostic.severity = words.severity;
    frame.engine.report(diagnostic);
}

fn unknown_yet(frame: &mut Frame<'_, '_, '_>, rule: &Rule) -> Diagnostic {
    let values = frame.statements(rule.condition, Cause::default());
    Diagnostic::warning("infra::lang::check_unknown", "Check block assertion known after apply")
        .detail("The condition could not be evaluated at this time, a result will be known when this plan is applied.")
        .label(frame.engine.program.configuration.span(rule.condition), "not known yet")
        .stating(values)
}
