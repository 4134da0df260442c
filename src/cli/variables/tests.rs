//! Which of several values wins.

use super::*;
use crate::{environment::Environment, files::FileSources, ui::Screen};
use infra_lang::{
    compile::compile,
    config::load::{LoadOptions, load},
};
use infra_model::{diagnostic, kind::Kinds};
use std::{path::PathBuf, sync::Arc};
use tempfile::TempDir;

const MAIN: &str = "variable \"a\" {\n  type = string\n}\nvariable \"b\" {\n  type = number\n}\n";

struct Case {
    directory: TempDir,
    environment: Environment,
}

impl Case {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("main.tf"), MAIN).unwrap();
        Self { directory, environment: Environment::default() }
    }

    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.directory.path().join(name), text).unwrap();
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        let given = [(format!("TF_VAR_{name}"), value.to_owned())];
        self.environment = Environment::of(given);
        self
    }

    fn collect(&self, given: &[VariableSource]) -> (Values, Diagnostics) {
        let directory = self.directory.path().to_owned();
        let files = Arc::new(FileSources::new(directory.clone(), None));
        let (configuration, map, _) = load(files.as_ref(), ".", LoadOptions::default());
        let (program, found) = compile(configuration, map, &Arc::new(Kinds::default()), files);
        assert_eq!(found, []);
        let context = Context {
            environment: self.environment.clone(),
            screen: Screen::new(&self.environment, true),
            directory,
            counters: Arc::default(),
        };
        let given = VariableArguments { given: given.to_vec() };
        let (values, sources, mut found) = collect(&context, &program, &given);
        // Findings are read here without their places.
        for one in &mut found {
            let label = one.labels.first();
            let file = label.and_then(|label| sources.file(label.span.source));
            if let Some(file) = file {
                one.detail = format!("{}: {}", file.name, one.detail).into();
            }
        }
        (values, found)
    }

    /// Returns the value of `a`; nothing may be wrong.
    fn a(&self, given: &[VariableSource]) -> String {
        let (values, found) = self.collect(given);
        assert_eq!(found, []);
        values.get("a").and_then(Value::as_text).map(ToString::to_string).unwrap_or_default()
    }
}

fn assigned(text: &str) -> VariableSource {
    VariableSource::Assignment(text.into())
}

fn named(file: &str) -> VariableSource {
    VariableSource::File(PathBuf::from(file))
}

#[test]
fn later_sources_win() {
    let case = Case::new().variable("a", "environment");
    assert_eq!(case.a(&[]), "environment");
    let case = case.file("terraform.tfvars", "a = \"file\"\n");
    assert_eq!(case.a(&[]), "file");
    let case = case.file("terraform.tfvars.json", "{\"a\": \"json\"}");
    assert_eq!(case.a(&[]), "json");
    let case = case.file("b.auto.tfvars.json", "{\"a\": \"b\"}").file("a.auto.tfvars", "a = \"a\"");
    assert_eq!(case.a(&[]), "b");
    let case = case.file("named.tfvars", "a = \"named\"\n");
    assert_eq!(case.a(&[assigned("a=flag"), named("named.tfvars")]), "named");
    assert_eq!(case.a(&[named("named.tfvars"), assigned("a=x=y")]), "x=y");
}

#[test]
fn what_is_not_declared_is_an_error_only_in_a_flag() {
    let case = Case::new().variable("of_another", "x").file("terraform.tfvars", "aa = 1\n");
    let (values, found) = case.collect(&[]);
    assert!(values.is_empty());
    assert_eq!((found.len(), found[0].is_error()), (1, false));
    assert!(found[0].help.contains("`a`"));
    let (_, found) = case.collect(&[assigned("c=1")]);
    assert!(diagnostic::has_errors(&found));
}

#[test]
fn broken_sources_are_named() {
    let case = Case::new().file("broken.tfvars", "a = \n").file("list.tfvars.json", "[1]");
    for (given, word) in [
        (assigned("a"), "name=value"),
        (named("missing.tfvars"), "missing.tfvars"),
        (named("broken.tfvars"), "broken.tfvars"),
        (named("list.tfvars.json"), "list.tfvars.json"),
    ] {
        let (_, found) = case.collect(&[given]);
        assert!(diagnostic::has_errors(&found), "{word}");
        assert!(
            found.iter().any(|d| d.summary.contains(word) || d.detail.contains(word)),
            "{word}"
        );
    }
}

#[test]
fn only_a_file_that_was_named_has_a_path_to_mend() {
    let help = |given: &[VariableSource], name: &str| {
        let case = Case::new();
        fs::create_dir(case.directory.path().join(name)).unwrap();
        let (_, found) = case.collect(given);
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].help.to_string()
    };
    let named = help(&[named("more.tfvars")], "more.tfvars");
    assert_eq!(named, "Mend the path of `-var-file`, or make the file readable.");
    assert_eq!(help(&[], "a.auto.tfvars"), "Make it readable, or remove it.");
    let (_, found) = Case::new().collect(&[assigned("a")]);
    assert_eq!(&*found[0].help, "Write `-var NAME=VALUE`.");
}
