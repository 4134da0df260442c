//! The text of a configuration, block by block, so that blocks can be left out.

use super::{
    Call, Estate, Module, Output, Repeat, Resource, Variable, make::condition_block, values::SORTS,
};

/// A block of a file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Block {
    pub(crate) file: String,
    pub(crate) text: String,
}

/// Returns all blocks of all files.
pub(crate) fn blocks(estate: &Estate) -> Vec<Block> {
    let mut found = Vec::new();
    for (index, module) in estate.modules.iter().enumerate() {
        let file = if index == 0 { "main.tf".to_owned() } else { format!("m{index}/main.tf") };
        let texts = texts(module, index == 0);
        found.extend(texts.into_iter().map(|text| Block { file: file.clone(), text }));
    }
    for (name, value) in &estate.settings {
        let text = format!("{name} = {value}\n");
        found.push(Block { file: "terraform.tfvars".to_owned(), text });
    }
    found
}

fn texts(module: &Module, is_root: bool) -> Vec<String> {
    let mut found: Vec<String> = module.variables.iter().map(variable).collect();
    let locals = module.locals.iter();
    found.extend(locals.map(|(name, value)| format!("locals {{\n  {name} = {value}\n}}\n")));
    found.extend(module.resources.iter().map(resource));
    found.extend(module.calls.iter().map(|made| call(made, is_root)));
    found.extend(module.checks.iter().map(|(name, condition)| {
        let assert = format!(
            "assert {{\n    condition = {condition}\n    error_message = \"Unwell.\"\n  }}"
        );
        format!("check \"{name}\" {{\n  {assert}\n}}\n")
    }));
    found.extend(module.outputs.iter().map(output));
    let moved = module.moved.iter();
    found.extend(moved.map(|(from, to)| format!("moved {{\n  from = {from}\n  to = {to}\n}}\n")));
    found
}

fn block(head: &str, lines: &[String]) -> String {
    let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
    format!("{head} {{\n{lines}}}\n")
}

fn variable(made: &Variable) -> String {
    let mut lines = vec![format!("type = {}", SORTS[made.sort].0)];
    lines.extend(made.default.as_ref().map(|value| format!("default = {value}")));
    lines.extend(made.sensitive.then(|| "sensitive = true".to_owned()));
    lines.extend(made.nullable.map(|nullable| format!("nullable = {nullable}")));
    lines.extend(made.validation.as_ref().map(|text| condition_block("validation", text)));
    block(&format!("variable \"{}\"", made.name), &lines)
}

fn repeat(repeat: &Repeat) -> Option<String> {
    match repeat {
        Repeat::Once => None,
        Repeat::Count(text) => Some(format!("count = {text}")),
        Repeat::Each(text) => Some(format!("for_each = {text}")),
    }
}

fn depends_on(names: &[String]) -> Option<String> {
    (!names.is_empty()).then(|| format!("depends_on = [{}]", names.join(", ")))
}

fn resource(made: &Resource) -> String {
    let mut lines: Vec<String> = repeat(&made.repeat).into_iter().collect();
    lines.extend(made.input.as_ref().map(|value| format!("input = {value}")));
    lines.extend(made.triggers.as_ref().map(|value| format!("triggers_replace = {value}")));
    lines.extend(depends_on(&made.depends_on));
    if !made.lifecycle.is_empty() {
        lines.push(block("lifecycle", &made.lifecycle));
    }
    block(&format!("resource \"terraform_data\" \"{}\"", made.name), &lines)
}

fn call(made: &Call, is_root: bool) -> String {
    let above = if is_root { "." } else { ".." };
    let mut lines = vec![format!("source = \"{above}/m{}\"", made.module)];
    lines.extend(repeat(&made.repeat));
    lines.extend(made.arguments.iter().map(|(name, value)| format!("{name} = {value}")));
    lines.extend(depends_on(&made.depends_on));
    block(&format!("module \"{}\"", made.name), &lines)
}

fn output(made: &Output) -> String {
    let mut lines = vec![format!("value = {}", made.value)];
    lines.extend(made.sensitive.then(|| "sensitive = true".to_owned()));
    lines.extend(made.precondition.as_ref().map(|text| condition_block("precondition", text)));
    lines.extend(depends_on(&made.depends_on));
    block(&format!("output \"{}\"", made.name), &lines)
}
