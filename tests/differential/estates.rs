//! Configurations of `terraform_data` by seed: what they consist of.
//!
//! `make` draws one, `change` makes the next one of it, `write` gives the text.

mod change;
mod make;
mod values;
mod write;

pub(super) use change::changed;
pub(super) use make::random;
pub(super) use write::{Block, blocks};

/// A configuration: the root module first, then those that are called.
#[derive(Clone, Debug, Default)]
pub(super) struct Estate {
    modules: Vec<Module>,
    /// What the root's variables are set to in `terraform.tfvars`.
    settings: Vec<(String, String)>,
    /// A number for names that were never used before.
    names: usize,
}

#[derive(Clone, Debug, Default)]
struct Module {
    variables: Vec<Variable>,
    locals: Vec<(String, String)>,
    resources: Vec<Resource>,
    calls: Vec<Call>,
    outputs: Vec<Output>,
    checks: Vec<(String, String)>,
    /// From and to.
    moved: Vec<(String, String)>,
}

#[derive(Clone, Debug)]
struct Variable {
    name: String,
    /// Which of the sorts of variables it is.
    sort: usize,
    default: Option<String>,
    sensitive: bool,
    nullable: Option<bool>,
    /// Condition of a validation.
    validation: Option<String>,
}

#[derive(Clone, Debug)]
enum Repeat {
    Once,
    Count(String),
    Each(String),
}

#[derive(Clone, Debug)]
struct Resource {
    name: String,
    repeat: Repeat,
    input: Option<String>,
    triggers: Option<String>,
    /// Lines of the `lifecycle` block.
    lifecycle: Vec<String>,
    depends_on: Vec<String>,
}

#[derive(Clone, Debug)]
struct Call {
    name: String,
    /// Index of the module.
    module: usize,
    repeat: Repeat,
    arguments: Vec<(String, String)>,
    depends_on: Vec<String>,
}

#[derive(Clone, Debug)]
struct Output {
    name: String,
    value: String,
    sensitive: bool,
    precondition: Option<String>,
    depends_on: Vec<String>,
}

impl Estate {
    fn fresh(&mut self, letter: &str) -> String {
        self.names += 1;
        format!("{letter}{}", self.names)
    }
}
