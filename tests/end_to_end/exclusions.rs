//! `-exclude`: what is named stays as it is, and so does what needs it; by `destroy`, what it needs.

use super::estate::Estate;

const MAIN: &str = r#"
variable "now" {
  default = 1
}

resource "terraform_data" "base" {
  input = var.now
}

resource "terraform_data" "middle" {
  input = [terraform_data.base.output, var.now]
}

resource "terraform_data" "top" {
  count = 2
  input = [terraform_data.middle.output, var.now]
}

resource "terraform_data" "keyed" {
  for_each = toset(["x", "y"])
  input    = var.now
}

module "one" {
  source = "./inner"
  now    = var.now
}

module "many" {
  source   = "./inner"
  for_each = toset(["a", "b"])
  now      = var.now
}

resource "terraform_data" "after" {
  input = [module.one.first, var.now]
}

output "top" {
  value = terraform_data.top[0].output
}

output "keyed" {
  value = terraform_data.keyed["y"].output
}
"#;

const INNER: &str = r#"
variable "now" {}

resource "terraform_data" "first" {
  input = var.now
}

resource "terraform_data" "second" {
  input = var.now
}

output "first" {
  value = terraform_data.first.output
}
"#;

/// All that there is.
const ALL: [&str; 13] = [
    "terraform_data.after",
    "terraform_data.base",
    "terraform_data.keyed[\"x\"]",
    "terraform_data.keyed[\"y\"]",
    "terraform_data.middle",
    "terraform_data.top[0]",
    "terraform_data.top[1]",
    "module.many[\"a\"].terraform_data.first",
    "module.many[\"a\"].terraform_data.second",
    "module.many[\"b\"].terraform_data.first",
    "module.many[\"b\"].terraform_data.second",
    "module.one.terraform_data.first",
    "module.one.terraform_data.second",
];

/// What is excluded, and what is left out by it: beginnings of addresses.
const CASES: [(&str, &[&str]); 7] = [
    (
        "terraform_data.base",
        &["terraform_data.base", "terraform_data.middle", "terraform_data.top"],
    ),
    ("terraform_data.top", &["terraform_data.top"]),
    ("terraform_data.top[0]", &["terraform_data.top[0]"]),
    ("terraform_data.keyed[\"x\"]", &["terraform_data.keyed[\"x\"]"]),
    ("module.one", &["module.one", "terraform_data.after"]),
    ("module.one.terraform_data.second", &["module.one.terraform_data.second"]),
    ("module.many[\"a\"]", &["module.many[\"a\"]"]),
];

fn estate() -> Estate {
    let estate = Estate::of(MAIN);
    estate.write("inner/main.tf", INNER);
    estate
}

/// Returns all addresses but those that begin so.
fn but(left_out: &[&str]) -> Vec<&'static str> {
    let is_out = |address: &str| left_out.iter().any(|start| address.starts_with(start));
    ALL.into_iter().filter(|address| !is_out(address)).collect()
}

/// Returns the addresses that a plan in JSON changes, in this way.
fn changed(estate: &Estate, action: &str) -> Vec<String> {
    let plan = estate.run("show -json saved").exits(0).json();
    let all = plan["resource_changes"].as_array().cloned().unwrap_or_default();
    let of_action = all.iter().filter(|change| change["change"]["actions"][0] == *action);
    let mut found: Vec<String> =
        of_action.map(|change| change["address"].as_str().unwrap().to_owned()).collect();
    found.sort_by_key(|address| ALL.iter().position(|known| known == address));
    found
}

#[test]
fn what_needs_the_excluded_is_neither_made_nor_changed() {
    let (fresh, made) = (estate(), estate());
    made.apply();
    for (excluded, left_out) in CASES {
        let flag = format!("-exclude={excluded}");
        let words = ["plan", "-out=saved", "-var=now=2", &flag];
        fresh.run_words(&words).exits(0).says("Resource targeting is in effect").says("-exclude");
        assert_eq!(changed(&fresh, "create"), but(left_out), "{excluded}");
        made.run_words(&words).exits(0).says("Resource targeting is in effect");
        assert_eq!(changed(&made, "update"), but(left_out), "{excluded}");
    }
    made.run("plan -detailed-exitcode").exits(0).says("No changes.");
    // What was to be protected would be changed.
    let misspelled = made.run("apply -auto-approve -var=now=2 -exclude=module.on");
    misspelled
        .exits(1)
        .says("Nothing matches -exclude=module.on")
        .says("Did you mean `module.one`?");
    made.is_settled();
}

#[test]
fn destroy_keeps_the_excluded_and_what_it_is_made_from() {
    let estate = estate();
    estate.apply();
    for (excluded, kept) in [
        ("terraform_data.base", &["terraform_data.base"][..]),
        ("terraform_data.middle", &["terraform_data.base", "terraform_data.middle"]),
        (
            "terraform_data.top[1]",
            &["terraform_data.base", "terraform_data.middle", "terraform_data.top[1]"],
        ),
        ("terraform_data.after", &["terraform_data.after", "module.one.terraform_data.first"]),
        ("module.many", &["module.many"]),
        ("module.many[\"a\"]", &["module.many[\"a\"]"]),
        ("terraform_data.keyed[\"x\"]", &["terraform_data.keyed[\"x\"]"]),
    ] {
        let flag = format!("-exclude={excluded}");
        let plan = estate.run_words(&["plan", "-destroy", "-out=saved", &flag]).exits(0);
        // What outputs tell of may be what stays.
        plan.says("Resource targeting is in effect").lacks("Changes to Outputs");
        assert_eq!(changed(&estate, "delete"), but(kept), "{excluded}");
    }
    let flag = "-exclude=terraform_data.top[1]";
    estate.run_words(&["destroy", "-auto-approve", flag]).exits(0).says("10 destroyed");
    let kept = ["terraform_data.base", "terraform_data.middle", "terraform_data.top[1]"];
    assert_eq!(estate.recorded(), kept);
    estate.run("destroy -auto-approve").exits(0).says("3 destroyed");
    assert!(estate.recorded().is_empty());
}

