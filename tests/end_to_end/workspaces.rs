//! Workspaces as users know them from Terraform: the same commands, words and exit codes, each a
//! state of its own, and nothing lost by whoever is killed.

use super::{
    child::wait_until,
    estate::Estate,
    oracle::{attempt, has_terraform, terraform},
};
use std::fs;

const MAIN: &str = r#"resource "terraform_data" "a" {
  input = terraform.workspace
}

output "o" {
  value = terraform_data.a.output
}
"#;

/// Command lines in order, and what both programs must say.
const TALK: [(&str, &str); 27] = [
    ("workspace show", "default"),
    ("workspace list", "* default"),
    ("workspace new foo", "Created and switched to workspace \"foo\"!"),
    ("workspace show", "foo"),
    ("workspace list", "* foo"),
    ("workspace new foo", "Workspace \"foo\" already exists"),
    ("workspace new a/b", "The workspace name \"a/b\" is not allowed"),
    ("workspace new a%b", "The workspace name \"a%b\" is not allowed"),
    ("workspace new é", "must contain only URL safe"),
    ("workspace new default", "Workspace \"default\" already exists"),
    ("workspace new", ""),
    ("workspace new a b", ""),
    ("workspace select nope", "Workspace \"nope\" doesn't exist"),
    ("workspace select -or-create a..b", "Created and switched to workspace \"a..b\"!"),
    ("workspace select a..b", ""),
    ("workspace select foo", "Switched to workspace \"foo\"."),
    ("workspace delete foo", "Workspace \"foo\" is your active workspace"),
    ("workspace delete default", "cannot delete default state"),
    ("workspace delete nope", "Workspace \"nope\" doesn't exist"),
    ("apply -auto-approve", "o = \"foo\""),
    ("workspace select default", "Switched to workspace \"default\"."),
    ("workspace delete foo", "Workspace is not empty"),
    ("workspace delete -lock-timeout=1s -force foo", "WARNING: \"foo\" was non-empty."),
    ("workspace delete a..b", "Deleted workspace \"a..b\"!"),
    ("workspace list", "* default"),
    ("workspace frob", ""),
    ("workspace", ""),
];

