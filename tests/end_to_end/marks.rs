//! What becomes secret, or ceases to be, while it stays what it is: an update of the record, beside
//! Terraform's; and which parts of a copy are secret.

use super::{
    estate::Estate,
    oracle::{agree, has_terraform, terraform},
};

const OPEN: &str = r#"
variable "x" {
  default = "hunter2"
}

resource "terraform_data" "triggered" {
  triggers_replace = var.x
}

resource "terraform_data" "parts" {
  triggers_replace = { public = "p", secret = var.x, list = [var.x, "k"] }
}

resource "terraform_data" "copied" {
  input = { public = "p", secret = var.x, list = [var.x, "k"], set = toset([var.x]) }
}

resource "terraform_data" "follows" {
  lifecycle {
    replace_triggered_by = [terraform_data.triggered.triggers_replace]
  }
}

output "x" {
  value     = terraform_data.triggered.triggers_replace
  sensitive = true
}
"#;

fn secret() -> String {
    OPEN.replace("default = \"hunter2\"", "default = \"hunter2\"\n  sensitive = true")
}

#[test]
fn a_change_of_marks_alone_is_that_of_terraform() {
    if !has_terraform("marks") {
        return;
    }
    let (ours, theirs) = (Estate::of(OPEN), Estate::of(OPEN));
    terraform(&theirs, "init");
    ours.apply();
    terraform(&theirs, "apply -auto-approve");
    for (what, main) in [("secret", secret()), ("open", OPEN.to_owned())] {
        for estate in [&ours, &theirs] {
            estate.write("main.tf", &main);
        }
        let told = ours.run("plan -no-color -out=saved").exits(0).stdout;
        let expected = terraform(&theirs, "plan -no-color -out=saved");
        for name in ["triggered", "parts"] {
            assert_eq!(block(&told, name), block(&expected, name), "{what}");
        }
        let counts = "Plan: 1 to add, 3 to change, 1 to destroy.";
        assert!(told.contains(counts) && expected.contains(counts), "{told}{expected}");
        let plan = ours.run("show -json -show-sensitive saved").exits(0).json();
        let expected = terraform(&theirs, "show -json saved");
        agree(what, &plan, &serde_json::from_str(&expected).unwrap());
        ours.run("show saved").exits(0).lacks("hunter2");
        ours.run("apply saved").exits(0).says("1 added, 3 changed, 1 destroyed");
        terraform(&theirs, "apply saved");
        let state = ours.run("show -json -show-sensitive").exits(0).json();
        agree(what, &state, &serde_json::from_str(&terraform(&theirs, "show -json")).unwrap());
        ours.is_settled();
    }
}

/// Returns what a plan says of one resource, without its id.
fn block(plan: &str, name: &str) -> String {
    let start = plan.find(&format!("# terraform_data.{name} ")).unwrap_or_else(|| panic!("{plan}"));
    let text = &plan[start..];
    super::oracle::without_ids(&text[..text.find("\n\n").unwrap()])
}

#[test]
fn what_one_side_of_a_change_hides_cannot_be_read_on_the_other() {
    let estate = Estate::of(OPEN);
    estate.apply();
    estate.write("main.tf", &secret());
    estate.run("plan -out=saved").exits(0).lacks("hunter2");
    let plan = estate.run("show -json saved").exits(0).json();
    for change in plan["resource_changes"].as_array().unwrap() {
        assert!(!change.to_string().contains("hunter2"), "{change}");
    }
    estate.run("apply saved").exits(0).lacks("hunter2");
    estate.run("show -json").exits(0).lacks("hunter2");
    estate.run("show").exits(0).lacks("hunter2");
}

#[test]
fn of_a_copy_exactly_the_secret_parts_are_secret() {
    let public = |name: &str| {
        format!("output \"{name}\" {{\n  value = terraform_data.copied.output.{name}\n}}\n")
    };
    let main = secret() + &public("public");
    let estate = Estate::of(&main);
    // The parts are told apart before the copy is made, so that a public one may be an output.
    let plan = estate.run("plan").exits(0).lacks("hunter2");
    plan.says("+ output = (known after apply)").says("+ public = (known after apply)");
    estate.run("apply -auto-approve").exits(0).says("public = \"p\"").lacks("hunter2");
    let shown = estate.run("show").exits(0).lacks("hunter2").stdout;
    let copied = &shown[shown.find("# terraform_data.copied").unwrap()..];
    let copied = &copied[..copied.find("# terraform_data.follows").unwrap()];
    assert_eq!(copied.matches("public = \"p\"").count(), 2, "{copied}");
    assert_eq!(copied.matches("secret = (sensitive value)").count(), 2, "{copied}");
    estate.is_settled();
    for name in ["secret", "set", "list"] {
        estate.write("main.tf", &(main.clone() + &public(name)));
        estate.run("plan").exits(1).says("Output refers to sensitive values").lacks("hunter2");
    }
    // Before it is made as well.
    let fresh = Estate::of(&(main + &public("secret")));
    fresh.run("plan").exits(1).says("Output refers to sensitive values").lacks("hunter2");
}
