//! Root variables: where their values come from, and which of several wins.
//!
//! The order is Terraform's, the later wins: environment, `terraform.tfvars`,
//! `terraform.tfvars.json`, `*.auto.tfvars` and `*.auto.tfvars.json` by name, then `-var` and `-var-file` as they stand on the command line.

use crate::{
    arguments::{VariableArguments, VariableSource},
    context::Context,
};
use infra_lang::program::Compiled;
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    text::{self, Text},
    value::{Data, Value, json},
};
use std::{collections::BTreeMap, fs, path::Path};

/// The endings of files that are read without being named.
const AUTOMATIC: [&str; 2] = [".auto.tfvars", ".auto.tfvars.json"];

/// What to do about such a file.
const UNREADABLE: &str = "Make it readable, or remove it.";

/// Values by name.
pub type Values = BTreeMap<Text, Value>;

struct Collector<'a> {
    context: &'a Context,
    program: &'a Compiled,
    values: Values,
    diagnostics: Diagnostics,
}

/// Returns the values of root variables, and what is wrong with them.
pub fn collect(
    context: &Context,
    program: &Compiled,
    given: &VariableArguments,
) -> (Values, Diagnostics) {
    let mut collector =
        Collector { context, program, values: Values::new(), diagnostics: Vec::new() };
    collector.environment();
    collector.automatic();
    collector.named(given);
    (collector.values, collector.diagnostics)
}

/// Returns the values that the command line itself names; what is wrong with them, [`collect`] tells.
pub fn named(context: &Context, program: &Compiled, given: &VariableArguments) -> Values {
    let mut collector =
        Collector { context, program, values: Values::new(), diagnostics: Vec::new() };
    collector.named(given);
    collector.values
}

impl Collector<'_> {
    fn named(&mut self, given: &VariableArguments) {
        for source in &given.given {
            match source {
                VariableSource::Assignment(text) => self.assignment(text),
                VariableSource::File(path) => {
                    let help = "Mend the path of `-var-file`, or make the file readable.";
                    self.file(&self.context.directory.join(path), help);
                }
            }
        }
    }

    fn environment(&mut self) {
        let given: Vec<(Text, String)> =
            self.context.environment.root_variables().map(|(n, v)| (n, v.to_owned())).collect();
        for (name, text) in given {
            // The environment may hold variables of other configurations.
            if self.program.declares(&name) {
                self.text(&name, &text);
            }
        }
    }

    fn automatic(&mut self) {
        let directory = &self.context.directory;
        for first in ["terraform.tfvars", "terraform.tfvars.json"] {
            let first = directory.join(first);
            if first.is_file() {
                self.file(&first, UNREADABLE);
            }
        }
        let Ok(entries) = fs::read_dir(directory) else { return };
        let mut names: Vec<String> = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| AUTOMATIC.iter().any(|end| name.ends_with(end)))
            .collect();
        names.sort();
        for name in names {
            self.file(&directory.join(name), UNREADABLE);
        }
    }

    fn assignment(&mut self, given: &str) {
        let Some((name, value)) = given.split_once('=') else {
            self.diagnostics.push(
                Diagnostic::error("infra::cli::variable_invalid", "Invalid -var option")
                    .detail(format!("`{given}` is not of the form `name=value`."))
                    .help("Write `-var NAME=VALUE`."),
            );
            return;
        };
        if !self.program.declares(name) {
            self.diagnostics.push(self.undeclared(name, true));
            return;
        }
        self.text(&Text::from(name), value);
    }

    fn text(&mut self, name: &Text, text: &str) {
        let (value, diagnostics) = self.program.parse_variable_text(name, text);
        self.diagnostics.extend(diagnostics);
        self.values.insert(name.clone(), value);
    }

    /// Reads a file of assignments; `help` is for one that cannot be read.
    fn file(&mut self, path: &Path, help: &str) {
        let shown = path.strip_prefix(&self.context.directory).unwrap_or(path);
        let bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                self.diagnostics.push(
                    Diagnostic::error(
                        "infra::cli::file_unreadable",
                        format!("`{}` cannot be read", shown.display()),
                    )
                    .detail(error.to_string())
                    .help(help),
                );
                return;
            }
        };
        let is_json = path.extension().is_some_and(|end| end == "json");
        let (values, diagnostics) =
            if is_json { parse_json(&bytes) } else { infra_lang::program::parse_tfvars(&bytes) };
        self.diagnostics.extend(diagnostics.into_iter().map(|found| {
            let detail = format!("In `{}`. {}", shown.display(), found.detail);
            found.detail(detail.trim_end())
        }));
        for (name, value) in values {
            if self.program.declares(&name) {
                self.values.insert(name, value);
            } else {
                let diagnostic = self.undeclared(&name, false);
                self.diagnostics.push(diagnostic);
            }
        }
    }

    fn undeclared(&self, name: &str, is_error: bool) -> Diagnostic {
        let summary = "Value for undeclared variable";
        let diagnostic = if is_error {
            Diagnostic::error("infra::cli::variable_undeclared", summary)
        } else {
            Diagnostic::warning("infra::cli::variable_undeclared", summary)
        };
        let diagnostic =
            diagnostic.detail(format!("The root module declares no variable `{name}`."));
        let declared = self.program.declared();
        match text::nearest(name, declared.iter().map(AsRef::as_ref)) {
            Some(near) => diagnostic.help(format!("Did you mean `{near}`?")),
            None => diagnostic.help(format!("Declare it: variable \"{name}\" {{}}")),
        }
    }
}

/// Returns the values of a file in JSON: one object.
fn parse_json(bytes: &[u8]) -> (Values, Diagnostics) {
    let wrong = |why: String| {
        let found = Diagnostic::error("infra::cli::tfvars_invalid", "Invalid variables file");
        (
            Values::new(),
            vec![found.detail(why).help("Write one object, such as { \"name\": \"value\" }.")],
        )
    };
    let Ok(text) = std::str::from_utf8(bytes) else { return wrong("It is not UTF-8.".into()) };
    match json::from_json_text(text) {
        Ok(value) if matches!(value.data(), Data::Object(_)) => {
            (value.entries().unwrap_or_default().iter().cloned().collect(), Vec::new())
        }
        Ok(_) => wrong("It must hold one JSON object.".into()),
        Err(error) => wrong(format!("It is no JSON: {error}.")),
    }
}

#[cfg(test)]
mod tests;
