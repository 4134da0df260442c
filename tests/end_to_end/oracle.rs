//! The same estate under Terraform and under `infra`: the JSON of plans and states agrees.
//!
//! Skipped, and says so, where there is no `terraform`.

use super::{estate::Estate, outside};
use serde_json::{Map, Value as Json};
use std::process::Command;

/// What is made: every construct that a plan's document tells of.
const MAIN: &str = include_str!("oracle/main.tf");
/// The module in it.
const INNER: &str = include_str!("oracle/inner.tf");
/// The module in that.
const DEEP: &str = include_str!("oracle/deep.tf");

/// Members that differ by nature.
const LEFT_OUT: [&str; 1] = ["timestamp"];

#[test]
fn plans_and_states_have_the_json_of_terraform() {
    if !has_terraform("oracle") {
        return;
    }
    let (ours, theirs) = (Estate::of(MAIN), Estate::of(MAIN));
    for estate in [&ours, &theirs] {
        estate.write("inner/main.tf", INNER);
        estate.write("inner/deep/main.tf", DEEP);
    }
    terraform(&theirs, "init");
    compare("first plan", &ours, &theirs, "");
    ours.run("apply -auto-approve").exits(0);
    terraform(&theirs, "apply -auto-approve");
    let state = ours.run("show -json -show-sensitive").exits(0).json();
    agree("state", &state, &serde_json::from_str(&terraform(&theirs, "show -json")).unwrap());
    outputs(&ours, &theirs);
    compare("no-op plan", &ours, &theirs, "");
    let gone = "resource \"terraform_data\" \"gone\" {\n  input = \"going\"\n}\n";
    let moved = "\nmoved {\n  from = terraform_data.old\n  to   = terraform_data.new\n}\n";
    let after = MAIN.replace(gone, "").replace("\"old\" {", "\"new\" {") + moved;
    assert!(after.len() < MAIN.len() + moved.len(), "something was removed");
    for estate in [&ours, &theirs] {
        estate.write("main.tf", &after);
    }
    compare("second plan", &ours, &theirs, " -var size=2");
    compare("destroy plan", &ours, &theirs, " -destroy");
}

/// Compares what `output` prints, of all and of single outputs.
fn outputs(ours: &Estate, theirs: &Estate) {
    let read = |text: &str| -> Json { serde_json::from_str(text).unwrap() };
    for command in ["output -json", "output -json names", "output -json secret"] {
        let told = ours.run(command).exits(0).stdout;
        agree(command, &read(&told), &read(&terraform(theirs, command)));
    }
    for command in ["output -raw secret", "output -raw size", "output -raw where"] {
        assert_eq!(ours.run(command).exits(0).stdout, terraform(theirs, command), "{command}");
    }
}

fn compare(what: &str, ours: &Estate, theirs: &Estate, options: &str) {
    ours.run(&format!("plan -out=saved{options}")).exits(0);
    terraform(theirs, &format!("plan -out=saved{options}"));
    let plan = ours.run("show -json -show-sensitive saved").exits(0).json();
    agree(what, &plan, &serde_json::from_str(&terraform(theirs, "show -json saved")).unwrap());
}

/// Returns whether there is a Terraform to compare with; if not, the test says that it skips this.
pub(super) fn has_terraform(test: &str) -> bool {
    let is_there = outside::ask("terraform", &["version"]).is_some();
    if !is_there {
        outside::skip(test, "there is no terraform", "INFRA_REQUIRE_TERRAFORM");
    }
    is_there
}

/// Runs Terraform, which must work, and returns what it prints.
pub(super) fn terraform(estate: &Estate, arguments: &str) -> String {
    let words: Vec<&str> = arguments.split_whitespace().collect();
    let (code, out, said) = attempt(estate, &words);
    assert!(code == 0, "terraform {arguments}: {said}");
    out
}

/// Runs Terraform and returns its exit code and what it prints on both streams.
pub(super) fn attempt(estate: &Estate, words: &[&str]) -> (i32, String, String) {
    let output = Command::new("terraform")
        .args(words)
        .current_dir(estate.path())
        .env("TF_CLI_CONFIG_FILE", "/dev/null")
        .env("TF_IN_AUTOMATION", "1")
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// Checks that two documents agree, drawn ids and what we do not have yet left aside.
pub(super) fn agree(what: &str, ours: &Json, theirs: &Json) {
    let mut differences = Vec::new();
    differ(&plain(ours), &plain(theirs), what, &mut differences);
    assert!(differences.is_empty(), "ours, then Terraform's:\n{}", differences.join("\n"));
}

/// Returns a document without what is left out, and with every drawn id as `<id>`.
fn plain(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !is_left_out(members, name));
            kept.map(|(name, member)| {
                let mut member = plain(member);
                // Terraform finds them in the order of a map without one.
                if let (true, Json::Array(found)) = (name == "relevant_attributes", &mut member) {
                    found.sort_by_key(ToString::to_string);
                }
                (name.clone(), member)
            })
            .collect()
        }
        Json::Array(items) => items.iter().map(plain).collect(),
        Json::String(text) => Json::from(without_ids(text)),
        Json::Null | Json::Bool(_) | Json::Number(_) => json.clone(),
    }
}

/// What differs by nature, and what does by `docs/decisions/0004-where-plans-differ-from-terraform.md`
/// and `docs/decisions/0006-where-json-differs-from-terraform.md`:
/// states hold direct dependencies only, and the copy of a secret is one.
fn is_left_out(members: &Map<String, Json>, name: &str) -> bool {
    let is_resource = members.contains_key("sensitive_values");
    let holds_secret = members.get("input").is_some_and(|input| input.to_string().contains("true"));
    LEFT_OUT.contains(&name)
        || is_resource && name == "depends_on"
        || name == "constant_value" && members.contains_key("references")
        || holds_secret && name == "output" && !members.contains_key("id")
}

/// Returns a text with every drawn id in it as `<id>`.
pub(super) fn without_ids(text: &str) -> String {
    let is_id = |part: &str| {
        let dashes = [8, 13, 18, 23];
        part.char_indices()
            .all(|(at, c)| if dashes.contains(&at) { c == '-' } else { c.is_ascii_hexdigit() })
    };
    let mut out = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        if rest.get(..36).is_some_and(is_id) {
            out.push_str("<id>");
            rest = &rest[36..];
        } else {
            out.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    out
}

fn differ(ours: &Json, theirs: &Json, at: &str, out: &mut Vec<String>) {
    match (ours, theirs) {
        (Json::Object(a), Json::Object(b)) => {
            let names: std::collections::BTreeSet<&String> = a.keys().chain(b.keys()).collect();
            for name in names {
                let (mine, other) = (a.get(name), b.get(name));
                let at = format!("{at}.{name}");
                match (mine, other) {
                    (Some(mine), Some(other)) => differ(mine, other, &at, out),
                    _ => out.push(format!("{at}: {mine:?} {other:?}")),
                }
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (index, (mine, other)) in a.iter().zip(b).enumerate() {
                differ(mine, other, &format!("{at}[{index}]"), out);
            }
        }
        _ if ours != theirs => out.push(format!("{at}: {ours} {theirs}")),
        _ => {}
    }
}
