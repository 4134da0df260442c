//! `infra console -plan`, `-state`, and over configurations with mistakes, beside Terraform's.

use super::{
    console::terraform,
    estate::Estate,
    oracle::{self, has_terraform, without_ids},
};
use std::fs;

/// What is applied first.
const BEFORE: &str = include_str!("console_plan/before.tf");
/// What is planned then.
const AFTER: &str = include_str!("console_plan/after.tf");
/// The module in both.
const INNER: &str = include_str!("console_plan/inner.tf");
/// One line each.
const ASKED: &str = include_str!("console_plan/asked.txt");

/// Broken configurations: what both consoles do with them, and what they say is wrong.
const BROKEN: [(&str, &str); 9] = [
    ("syntax", "locals {\n  b = 3\n  a = \n}\n"),
    ("cycle", "locals {\n  b = 3\n  c = local.d\n  d = local.c\n}\n"),
    ("block", "locals {\n  b = 3\n}\nnonsense {\n}\n"),
    ("module", "locals {\n  b = 3\n}\nmodule \"m\" {\n  source = \"./nowhere\"\n}\n"),
    ("undeclared", "locals {\n  b = 3\n  a = var.nope\n}\n"),
    ("evaluation", "locals {\n  b = 3\n  a = [][0]\n}\n"),
    (
        "variable",
        "variable \"v\" {\n  default = 1\n  validation {\n    condition     = var.v > 2\n    \
         error_message = \"Too small.\"\n  }\n}\nlocals {\n  b = 3\n}\n",
    ),
    ("argument", "locals {\n  b = 3\n}\nresource \"terraform_data\" \"a\" {\n  nope = 1\n}\n"),
    (
        "resource",
        "locals {\n  b = 3\n}\nresource \"terraform_data\" \"a\" {\n  input = local.no\n}\n",
    ),
];

/// Returns two estates with the same files.
fn both(files: &[(&str, &str)]) -> [Estate; 2] {
    [(); 2].map(|()| {
        let estate = Estate::new();
        for (name, text) in files {
            estate.write(name, text);
        }
        estate
    })
}

/// Checks that both consoles print the same for each of several lines, drawn ids left aside.
fn agree([ours, theirs]: &[Estate; 2], arguments: &str, lines: &[&str]) {
    let words: Vec<&str> = arguments.split_whitespace().collect();
    for line in lines {
        let (code, out, said) = terraform(theirs, &words, line);
        assert_eq!(code, Some(0), "{line}: {said}");
        let answer = ours.feed(&format!("console {arguments}"), line).exits(0);
        assert_eq!(without_ids(&answer.stdout), without_ids(&out), "{arguments} {line}");
    }
}

#[test]
fn a_plan_is_evaluated_as_terraform_evaluates_it() {
    if !has_terraform("console -plan") {
        return;
    }
    let estates = both(&[("main.tf", BEFORE), ("inner/main.tf", INNER)]);
    let [ours, theirs] = &estates;
    oracle::terraform(theirs, "init");
    let lines: Vec<&str> = ASKED.lines().collect();
    // Before the first apply nothing is known but what the configuration says.
    agree(&estates, "-plan", &["[terraform_data.a, terraform_data.r, module.inner]"]);
    oracle::terraform(theirs, "apply -auto-approve");
    ours.run("apply -auto-approve").exits(0);
    for estate in [ours, theirs] {
        estate.write("main.tf", AFTER);
        estate.write("more.tfvars", "n = 3\n");
    }
    let files = ours.files();
    agree(&estates, "-plan", &lines);
    agree(&estates, "-plan -var n=1", &["[terraform_data.a, local.all]"]);
    agree(&estates, "-plan -var-file=more.tfvars", &["[terraform_data.a, var.n]"]);
    agree(&estates, "", &["[terraform_data.r, terraform_data.a[0].id]"]);
    assert_eq!(ours.files(), files, "nothing was changed");
    // Ids are as recorded where nothing replaces an object, and unknown where something does.
    let asked = "[terraform_data.a[0].id, terraform_data.r.id, terraform_data.moved.id]";
    let recorded = ours.feed("console", "[terraform_data.a[0].id, module.inner.id]").exits(0);
    let planned = ours.feed("console -plan", asked).exits(0);
    let first = |text: &str| text.lines().nth(1).unwrap().to_owned();
    assert_eq!(first(&planned.stdout), first(&recorded.stdout));
    assert!(planned.stdout.contains("(known after apply)"), "{}", planned.stdout);
}

