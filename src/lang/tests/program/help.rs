//! What findings say there is to do: each of them says something.

use super::faults;
use crate::support::{Built, kinds, known};
use infra_model::program::Program;

/// Returns `problem: help` of everything that validation finds.
fn helps(files: &[(&str, &str)]) -> Vec<String> {
    let built = Built::new(files);
    let mut found = built.found.clone();
    found.extend(built.program.validate(&kinds(), &mut known(&[])));
    infra_model::diagnostic::sort(&mut found);
    let problem = |code: &str| code.rsplit("::").next().unwrap_or_default().to_owned();
    found.iter().map(|found| format!("{}: {}", problem(found.code), found.help)).collect()
}

fn help(text: &str) -> Vec<String> {
    helps(&[("main.tf", text)])
}

#[test]
fn blocks_written_as_arguments_are_to_be_blocks() {
    assert_eq!(
        help(
            "resource \"terraform_data\" \"a\" {\n  lifecycle = {}\n  provisioner = 1\n  connection = {}\n}\n"
        ),
        [
            "attribute_unknown: write it as a block: `lifecycle { … }`",
            "attribute_unknown: write it as a block: `provisioner { … }`",
            "attribute_unknown: write it as a block: `connection { … }`",
        ]
    );
}

#[test]
fn labels_of_all_blocks_are_told_in_the_same_words() {
    let text = r#"
resource "test_thing" {}
output "a" "b" { value = 1 }
resource "test_thing" "a" {
  name = "x"
  rule "http" { port = 1 }
  named {}
  named "a" "b" {}
}
"#;
    assert_eq!(
        help(text),
        [
            "label_missing: write `resource \"TYPE\" \"NAME\" { … }`",
            "label_extra: remove it",
            "label_extra: remove it",
            "label_missing: write `named \"KEY\" { … }`",
            "label_extra: remove it",
        ]
    );
    let found = faults(text);
    assert!(found[1].ends_with("Only 1 label (name) is expected for output blocks."), "{found:?}");
    assert!(found[2].ends_with("No labels are expected for rule blocks."), "{found:?}");
    assert!(found[3].ends_with("All named blocks must have 1 label (key)."), "{found:?}");
}

#[test]
fn settings_say_what_stands_in_their_place() {
    assert_eq!(
        help(
            r#"
terraform {
  required_version = ">= 99"
  cloud {}
  encryption {}
  required_providers {
    test  = { source = "x/test", version = "nonsense", color = 1 }
    other = ">> 1"
    test  = {}
  }
}
"#
        ),
        [
            "version_unsupported: widen the constraint until it accepts 1.11.4",
            "block_unsupported: remove the block, or use `backend \"local\" {}`",
            "block_unsupported: remove the block and set INFRA_STATE_KEY",
            "version_invalid: write it like `>= 1.5` or `~> 1.5, != 1.5.3`",
            "attribute_unknown: remove it",
            "version_invalid: write it like `>= 1.5` or `~> 1.5, != 1.5.3`",
            "argument_repeated: remove one of the two",
        ]
    );
}

#[test]
fn variables_say_how_types_and_values_are_written() {
    let variable = |inside: &str| help(&format!("variable \"a\" {{\n  {inside}\n}}\n"));
    let types = [
        ("set", "type_invalid: write `set(TYPE)`"),
        ("object", "type_invalid: write `object({ NAME = TYPE })`"),
        ("tuple", "type_invalid: write `tuple([TYPE, TYPE])`"),
        ("string(1)", "type_invalid: write `string`"),
        ("strng", "type_invalid: did you mean `string`?"),
        ("\"strng\"", "type_invalid: did you mean `string`?"),
        ("\"string\"", "type_invalid: write `string`"),
        ("\"list\"", "type_invalid: write `list(string)`"),
        ("\"number\"", "type_invalid: write `number`"),
        ("list(\"string\")", "type_invalid: write `string`"),
        ("object({ a = string, a = number })", "type_invalid: keep one `a`"),
        (
            "object({ \"a\" = string })",
            "type_invalid: write a name without quotes and parentheses as the key",
        ),
        ("optional(string)", "type_invalid: write `object({ NAME = optional(TYPE, DEFAULT) })`"),
    ];
    for (written, expected) in types {
        assert_eq!(variable(&format!("type = {written}")), [expected], "{written}");
    }
    assert_eq!(
        variable("type = number\n  default = \"x\""),
        ["default_invalid: change the default or the type"]
    );
    let constant = "value_not_constant: write the value out, or make it in a local value";
    assert_eq!(variable("default = upper(\"x\")"), [constant]);
    assert_eq!(variable("default = local.x"), [constant]);
    assert_eq!(
        faults("variable \"a\" {\n  default = local.x\n}\n"),
        ["main.tf:2: Variables not allowed: Functions and references may not be used here."]
    );
    assert_eq!(variable("sensitive = 1"), ["value_invalid: write either true or false"]);
    assert_eq!(help("variable \"count\" {}\n"), ["name_reserved: rename it"]);
    assert_eq!(help("variable \"1\" {}\n"), ["name_invalid: rename it"]);
}

