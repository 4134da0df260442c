//! Values of root variables from text: flags, the environment and `.tfvars` files.

use super::Compiled;
use crate::{
    config::{
        json,
        load::{Unparsed, is_json},
    },
    evaluate::{Evaluator, Scope, constant::Constant, render::NO_SOURCE},
    syntax::{parse_bytes, parse_expression, tree::File},
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics, has_errors},
    text::Text,
    types::Type,
    value::Value,
};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

impl Compiled {
    /// Returns whether the root module declares a variable.
    pub fn declares(&self, name: &str) -> bool {
        self.configuration.modules[0].variables.contains_key(name)
    }

    /// Returns the names of the root variables, in the order of the text.
    pub fn declared(&self) -> Vec<Text> {
        self.configuration.modules[0].variables.keys().cloned().collect()
    }

    /// Returns the names of the root variables whose values are for one run only.
    pub fn ephemeral(&self) -> Vec<Text> {
        let variables = self.configuration.modules[0].variables.iter();
        variables.filter(|(_, variable)| variable.ephemeral).map(|(name, _)| name.clone()).collect()
    }

    /// Returns the names of the root variables that have no default.
    pub fn required(&self) -> Vec<Text> {
        let variables = self.configuration.modules[0].variables.iter();
        let required = variables.filter(|(_, variable)| variable.default.is_none());
        required.map(|(name, _)| name.clone()).collect()
    }

    /// Returns the root variables without a default that a person may be asked for, with what their
    /// blocks say of them; no sensitive ones.
    pub fn askable(&self) -> Vec<(Text, Text)> {
        let variables = self.configuration.modules[0].variables.iter();
        let askable = variables.filter(|(_, v)| v.default.is_none() && !v.sensitive);
        askable.map(|(name, variable)| (name.clone(), variable.description.clone())).collect()
    }

    /// Returns the value of a variable from the text of a flag or of the environment: the text
    /// itself for a primitive or untyped variable, else an expression.
    pub fn parse_variable_text(&self, name: &str, text: &str) -> (Value, Diagnostics) {
        let variable = self.configuration.modules[0].variables.get(name);
        let is_text = variable
            .is_none_or(|variable| !variable.is_typed || variable.constraint.ty.is_primitive());
        if is_text {
            return (Value::string(text.nfc().collect::<String>()), Vec::new());
        }
        let (parsed, mut found) = parse_expression(NO_SOURCE, text);
        let mut value = Value::unknown(Type::Dynamic);
        if !has_errors(&found) {
            let mut host = Constant;
            let mut evaluator = Evaluator::new(&mut host);
            value = evaluator.evaluate(&Scope::new(&parsed.tree), parsed.root);
            found.extend(evaluator.finish());
        }
        let span = variable.map(|variable| variable.span);
        let found = found.into_iter().map(|found| {
            let detail = format!("In the value given for var.{name}: {}", found.detail);
            let placed = Diagnostic { labels: Vec::new(), ..found }.detail(detail);
            match span {
                Some(span) => placed.label(span, "declared here"),
                None => placed,
            }
        });
        (value, found.collect())
    }
}

/// Returns the value of a variable that nothing declares: that of the text as an expression, or the
/// text itself.
pub fn parse_undeclared(text: &str) -> Value {
    let (parsed, mut found) = parse_expression(NO_SOURCE, text);
    if !has_errors(&found) {
        let mut host = Constant;
        let mut evaluator = Evaluator::new(&mut host);
        let value = evaluator.evaluate(&Scope::new(&parsed.tree), parsed.root);
        found.extend(evaluator.finish());
        if !has_errors(&found) {
            return value;
        }
    }
    Value::string(text.nfc().collect::<String>())
}

/// Returns the values that a file of variables gives, in the syntax that its name says, and the text
/// that findings point into.
pub fn parse_variables(given: &Unparsed) -> (BTreeMap<Text, Value>, Text, Diagnostics) {
    let (file, found) = if is_json(&given.name) {
        json::parse_variables(given.source, &given.bytes)
    } else {
        parse_bytes(given.source, &given.bytes)
    };
    let (values, found) = constants(&file, found);
    (values, Text::clone(file.tree.text()), found)
}

/// Returns the values that a `.tfvars` file gives; places in findings are in no source map.
pub fn parse_tfvars(bytes: &[u8]) -> (BTreeMap<Text, Value>, Diagnostics) {
    let (file, found) = parse_bytes(NO_SOURCE, bytes);
    constants(&file, found)
}

fn constants(file: &File, mut found: Diagnostics) -> (BTreeMap<Text, Value>, Diagnostics) {
    for block in &file.body.blocks {
        found.push(
            Diagnostic::error("infra::config::block_unknown", "Unexpected block")
                .detail(format!(
                    "A variables file holds only `name = value` lines, not blocks such as {:?}.",
                    &*block.kind.name
                ))
                .label(block.kind.span, "a block")
                .help("write it as `name = value`, or put it into the configuration"),
        );
    }
    found.extend(file.tree.doubts.iter().map(|(_, doubt)| doubt.clone()));
    let mut values = BTreeMap::new();
    for attribute in &file.body.attributes {
        let mut host = Constant;
        let mut evaluator = Evaluator::new(&mut host);
        let value = evaluator.evaluate(&Scope::new(&file.tree), attribute.value);
        let faults = evaluator.finish();
        if !has_errors(&faults) {
            values.insert(attribute.name.name.clone(), value);
        }
        found.extend(faults);
    }
    (values, found)
}
