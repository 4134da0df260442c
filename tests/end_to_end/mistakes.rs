//! What is wrong with a configuration, and what is said about it before anything is done.

use super::estate::Estate;

/// Checks that a configuration is refused by plan and apply with these words, and does nothing.
#[track_caller]
fn refused(main: &str, words: &[&str]) {
    let estate = Estate::of(main);
    for command in ["validate", "plan", "apply -auto-approve"] {
        let mut output = estate.run(command).exits(1);
        for word in words {
            output = output.says(word);
        }
    }
    assert!(estate.recorded().is_empty());
}

#[test]
fn unknown_attribute_is_refused_with_a_suggestion() {
    refused(
        "resource \"terraform_data\" \"a\" {\n  inptu = 1\n}\n",
        &["\"inptu\"", "did you mean `input`?", "main.tf:2:3"],
    );
}

#[test]
fn unknown_block_is_refused_with_a_suggestion() {
    refused(
        "resource \"terraform_data\" \"a\" {\n  lifecylce {\n    prevent_destroy = true\n  }\n}\n",
        &["\"lifecylce\"", "did you mean `lifecycle`?", "main.tf:2:3"],
    );
    refused(
        "resorce \"terraform_data\" \"a\" {}\n",
        &["\"resorce\"", "did you mean `resource`?", "main.tf:1:1"],
    );
}

#[test]
fn unknown_type_is_refused_with_a_suggestion() {
    refused(
        "resource \"docker_contaner\" \"a\" {}\n",
        &["\"docker_contaner\"", "did you mean `docker_container`?", "main.tf:1:"],
    );
}

#[test]
fn unknown_provider_names_those_that_exist() {
    refused(
        "resource \"aws_instance\" \"a\" {}\n",
        &["`aws_instance`", "No provider here has it", "docker", "main.tf:1:"],
    );
}

#[test]
fn unknown_reference_and_function_are_refused_with_a_suggestion() {
    refused(
        "locals {\n  a = terraform_data.wbe.id\n}\nresource \"terraform_data\" \"web\" {}\n",
        &["wbe", "web", "main.tf:2:"],
    );
    refused(
        "output \"a\" {\n  value = uper(\"a\")\n}\n",
        &["\"uper\"", "did you mean `upper`?", "main.tf:2:"],
    );
}

#[test]
fn cycle_is_told_with_its_path() {
    refused(
        r#"resource "terraform_data" "a" {
  input = terraform_data.b.id
}

resource "terraform_data" "b" {
  input = terraform_data.c.id
}

resource "terraform_data" "c" {
  input = terraform_data.a.id
}
"#,
        &[
            "Cycle",
            "needs `terraform_data.b`",
            "needs `terraform_data.c`",
            "needs `terraform_data.a`",
            "main.tf:1:",
        ],
    );
}

#[test]
fn provisioner_without_a_connection_is_refused_before_its_object_is_made() {
    refused(
        "resource \"terraform_data\" \"a\" {\n  provisioner \"remote-exec\" {\n    inline = [\"true\"]\n  }\n}\n",
        &["The provisioner cannot connect", "Missing connection configuration", "main.tf:2:3"],
    );
}

#[test]
fn place_in_another_file_is_told() {
    let estate = Estate::of("module \"app\" {\n  source = \"./app\"\n  count  = 2\n}\n");
    estate.write("app/main.tf", "\nprovider \"docker\" {\n  host = \"unix:///none\"\n}\n");
    let refused = estate.run("validate").exits(1).says("main.tf:3:12");
    refused.says("app/main.tf:2: its own provider configuration");
}

#[test]
fn missing_required_attribute_is_told() {
    refused("resource \"docker_network\" \"a\" {}\n", &["`name`", "main.tf:1:"]);
}

#[test]
fn value_that_does_not_fit_is_told_where_it_stands() {
    let estate = Estate::of(
        r#"variable "count_of_things" {
  type    = number
  default = 2

  validation {
    condition     = var.count_of_things < 5
    error_message = "There are at most four things."
  }
}

resource "terraform_data" "a" {
  count = var.count_of_things
}
"#,
    );
    estate.run("plan").exits(0).says("2 to add");
    estate.run("plan -var count_of_things=7").exits(1).says("There are at most four things.");
    estate.run("plan -var count_of_things=many").exits(1).says("number");
}

#[test]
fn duplicate_blocks_are_told() {
    let estate = Estate::new();
    estate.write("a.tf", "resource \"terraform_data\" \"a\" {}\n");
    estate.write("b.tf", "resource \"terraform_data\" \"a\" {}\n");
    estate.run("validate").exits(1).says("Duplicate").says("b.tf:1:1");
}

#[test]
fn failed_precondition_stops_before_anything_is_done() {
    let estate = Estate::of(
        r#"resource "terraform_data" "a" {
  input = 1
  lifecycle {
    precondition {
      condition     = 1 == 2
      error_message = "One is not two."
    }
  }
}
"#,
    );
    estate.run("apply -auto-approve").exits(1).says("One is not two.");
    assert!(estate.recorded().is_empty());
}
