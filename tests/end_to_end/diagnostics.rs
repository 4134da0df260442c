//! Diagnostics as JSON beside Terraform's: summary, detail, severity, place, and the snippet with what
//! references stand for and the function that was called.

use super::{
    estate::Estate,
    oracle::{self, has_terraform},
    outside,
};
use serde_json::{Value as Json, json};

/// Broken configurations, each under a line `=== NAME COMMAND...`; files besides `main.tf` under
/// `--- NAME`.
const CONFIGURATIONS: &str = include_str!("diagnostics/configurations.txt");

/// How many configurations there are at least.
const CONFIGURATIONS_MIN: usize = 25;

/// How many diagnostics have values, and how many name a function, at least.
const WITH_VALUES_MIN: usize = 40;
const WITH_CALLS_MIN: usize = 15;

/// The members that must agree.
const MEMBERS: [&str; 5] = ["severity", "summary", "detail", "range", "snippet"];

/// A configuration, and the commands that tell its mistakes.
struct Broken<'a> {
    name: &'a str,
    commands: Vec<&'a str>,
    files: Vec<(&'a str, &'a str)>,
}

fn configurations() -> Vec<Broken<'static>> {
    CONFIGURATIONS.split("=== ").filter(|text| !text.is_empty()).map(broken).collect()
}

fn broken(text: &'static str) -> Broken<'static> {
    let (head, body) = text.split_once('\n').unwrap();
    let mut words = head.split_whitespace();
    let mut parts = body.split("--- ");
    let mut files = vec![("main.tf", parts.next().unwrap())];
    files.extend(parts.map(|part| part.split_once('\n').unwrap()));
    Broken { name: words.next().unwrap(), commands: words.collect(), files }
}

/// Returns the diagnostics in what `validate -json` or `plan -json` prints, sorted.
fn diagnostics(command: &str, printed: &str) -> Vec<Json> {
    let mut found: Vec<Json> = if command == "validate" {
        let document: Json = serde_json::from_str(printed).unwrap();
        document["diagnostics"].as_array().unwrap().clone()
    } else {
        let lines = printed.lines().map(|line| serde_json::from_str::<Json>(line).unwrap());
        lines.filter_map(|line| line.get("diagnostic").cloned()).collect()
    };
    for diagnostic in &mut found {
        *diagnostic = MEMBERS.iter().map(|name| (*name, diagnostic[name].clone())).collect();
    }
    // Terraform finds them in any order.
    found.sort_by_key(|found| (found["range"].to_string(), found.to_string()));
    found
}

#[test]
fn diagnostics_have_the_json_of_terraform() {
    if !has_terraform("diagnostics") {
        return;
    }
    let (mut compared, mut values, mut calls) = (0, 0, 0);
    let all = configurations();
    assert!(all.len() >= CONFIGURATIONS_MIN, "{}", all.len());
    for Broken { name, commands, files } in &all {
        let estate = Estate::new();
        for (file, text) in files {
            estate.write(file, text);
        }
        if files.len() > 1 {
            oracle::terraform(&estate, "init");
        }
        assert!(!commands.is_empty(), "{name}");
        for command in commands {
            let (code, theirs, _) = oracle::attempt(&estate, &[command, "-json"]);
            let said = estate.run(&format!("{command} -json"));
            let theirs = diagnostics(command, &theirs);
            let ours = diagnostics(command, &said.stdout);
            assert_eq!(ours, theirs, "{name}: {command}");
            assert!(!ours.is_empty(), "{name}: {command}");
            assert_eq!(said.code, Some(code), "{name}: {command}");
            compared += ours.len();
            let snippets = ours.iter().map(|found| &found["snippet"]);
            values += snippets.clone().filter(|snippet| snippet["values"] != json!([])).count();
            calls += snippets.filter(|snippet| snippet["function_call"].is_object()).count();
        }
    }
    outside::tell(&format!(
        "{compared} diagnostics of {} configurations agree; {values} tell values, {calls} a function",
        all.len()
    ));
    assert!(values >= WITH_VALUES_MIN, "{values} have values");
    assert!(calls >= WITH_CALLS_MIN, "{calls} name a function");
}

#[test]
fn people_are_told_the_values_and_no_secrets() {
    let estate = Estate::of(
        "variable \"size\" {\n  default = 5\n}\nvariable \"secret\" {\n  default   = \"hush-hush\"\n  \
         sensitive = true\n}\nlocals {\n  both = [var.size, var.secret]\n}\noutput \"a\" {\n  value     = \
         cidrhost(\"${var.secret}x\", length(local.both) + var.size)\n  sensitive = true\n}\n\
         resource \"terraform_data\" \"b\" {\n  for_each = toset([var.secret])\n}\n",
    );
    let told = estate.run("plan").exits(1);
    for words in [
        "while calling cidrhost(prefix, hostnum)",
        "local.both is tuple with 2 elements",
        "var.size is 5",
        "var.secret has a sensitive value",
    ] {
        assert!(told.stderr.contains(words), "{words}: {}", told.stderr);
    }
    told.lacks("hush-hush");
    estate.run("plan -json").exits(1).lacks("hush-hush");
}