#[test]
fn words_and_exit_codes_are_those_of_terraform() {
    let (ours, theirs) = (Estate::of(MAIN), Estate::of(MAIN));
    let with_oracle = has_terraform("workspaces");
    if with_oracle {
        terraform(&theirs, "init");
    }
    for (line, said) in TALK {
        let output = ours.run(line).says(said);
        if !with_oracle {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let (code, out, err) = attempt(&theirs, &words);
        assert_eq!(output.code, Some(code), "exit code of `{line}`:\n{}\n{out}{err}", output.all());
        let all = format!("{out}{err}");
        assert!(all.contains(said), "terraform {line} does not say `{said}`: {all}");
    }
    assert_eq!(ours.run("workspace list").exits(0).stdout, "* default\n\n");
}

#[test]
fn each_workspace_has_a_state_of_its_own() {
    let estate = Estate::of(MAIN);
    estate.apply().says("o = \"default\"");
    estate.run("workspace new two").exits(0);
    for reader in ["state list", "show", "state history", "state pull"] {
        estate.run(reader).exits(0).lacks("terraform_data.a").lacks("apply");
    }
    estate.run("output").exits(0).says("No outputs found").lacks("o = ");
    estate.run("plan -detailed-exitcode").exits(2).says("1 to add");
    estate.apply().says("o = \"two\"");
    assert_eq!(estate.run("output -raw o").stdout, "two");
    estate.run("taint terraform_data.a").exits(0);
    estate.run("plan").exits(0).says("tainted");
    estate.run("state mv terraform_data.a terraform_data.b").exits(0);
    let two = estate.run("state pull").exits(0).json();
    estate.run("workspace select default").exits(0);
    assert_eq!(estate.recorded(), ["terraform_data.a"]);
    estate.is_settled();
    let one = estate.run("state pull").exits(0).json();
    assert_ne!(one["lineage"], two["lineage"]);
    assert_eq!(estate.feed("console", "terraform.workspace\n").stdout, "\"default\"\n");
    estate.run("workspace select two").exits(0);
    estate.run("destroy -auto-approve").exits(0).says("1 destroyed");
    estate.run("workspace select default").exits(0);
    estate.run("workspace delete two").exits(0).lacks("WARNING");
    estate.is_settled();
}

#[test]
fn environment_chooses_for_one_command() {
    let estate = Estate::of(MAIN).with("TF_WORKSPACE", "ci");
    estate.run("workspace show").exits(0).says("ci");
    estate.run("plan").exits(0).says("\"ci\"");
    estate.run("workspace list").exits(0).says("  default").lacks("*");
}

#[test]
fn environment_counts_before_what_was_selected() {
    let estate = Estate::of(MAIN);
    estate.run("workspace new kept").exits(0);
    let estate = estate.with("TF_WORKSPACE", "ci");
    estate.apply().says("o = \"ci\"");
    estate.run("workspace list").exits(0).says("* ci").says("overridden");
    estate.run("workspace select default").exits(1).says("overridden using the TF_WORKSPACE");
    estate.run("workspace new x").exits(1).says("overridden using the TF_WORKSPACE");
    estate.run("workspace delete ci").exits(1).says("is your active workspace");
    let estate = estate.with("TF_WORKSPACE", "a b");
    for command in ["workspace show", "plan", "state list", "apply -auto-approve", "validate"] {
        estate.run(command).exits(1).says("Invalid workspace name set using TF_WORKSPACE");
    }
    let estate = estate.with("TF_WORKSPACE", "");
    assert_eq!(estate.run("workspace show").exits(0).stdout, "kept\n");
    let estate = estate.with("TF_DATA_DIR", "data");
    assert_eq!(estate.run("workspace show").exits(0).stdout, "default\n");
}

#[test]
fn workspace_that_is_gone_or_cannot_be_told_stops_everything() {
    let estate = Estate::of(MAIN);
    estate.run("workspace new gone").exits(0);
    fs::remove_dir(estate.file(".infra/workspaces/gone")).unwrap();
    for command in ["plan", "apply -auto-approve", "state list", "output"] {
        estate.run(command).exits(1).says("The currently selected workspace (gone) does not exist");
    }
    estate.write(".infra/environment", "");
    estate.run("plan").exits(1).says("cannot be told");
    fs::remove_file(estate.file(".infra/environment")).unwrap();
    estate.run("plan").exits(0);
}

#[test]
fn saved_plan_belongs_to_its_workspace() {
    let estate = Estate::of(MAIN);
    estate.run("workspace new two").exits(0);
    estate.run("plan -out p").exits(0);
    estate.run("workspace select default").exits(0);
    estate.run("apply p").exits(1).says("The plan was made in the workspace \"two\"");
    assert!(estate.recorded().is_empty());
    estate.run("show p").exits(0).says("\"two\"");
    estate.run("workspace select two").exits(0);
    estate.run("apply p").exits(0).says("o = \"two\"");
}

#[test]
fn backend_says_where_workspaces_are() {
    let backend = "terraform {\n  backend \"local\" {\n    path = \"one\"\n    workspace_dir = \"many\"\n  }\n}\n";
    let estate = Estate::of(&format!("{backend}{MAIN}"));
    estate.run("workspace new two").exits(0);
    estate.apply();
    assert!(estate.file("many/two/format").is_file());
    estate.run("workspace select default").exits(0);
    estate.apply();
    assert!(estate.file("one/format").is_file());
}

#[test]
fn new_workspace_can_begin_with_a_state() {
    let estate = Estate::of(MAIN);
    estate.apply();
    let pulled = estate.run("state pull").exits(0).stdout;
    estate.write("old.tfstate", &pulled);
    for (name, from) in [("file", "old.tfstate"), ("directory", ".infra"), ("here", ".")] {
        estate.run(&format!("workspace new -state={from} {name}")).exits(0).says("1 instance(s)");
        assert_eq!(estate.recorded(), ["terraform_data.a"]);
        let copy = estate.run("state pull").exits(0).json();
        let old: serde_json::Value = serde_json::from_str(&pulled).unwrap();
        assert_ne!(copy["lineage"], old["lineage"]);
        assert_eq!(copy["resources"], old["resources"]);
        assert_eq!(copy["outputs"], old["outputs"]);
    }
    estate.write("bad.tfstate", "{");
    for from in ["bad.tfstate", "none.tfstate"] {
        estate.run(&format!("workspace new -state={from} not")).exits(1);
    }
    estate.run("workspace list").exits(0).says("* here").lacks("not");
}

/// As many instances that writing them takes a while.
const MANY: usize = 400;

/// Kills `new` when a file of the workspace that is being made appears; it is there wholly or not.
#[test]
fn killed_new_leaves_a_whole_workspace_or_none() {
    let estate =
        Estate::of(&format!("resource \"terraform_data\" \"a\" {{\n  count = {MANY}\n}}\n"));
    estate.apply();
    let others = estate.file(".infra/workspaces");
    let moments =
        ["%lock", "%new", "%new/lock", "%new/journal", "%new/format", "%new/checkpoint", "k"];
    for (round, moment) in moments.iter().enumerate() {
        let name = if *moment == "k" { "k".to_owned() } else { format!("n{round}") };
        let place = others.join(moment);
        let running = estate.start(&format!("workspace new -state=.infra {name}"));
        let whole = others.join(&name);
        wait_until(moment, || place.exists() || whole.exists());
        running.kill();
        let all = estate.run("workspace list").exits(0);
        if all.has(&name) {
            estate.run(&format!("workspace select {name}")).exits(0);
            assert_eq!(estate.recorded().len(), MANY, "{moment}");
        } else {
            assert_eq!(estate.run("workspace show").stdout, "default\n", "{moment}");
            estate.run(&format!("workspace new -state=.infra {name}")).exits(0);
        }
        estate.run("workspace select default").exits(0);
        assert_eq!(estate.recorded().len(), MANY, "the one that was copied");
    }
}

/// Kills `delete` when the workspace is on its way out; it is there wholly or not.
#[test]
fn killed_delete_leaves_a_whole_workspace_or_none() {
    let estate =
        Estate::of(&format!("resource \"terraform_data\" \"a\" {{\n  count = {MANY}\n}}\n"));
    estate.apply();
    let others = estate.file(".infra/workspaces");
    for round in 0..6 {
        let name = format!("d{round}");
        estate.run(&format!("workspace new -state=.infra {name}")).exits(0);
        estate.run("workspace select default").exits(0);
        let (whole, going) = (others.join(&name), others.join("%deleted"));
        let running = estate.start(&format!("workspace delete -force {name}"));
        let holder = whole.join("holder");
        let before = fs::read(&holder).unwrap();
        let is_so = |at: usize| match at {
            0 => fs::read(&holder).map_or(true, |now| now != before),
            1 => going.exists() || !whole.exists(),
            _ => !whole.exists(),
        };
        wait_until("it goes", || is_so(round % 3));
        running.kill();
        if estate.run("workspace list").exits(0).has(&name) {
            estate.run(&format!("workspace select {name}")).exits(0);
            assert_eq!(estate.recorded().len(), MANY);
            estate.run("workspace select default").exits(0);
            estate.run(&format!("workspace delete -force {name}")).exits(0);
        }
        assert!(!whole.exists());
    }
    // What the last one left goes with the next change.
    estate.run("workspace new last").exits(0);
    assert!(!others.join("%deleted").exists());
    estate.run("workspace select default").exits(0);
    assert_eq!(estate.recorded().len(), MANY);
}

#[test]
fn workspace_in_use_is_not_deleted() {
    let main = "resource \"terraform_data\" \"slow\" {\n  provisioner \"local-exec\" {\n    \
                command = \"touch waiting; while test -e waiting && ! test -e go; do sleep 0.02; done\"\n  }\n}\n";
    let estate = Estate::of(main);
    estate.run("workspace new busy").exits(0);
    let running = estate.start("apply -auto-approve");
    super::child::wait_for_file(&estate.file("waiting"));
    estate.run("workspace select default").exits(0);
    estate.run("workspace delete -force busy").exits(4).says("locked");
    estate.write("go", "");
    running.finish().exits(0);
    estate.run("workspace delete busy").exits(1).says("terraform_data.slow");
}