#[test]
fn another_state_is_read_and_left_alone() {
    if !has_terraform("console -state") {
        return;
    }
    let files = [("main.tf", "resource \"terraform_data\" \"a\" {\n  input = \"new\"\n}\n")];
    let estates = both(&files);
    let [ours, theirs] = &estates;
    theirs.write("main.tf", &files[0].1.replace("new", "old"));
    oracle::terraform(theirs, "apply -auto-approve");
    theirs.write("main.tf", files[0].1);
    let state = fs::read_to_string(theirs.path().join("terraform.tfstate")).unwrap();
    for estate in [ours, theirs] {
        estate.write("other.tfstate", &state);
    }
    for arguments in ["-state=other.tfstate", "-plan -state=other.tfstate", "-state=nothing"] {
        agree(&estates, arguments, &["terraform_data.a"]);
    }
    assert_eq!(fs::read_to_string(ours.path().join("other.tfstate")).unwrap(), state);
    assert_eq!(ours.files().len(), 2);
    ours.write("other.tfstate", "{");
    ours.feed("console -state=other.tfstate", "1").exits(1).says("Error: ");
}

#[test]
fn a_configuration_with_mistakes_ends_the_console_where_it_ends_terraforms() {
    if !has_terraform("console over mistakes") {
        return;
    }
    for (name, text) in BROKEN {
        let [ours, theirs] = both(&[("main.tf", text)]);
        for arguments in ["", "-plan"] {
            let words: Vec<&str> = arguments.split_whitespace().collect();
            let (code, out, _) = terraform(&theirs, &words, "local.b\n");
            let answer = ours.feed(&format!("console {arguments}"), "local.b\n");
            // Terraform warns on the standard output, above what was asked for.
            let value = out.lines().last().map_or(String::new(), |line| format!("{line}\n"));
            assert_eq!((answer.code, &answer.stdout), (code, &value), "{name}: {}", answer.stderr);
            let goes_on = answer.stderr.contains("infra::cli::console_partial");
            assert_eq!(goes_on, code == Some(0), "{name}: {}", answer.stderr);
            // Ours looks at resources too, where Terraform does so only for a plan.
            if arguments == "-plan" {
                assert_eq!(out.contains("Due to the problems above"), goes_on, "{name}: {out}");
            }
        }
    }
}

#[test]
fn a_plan_with_errors_tells_what_it_can() {
    let failing = "resource \"terraform_data\" \"a\" {\n  input = 1\n  lifecycle {\n    \
                   postcondition {\n      condition     = self.input > 3\n      \
                   error_message = \"Too small.\"\n    }\n  }\n}\n\
                   resource \"terraform_data\" \"b\" {\n  input = 5\n}\n";
    let estate = Estate::of(failing);
    let said = estate.feed("console -plan", "terraform_data.b.input\n").exits(0);
    assert_eq!(said.stdout, "5\n");
    assert_eq!(said.stderr.matches("postcondition_failed").count(), 1, "{}", said.stderr);
    assert_eq!(said.stderr.matches("console_partial").count(), 1, "{}", said.stderr);
    // An expression that fails takes nothing from the ones after it.
    let lines = "{\"expr\":\"nope()\"}\n{\"expr\":\"terraform_data.b.input\"}\n";
    let answers = estate.feed("console -plan -json", lines).exits(0);
    assert!(
        answers.stdout.lines().nth(1).unwrap().contains("\"json\":\"5\""),
        "{}",
        answers.stdout
    );
}