#[test]
fn resources_say_what_to_change() {
    let text = r#"
ephemeral "test_opened" "a" {
  name = "x"
  lifecycle {
    prevent_destroy = true
  }
  lifecycle {}
}
resource "test_thing" "b" {
  name     = "x"
  memory   = "much"
  count    = 1
  for_each = {}
  dynamic "rule" {
    for_each = []
  }
}
resource "test_thing" "e" {
  name = "x"
  rule { port = 1 }
  rule { port = 1 }
  rule { port = 1 }
  rule { port = 1 }
}
check "c" {}
resource "test_strange" "d" {}
"#;
    assert_eq!(
        help(text),
        [
            "lifecycle_invalid: remove it",
            "block_duplicate: merge them, or remove one",
            "value_type: change the value, or convert it with a function such as `tostring` or `tolist`",
            "repeat_conflict: remove one of the two",
            "dynamic_invalid: put the arguments into one `content` block",
            "blocks_too_many: merge them, or remove what is too much",
            "check_empty: add an `assert` block with `condition` and `error_message`",
            "kind_unknown: `infra providers list` lists the types there are",
        ]
    );
    assert_eq!(
        faults(text)[0],
        "main.tf:5: Invalid ephemeral resource lifecycle argument: The lifecycle argument \"prevent_destroy\" is defined only for managed resources (\"resource\" blocks), and is not valid for ephemeral resources."
    );
}

#[test]
fn addresses_say_how_they_are_written() {
    assert_eq!(
        help(
            r"
moved {
  from = 1
  to   = terraform_data.a
}
moved {
  from = terraform_data.a
  to   = module.a
}
removed { from = terraform_data.a[0] }
removed { from = terraform_data.a.id }
"
        ),
        [
            "address_invalid: write the type and the name, or `module.` and the name of the call",
            "address_invalid: name two resources, or two modules",
            "address_invalid: leave the key away",
            "address_invalid: remove what stands behind it",
        ]
    );
}

#[test]
fn modules_say_where_to_look() {
    assert_eq!(
        helps(&[
            ("main.tf", "module \"m\" {\n  source = \"./m\"\n}\n"),
            (
                "m/main.tf",
                "resource \"terraform_data\" \"a\" {}\nimport {\n  to = terraform_data.a\n  id = \"x\"\n}\n",
            ),
        ]),
        ["import_place: move it to the root module, with the module's path in `to`"]
    );
    assert_eq!(
        helps(&[
            (
                "main.tf",
                "module \"m\" {\n  source = \"./m\"\n}\nmodule \"e\" {\n  source = \"./e\"\n}\nmodule \"g\" {\n  source = \"./g\"\n}\n"
            ),
            ("e/README.md", ""),
            ("m/main.tf", "module \"m\" {\n  source = \"../m\"\n}\n"),
        ]),
        [
            "module_empty: name the directory that holds the files of the module",
            "module_unreadable: correct the path, or make it readable",
            "module_cycle: take this call out of the module, or move what both need into a third one",
        ]
    );
    assert_eq!(
        helps(&[("README.md", "")]),
        ["module_empty: go to the directory of the configuration, or name it with `-chdir=DIR`"]
    );
}
