//! Root variables: where they come from, and which of several wins.

use super::{child::Output, estate::Estate};

const MAIN: &str = r#"variable "from" {
  type = string
}

output "from" {
  value = var.from
}
"#;

#[track_caller]
fn from(output: &Output, expected: &str) {
    let shown = format!("from = \"{expected}\"");
    assert!(output.has(&shown), "not `{shown}`:\n{}", output.all());
}

#[test]
fn later_sources_win_over_earlier_ones() {
    let estate = Estate::of(MAIN).with("TF_VAR_from", "environment");
    from(&estate.apply(), "environment");
    estate.write("terraform.tfvars", "from = \"terraform.tfvars\"\n");
    from(&estate.apply(), "terraform.tfvars");
    estate.write("b.auto.tfvars", "from = \"b.auto.tfvars\"\n");
    estate.write("a.auto.tfvars", "from = \"a.auto.tfvars\"\n");
    from(&estate.apply(), "b.auto.tfvars");
    estate.write("more.tfvars", "from = \"more.tfvars\"\n");
    from(&estate.run("apply -auto-approve -var-file=more.tfvars").exits(0), "more.tfvars");
    let both = "apply -auto-approve -var-file=more.tfvars -var from=flag";
    from(&estate.run(both).exits(0), "flag");
    let other_way = "apply -auto-approve -var from=flag -var-file=more.tfvars";
    from(&estate.run(other_way).exits(0), "more.tfvars");
}

#[test]
fn missing_variable_is_told_with_ways_to_set_it() {
    let estate = Estate::of(MAIN);
    estate.run("plan").exits(1).says("\"from\"").says("main.tf:1:").says("-var");
    estate.run("apply -auto-approve").exits(1).says("\"from\"");
    // Without its value it can still be checked.
    estate.run("validate").exits(0);
}

#[test]
fn undeclared_variables_are_errors_on_the_command_line_and_warnings_in_files() {
    let estate = Estate::of(MAIN).with("TF_VAR_from", "x").with("TF_VAR_of_another", "ignored");
    estate.run("plan -var fron=1").exits(1).says("\"fron\"").says("`from`");
    estate.write("terraform.tfvars", "fron = \"y\"\n");
    estate.run("plan").exits(0).says("Warning").says("\"fron\"");
}

#[test]
fn complex_values_are_read_from_flags_and_environment() {
    let estate = Estate::of(
        r#"variable "list" { type = list(number) }
variable "map" {
  type = map(object({ size = number, name = optional(string, "none") }))
}
output "sum" { value = sum(var.list) + var.map["a"].size }
output "name" { value = var.map["a"].name }
"#,
    )
    .with("TF_VAR_map", "{ a = { size = 4 } }");
    let words = ["apply", "-auto-approve", "-var", "list=[1, 2, 3]"];
    estate.run_words(&words).exits(0).says("sum  = 10").says("name = \"none\"");
}
