//! Root variables: where their values come from, and which of several wins.
//!
//! The order is Terraform's, the later wins: environment, `terraform.tfvars`,
//! `terraform.tfvars.json`, `*.auto.tfvars` and `*.auto.tfvars.json` by name, then `-var` and `-var-file` as they stand on the command line.

use crate::{
    arguments::{VariableArguments, VariableSource},
    context::Context,
    ui::prompt,
};
use infra_lang::{
    config::load::Unparsed,
    program::{Compiled, parse_undeclared, parse_variables},
};
use infra_model::{
    diagnostic::{Diagnostic, Diagnostics},
    program::Program,
    source::{SourceId, SourceMap},
    text::{self, Text},
    value::Value,
};
use std::{collections::BTreeMap, fs, path::Path};

/// The endings of files that are read without being named.
const AUTOMATIC: [&str; 2] = [".auto.tfvars", ".auto.tfvars.json"];

/// What to do about such a file.
const UNREADABLE: &str = "Make it readable, or remove it.";

/// Values by name.
pub type Values = BTreeMap<Text, Value>;

/// How many undeclared variables of files are told one by one.
const UNDECLARED_TOLD_MAX: usize = 2;

struct Collector<'a> {
    context: &'a Context,
    program: &'a Compiled,
    values: Values,
    /// The sources of the program, and the files of variables behind them.
    sources: SourceMap,
    /// Undeclared variables of files, with the file that says so last.
    undeclared: BTreeMap<Text, String>,
    /// What is not declared has a value too: tests refer to it.
    is_test: bool,
    diagnostics: Diagnostics,
}

/// Returns the values of root variables, and what is wrong with them, with the sources that this
/// points into.
pub fn collect(
    context: &Context,
    program: &Compiled,
    given: &VariableArguments,
) -> (Values, SourceMap, Diagnostics) {
    let mut collector = Collector::new(context, program);
    collector.environment();
    collector.automatic();
    collector.named(given);
    collector.undeclared_in_files();
    (collector.values, collector.sources, collector.diagnostics)
}

/// Returns the values that a test sees beside its own: also of what its module does not declare, and
/// over all others those of the files in the tests' directory, if it is given.
pub fn for_test(
    context: &Context,
    program: &Compiled,
    given: &VariableArguments,
    directory: Option<&str>,
) -> (Values, SourceMap, Diagnostics) {
    let mut collector = Collector { is_test: true, ..Collector::new(context, program) };
    collector.environment();
    collector.automatic();
    collector.named(given);
    if let Some(directory) = directory {
        collector.automatic_of(&context.directory.join(directory));
    }
    (collector.values, collector.sources, collector.diagnostics)
}

/// Returns the values that the command line itself names; what is wrong with them, [`collect`] tells.
pub fn named(context: &Context, program: &Compiled, given: &VariableArguments) -> Values {
    let mut collector = Collector::new(context, program);
    collector.named(given);
    collector.values
}

/// Asks for the values that are missing, where a person is there to be asked; returns what is wrong
/// with the answers.
pub fn ask(context: &Context, program: &Compiled, values: &mut Values) -> Diagnostics {
    let mut found = Vec::new();
    let mut missing = program.askable();
    missing.retain(|(name, _)| !values.contains_key(name));
    missing.sort();
    for (name, description) in missing {
        let Some(answer) = prompt::value(&context.screen, &format!("var.{name}"), &description)
        else {
            break;
        };
        let (value, diagnostics) = program.parse_variable_text(&name, &answer);
        found.extend(diagnostics);
        values.insert(name, value);
    }
    found
}

impl<'a> Collector<'a> {
    fn new(context: &'a Context, program: &'a Compiled) -> Self {
        Self {
            context,
            program,
            values: Values::new(),
            sources: program.sources().clone(),
            undeclared: BTreeMap::new(),
            is_test: false,
            diagnostics: Vec::new(),
        }
    }

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
            if self.takes(&name) {
                self.text(&name, &text);
            }
        }
    }

    fn takes(&self, name: &str) -> bool {
        self.is_test || self.program.declares(name)
    }

    fn automatic(&mut self) {
        let context = self.context;
        self.automatic_of(&context.directory);
    }

    /// Takes the files of a directory that are read without being named.
    fn automatic_of(&mut self, directory: &Path) {
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
        if !self.takes(name) {
            let diagnostic = self.undeclared_on_command_line(name);
            self.diagnostics.push(diagnostic);
            return;
        }
        self.text(&Text::from(name), value);
    }

    fn text(&mut self, name: &Text, text: &str) {
        if !self.program.declares(name) {
            self.values.insert(name.clone(), parse_undeclared(text));
            return;
        }
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
        let name = shown.display().to_string();
        let source = SourceId(u32::try_from(self.sources.files().len()).unwrap_or(u32::MAX));
        let file = Unparsed { source, name: Text::from(&*name), bytes: bytes.into() };
        let (values, text, diagnostics) = parse_variables(&file);
        self.sources.add(file.name, text);
        self.diagnostics.extend(diagnostics);
        for (variable, value) in values {
            if self.takes(&variable) {
                self.values.insert(variable, value);
            } else {
                self.undeclared.insert(variable, name.clone());
            }
        }
    }

    fn undeclared_on_command_line(&self, name: &str) -> Diagnostic {
        let detail = format!(
            "A variable named {name:?} was assigned on the command line, but the root module does not declare a variable of that name. To use this value, add a \"variable\" block to the configuration."
        );
        let found = Diagnostic::error("infra::cli::variable_undeclared", UNDECLARED).detail(detail);
        found.help(self.instead_of(name))
    }

    /// Warns of the first few one by one, and of all others at once.
    fn undeclared_in_files(&mut self) {
        for (name, file) in self.undeclared.iter().take(UNDECLARED_TOLD_MAX) {
            let detail = format!(
                "The root module does not declare a variable named {:?} but a value was found in file {file:?}. If you meant to use this value, add a \"variable\" block to the configuration.\n\nTo silence these warnings, use TF_VAR_... environment variables to provide certain \"global\" settings to all configurations in your organization. To reduce the verbosity of these warnings, use the -compact-warnings option.",
                &**name
            );
            let found = Diagnostic::warning("infra::cli::variable_undeclared", UNDECLARED);
            self.diagnostics.push(found.detail(detail).help(self.instead_of(name)));
        }
        let others = self.undeclared.len().saturating_sub(UNDECLARED_TOLD_MAX);
        if others > 0 {
            let summary = "Values for undeclared variables";
            self.diagnostics.push(
                Diagnostic::warning("infra::cli::variable_undeclared", summary)
                    .detail(format!(
                        "In addition to the other similar warnings shown, {others} other variable(s) defined without being declared."
                    ))
                    .help("Declare them, or remove their values."),
            );
        }
    }

    fn instead_of(&self, name: &str) -> String {
        let declared = self.program.declared();
        match text::nearest(name, declared.iter().map(AsRef::as_ref)) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("Declare it: variable \"{name}\" {{}}"),
        }
    }
}

/// The summary of a finding of one variable.
const UNDECLARED: &str = "Value for undeclared variable";

#[cfg(test)]
mod tests;
