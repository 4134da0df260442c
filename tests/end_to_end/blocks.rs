//! Blocks that say what becomes of what is recorded: moved, removed, import, lifecycle.

use super::estate::Estate;

const ONE: &str = "resource \"terraform_data\" \"one\" {\n  input = \"x\"\n}\n";

#[test]
fn moved_object_keeps_its_identity() {
    let estate = Estate::of(ONE);
    estate.apply();
    let id = |estate: &Estate| {
        let json = estate.run("show -json").exits(0).json();
        json["values"]["root_module"]["resources"][0]["values"]["id"].clone()
    };
    let before = id(&estate);
    estate.write(
        "main.tf",
        &format!(
            "{}moved {{\n  from = terraform_data.one\n  to   = terraform_data.two\n}}\n",
            ONE.replace("\"one\"", "\"two\"")
        ),
    );
    let plan = estate.run("plan -detailed-exitcode").exits(2);
    plan.says("terraform_data.one has moved to terraform_data.two")
        .says("0 to add, 0 to change, 0 to destroy");
    estate.apply().says("0 added, 0 changed, 0 destroyed");
    assert_eq!(estate.recorded(), ["terraform_data.two"]);
    assert_eq!(id(&estate), before);
    estate.is_settled();
}

#[test]
fn resource_that_gets_a_count_moves_by_itself() {
    let estate = Estate::of(ONE);
    estate.apply();
    estate.write("main.tf", &ONE.replace("input", "count = 1\n  input"));
    estate.run("plan").exits(0).says("0 to add, 0 to change, 0 to destroy");
    estate.apply();
    assert_eq!(estate.recorded(), ["terraform_data.one[0]"]);
}

#[test]
fn removed_object_is_forgotten_or_destroyed_as_the_block_says() {
    let estate = Estate::of(
        "resource \"local_file\" \"one\" {\n  filename = \"made\"\n  content  = \"x\"\n}\n",
    );
    estate.apply();
    let removed = |destroy| {
        format!(
            "removed {{\n  from = local_file.one\n  lifecycle {{\n    destroy = {destroy}\n  }}\n}}\n"
        )
    };
    estate.write("main.tf", &removed(false));
    estate
        .run("plan")
        .exits(0)
        .says("will no longer be managed by infra, but will not be destroyed");
    estate.apply().says("0 destroyed");
    assert!(estate.recorded().is_empty());
    assert!(estate.file("made").exists());
    estate.is_settled();
}

#[test]
fn object_is_imported_by_a_block() {
    let estate = Estate::of(
        "resource \"terraform_data\" \"one\" {}\n\nimport {\n  to = terraform_data.one\n  id = \"abc\"\n}\n",
    );
    estate.run("plan").exits(0).says("1 to import").says("terraform_data.one");
    estate.apply().says("1 imported");
    let json = estate.run("show -json").exits(0).json();
    assert_eq!(json["values"]["root_module"]["resources"][0]["values"]["id"], "abc");
    estate.is_settled();
}

#[test]
fn replacement_is_created_before_the_old_object_is_destroyed() {
    let main = |trigger: &str, before: bool| {
        format!(
            "resource \"terraform_data\" \"base\" {{\n  triggers_replace = {trigger:?}\n  lifecycle {{\n    create_before_destroy = {before}\n  }}\n}}\n\
             resource \"terraform_data\" \"user\" {{\n  input = terraform_data.base.id\n}}\n"
        )
    };
    let steps = |estate: &Estate| -> Vec<String> {
        let output = estate.apply();
        let words = ["Creation complete", "Destruction complete", "Modifications complete"];
        let lines =
            output.stdout.lines().filter(|line| words.iter().any(|word| line.contains(word)));
        lines.map(|line| line.split(" complete").next().unwrap().to_owned()).collect()
    };
    let estate = Estate::of(&main("1", true));
    estate.apply();
    estate.write("main.tf", &main("2", true));
    estate.run("plan").exits(0).says("+/- ").says("forces replacement");
    let expected = [
        "terraform_data.base: Creation",
        "terraform_data.user: Modifications",
        "terraform_data.base (deposed object 1): Destruction",
    ];
    assert_eq!(steps(&estate), expected);
    estate.is_settled();
    estate.write("main.tf", &main("2", false));
    estate.apply();
    estate.write("main.tf", &main("3", false));
    estate.run("plan").exits(0).says("-/+ ");
    let expected = [
        "terraform_data.base: Destruction",
        "terraform_data.base: Creation",
        "terraform_data.user: Modifications",
    ];
    assert_eq!(steps(&estate), expected);
    estate.is_settled();
}

#[test]
fn protected_object_is_not_destroyed_even_when_its_block_is_gone() {
    let protected = "resource \"terraform_data\" \"one\" {\n  lifecycle {\n    prevent_destroy = true\n  }\n}\n";
    let estate = Estate::of(protected);
    estate.apply();
    estate.run("destroy -auto-approve").exits(1).says("terraform_data.one");
    estate.run("plan -replace=terraform_data.one").exits(1).says("terraform_data.one");
    estate.write("main.tf", "");
    estate.run("apply -auto-approve").exits(1).says("terraform_data.one");
    assert_eq!(estate.recorded(), ["terraform_data.one"]);
    // Lifting it takes an apply of its own.
    estate.write("main.tf", "resource \"terraform_data\" \"one\" {}\n");
    estate.apply();
    estate.run("destroy -auto-approve").exits(0).says("1 destroyed");
}

#[test]
fn ignored_changes_are_not_planned() {
    let main = |input: &str| {
        format!(
            "resource \"terraform_data\" \"one\" {{\n  input = {input:?}\n  lifecycle {{\n    ignore_changes = [input]\n  }}\n}}\n"
        )
    };
    let estate = Estate::of(&main("x"));
    estate.apply();
    estate.write("main.tf", &main("y"));
    estate.is_settled();
}

#[test]
fn replacement_is_triggered_by_another_resource() {
    let main = |input: &str| {
        format!(
            "resource \"terraform_data\" \"base\" {{\n  input = {input:?}\n}}\n\
             resource \"terraform_data\" \"user\" {{\n  lifecycle {{\n    replace_triggered_by = [terraform_data.base]\n  }}\n}}\n"
        )
    };
    let estate = Estate::of(&main("x"));
    estate.apply();
    estate.write("main.tf", &main("y"));
    estate
        .run("plan")
        .exits(0)
        .says("replace_triggered_by")
        .says("1 to add, 1 to change, 1 to destroy");
    estate.apply();
    estate.is_settled();
}

#[test]
fn failed_check_warns_and_failed_postcondition_fails() {
    let estate = Estate::of(
        r#"resource "terraform_data" "one" {
  input = "x"
}

check "it_is_y" {
  assert {
    condition     = terraform_data.one.output == "y"
    error_message = "It is not y."
  }
}
"#,
    );
    estate.apply().says("Warning").says("It is not y.");
    estate.write(
        "main.tf",
        r#"resource "terraform_data" "one" {
  input = "x"
  lifecycle {
    postcondition {
      condition     = self.output == "y"
      error_message = "Still not y."
    }
  }
}
"#,
    );
    estate.run("apply -auto-approve").exits(1).says("Still not y.");
}