#[test]
fn a_saved_plan_leaves_out_what_it_was_made_without() {
    let estate = estate();
    estate.apply();
    estate.run("plan -out=saved -var=now=2 -exclude=terraform_data.middle").exits(0);
    // Others may go on with what is left out: the plan does not touch it.
    estate.run("taint terraform_data.middle").exits(0);
    estate.run("apply -exclude=terraform_data.base saved").exits(1).says("`-exclude`");
    let applied = estate.run("apply saved").exits(0).says("0 added, 10 changed, 0 destroyed");
    applied.says("Applied changes may be incomplete");
    estate.run("plan -var=now=2").exits(0).says("1 to add, 2 to change, 1 to destroy");
}

#[test]
fn only_what_is_not_excluded_is_refreshed() {
    let estate = estate();
    estate.apply();
    let said = estate.run("plan -refresh-only -exclude=terraform_data.middle").exits(0);
    said.says("terraform_data.base: Refreshing")
        .says("Resource targeting is in effect")
        .lacks("terraform_data.middle: Refreshing")
        .lacks("terraform_data.top[0]: Refreshing");
    let said = estate.run("plan -refresh-only -exclude=module.many").exits(0);
    said.says("module.one.terraform_data.first: Refreshing").lacks("module.many[\"a\"]");
    estate.run("apply -refresh-only -auto-approve -exclude=module.many").exits(0);
    assert_eq!(estate.recorded().len(), ALL.len());
}

#[test]
fn targets_and_exclusions_are_not_mixed() {
    let estate = estate();
    estate.write("list", "module.one\n");
    for flags in [
        "-target=terraform_data.base -exclude=terraform_data.top",
        "-target-file=list -exclude=terraform_data.top",
        "-target=terraform_data.base -exclude-file=list",
    ] {
        for command in ["plan", "apply -auto-approve", "destroy -auto-approve"] {
            let said = estate.run(&format!("{command} {flags}")).exits(1);
            said.says("mutually-exclusive").says("Nothing was changed");
        }
    }
    estate.run("plan -exclude=nothing").exits(1).says("Invalid target \"nothing\"");
}

#[test]
fn neither_imports_nor_orphans_of_what_is_excluded_are_touched() {
    let estate = estate();
    estate.apply();
    let without = MAIN.replace("count = 2", "count = 1").replace("[\"x\", \"y\"]", "[\"y\"]");
    estate.write("main.tf", &without);
    let plan = estate.run("plan -exclude=terraform_data.middle").exits(0);
    plan.says("terraform_data.keyed[\"x\"] will be destroyed").lacks("terraform_data.top[1] will");
    estate
        .run_words(&["plan", "-exclude=terraform_data.keyed[\"x\"]"])
        .exits(0)
        .lacks("terraform_data.keyed[\"x\"] will")
        .says("terraform_data.top[1] will be destroyed");
    let import = format!(
        "{MAIN}\nresource \"terraform_data\" \"new\" {{\n  input = terraform_data.base.output\n}}\nimport {{\n  to = terraform_data.new\n  id = \"x\"\n}}\n"
    );
    estate.write("main.tf", &import);
    estate.run("plan").exits(0).says("1 to import");
    estate.run("plan -exclude=terraform_data.base").exits(0).lacks("terraform_data.new");
}

/// What `docs/language/beyond.md` shows is what happens.
#[test]
fn the_page_tells_what_happens() {
    let page = include_str!("../../docs/language/beyond.md");
    let section = page.split("\n## ").find(|part| part.starts_with("Plans that leave")).unwrap();
    let blocks = |kind: &str| -> Vec<&str> {
        let open = format!("```{kind}\n");
        section.split(&*open).skip(1).filter_map(|part| part.split("```").next()).collect()
    };
    let (commands, said) = (blocks("shell"), blocks("text"));
    assert_eq!((blocks("hcl").len(), commands.len(), said.len()), (1, 2, 2));
    let estate = Estate::of(blocks("hcl")[0]);
    estate.apply();
    for (command, said) in commands.iter().zip(said) {
        let command = command.trim().trim_start_matches("infra ").replace('\'', "");
        let auto = if command.starts_with("apply") { " -auto-approve" } else { "" };
        let told = estate.run(&format!("{command}{auto}")).exits(0);
        let is_shown = |line: &&str| line.starts_with("  # ") || line.starts_with("Plan: ");
        let lines: Vec<&str> = told.stdout.lines().filter(is_shown).collect();
        let expected: Vec<&str> = said.lines().filter(is_shown).collect();
        assert_eq!(lines, expected, "{command}");
    }
    estate.write("list", "# not yet\nterraform_data.database\n\n");
    let told = estate.run("plan -var release=3 -exclude-file=list").exits(0);
    told.says("0 to add, 1 to change, 0 to destroy").lacks("terraform_data.web");
}
